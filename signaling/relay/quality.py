"""Line quality of one leg, measured from one report to the next."""

from collections.abc import Iterable
from dataclasses import dataclass

from casework.ports import TrackKind
from signaling.relay.downlink import DownlinkStream
from signaling.relay.uplink import UplinkStream


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """Rates in kbit/s, loss in thousandths, jitter in ms (None when the leg sends nothing); videos
    are those that moved.
    """

    up_kbps: int
    down_kbps: int
    up_loss_permille: int
    down_loss_permille: int
    jitter_ms: int | None
    up_videos: int
    down_videos: int


@dataclass(slots=True)
class _Totals:
    octets: int = 0
    expected: int = 0
    packets: int = 0


class QualityMeter:
    """Totals only ever grow within one stream; a stream that ended is simply not seen again."""

    def __init__(self, now_ns: int) -> None:
        self._at_ns = now_ns
        self._sent_octets = 0
        self._streams: dict[UplinkStream, _Totals] = {}

    def measure(
        self,
        uplinks: Iterable[UplinkStream],
        downlinks: Iterable[DownlinkStream],
        sent_octets: int,
        now_ns: int,
    ) -> QualityFigures:
        """Figures since the last call; `sent_octets` is the leg's total, resends included."""
        elapsed_ms = max(1, (now_ns - self._at_ns) // 1_000_000)
        received = _Totals()
        streams: dict[UplinkStream, _Totals] = {}
        jitters: list[float] = []
        up_videos = 0
        downlinks = tuple(downlinks)
        for uplink in uplinks:
            stats = uplink.stats
            before = self._streams.get(uplink, _Totals())
            streams[uplink] = _Totals(stats.octets, stats.expected, stats.packets)
            received.octets += stats.octets - before.octets
            received.expected += stats.expected - before.expected
            received.packets += stats.packets - before.packets
            if stats.packets > before.packets:
                jitters.append(stats.jitter_ms)
                up_videos += uplink.is_video
        sent = sent_octets - self._sent_octets
        self._streams, self._sent_octets, self._at_ns = streams, sent_octets, now_ns
        lost = max(0, received.expected - received.packets)
        return QualityFigures(
            up_kbps=received.octets * 8 // elapsed_ms,
            down_kbps=sent * 8 // elapsed_ms,
            up_loss_permille=lost * 1000 // received.expected if received.expected > 0 else 0,
            down_loss_permille=max((d.loss_256ths for d in downlinks), default=0) * 1000 // 256,
            jitter_ms=round(max(jitters)) if jitters else None,
            up_videos=up_videos,
            down_videos=sum(one.slot.kind is TrackKind.VIDEO for one in downlinks),
        )


@dataclass(slots=True)
class DownlinkRates:
    """What a leg is sent, split by kind, for the ceiling of its publishers."""

    audio_bits: int = 0
    video_bits: int = 0
    videos: int = 0
    loss_256ths: int = 0


class DownlinkMeter:
    def __init__(self, now_ns: int) -> None:
        self._at_ns = now_ns
        self._octets: dict[DownlinkStream, int] = {}

    def measure(self, downlinks: Iterable[DownlinkStream], now_ns: int) -> DownlinkRates:
        """Bits a second of each kind since the last call."""
        elapsed_ns = max(1, now_ns - self._at_ns)
        rates = DownlinkRates()
        octets: dict[DownlinkStream, int] = {}
        for downlink in downlinks:
            octets[downlink] = downlink.octets
            bits = (downlink.octets - self._octets.get(downlink, 0)) * 8
            rate = bits * 1_000_000_000 // elapsed_ns
            if downlink.slot.kind is TrackKind.VIDEO:
                rates.video_bits += rate
                rates.videos += 1
            else:
                rates.audio_bits += rate
            rates.loss_256ths = max(rates.loss_256ths, downlink.loss_256ths)
        self._octets, self._at_ns = octets, now_ns
        return rates
