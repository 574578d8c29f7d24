"""What the relay says to a leg every second, and of a leg every two."""

import time
from collections.abc import Callable

from signaling.relay import rtcp
from signaling.relay.ceiling import (
    AUDIO_BITS,
    FRESH_NS,
    LOWERED_VIDEO_BITS,
    SteadyCeiling,
    video_ceiling,
)
from signaling.relay.leg import Leg
from signaling.relay.quality import DownlinkMeter, QualityFigures, QualityMeter
from signaling.relay.uplink import UplinkStream

REPORT_NS = 1_000_000_000
QUALITY_NS = 2_000_000_000


class LegReports:
    """One leg's reporting clock. `ceiling.bits` is what each video *to* this leg may have a second
    (None = no ceiling); its publishers' reports take it into account. `lowered` holds down what the
    leg itself sends; `allowed_bits` is what it was told last, None while it has no video.
    """

    def __init__(self, leg: Leg, most_video_bits: int) -> None:
        now_ns = time.monotonic_ns()
        self._leg = leg
        self._report_at_ns = now_ns
        self._quality_at_ns = now_ns + QUALITY_NS
        self._quality = QualityMeter(now_ns)
        self._downlinks = DownlinkMeter(now_ns)
        self._packets: dict[UplinkStream, int] = {}
        self.ceiling = SteadyCeiling(most_video_bits)
        self.lowered = False
        self.allowed_bits: int | None = None

    def report(self, now_ns: int, stream_ceiling: Callable[[UplinkStream], int]) -> None:
        """Sends RR, SDES and REMB when a second has passed.

        Without the receiver reports a browser knows neither loss nor round trip, and Opus leaves
        its in-band FEC off.
        """
        if now_ns < self._report_at_ns:
            return
        self._report_at_ns = now_ns + REPORT_NS
        leg = self._leg
        self._measure_downlinks(now_ns)
        blocks = [u.stats.report(u.ssrc, now_ns) for u in leg.publications if u.stats.packets]
        compound = rtcp.build_receiver_report(leg.rtcp_ssrc, blocks)
        compound += rtcp.build_source_description(leg.rtcp_ssrc, "relay")
        compound += self._estimate(stream_ceiling)
        leg.transport.send_rtcp(compound)

    def quality(self, now_ns: int) -> QualityFigures | None:
        """The leg's figures when two seconds have passed."""
        if now_ns < self._quality_at_ns:
            return None
        self._quality_at_ns = now_ns + QUALITY_NS
        leg = self._leg
        return self._quality.measure(
            leg.publications, leg.subscriptions.active.values(), leg.transport.sent_octets, now_ns
        )

    @property
    def estimate(self) -> int | None:
        """What the leg's receiver thinks its line carries, bits a second; None when it is silent."""
        leg = self._leg
        fresh = time.monotonic_ns() - leg.estimate_ns < FRESH_NS
        return leg.estimate if fresh else None

    def _measure_downlinks(self, now_ns: int) -> None:
        leg = self._leg
        rates = self._downlinks.measure(leg.subscriptions.active.values(), now_ns)
        self.ceiling.second(
            video_ceiling(
                self.estimate,
                rates.audio_bits,
                rates.video_bits,
                rates.videos,
                rates.loss_256ths,
            )
        )

    def _estimate(self, stream_ceiling: Callable[[UplinkStream], int]) -> bytes:
        videos = [u for u in self._leg.publications if u.is_video]
        sending = [u for u in videos if u.stats.packets > self._packets.get(u, 0)]
        self._packets = {u: u.stats.packets for u in videos}
        if not videos:
            self.allowed_bits = None
            return b""
        # Nothing sent yet: allow one stream, so that the sender's first seconds may ramp up.
        ceilings = (stream_ceiling(u) for u in sending or videos[:1])
        if self.lowered:
            ceilings = (min(LOWERED_VIDEO_BITS, ceiling) for ceiling in ceilings)
        bits = self.allowed_bits = sum(ceilings) + AUDIO_BITS
        return rtcp.build_estimated_bitrate(self._leg.rtcp_ssrc, bits, [u.ssrc for u in videos])
