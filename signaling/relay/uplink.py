"""One stream that a publisher sends: received, kept, counted, asked for, and fanned out."""

import asyncio
import time
from typing import Protocol

from casework.ports import GapCause, MediaTap, TrackInfo, TrackKind, TrackSource
from signaling.relay.codecs import Codec, keyframe_starts
from signaling.relay.counters import Counters
from signaling.relay.downlink import DownlinkStream
from signaling.relay.keyframes import KeyframeThrottle
from signaling.relay.losses import LossTracker
from signaling.relay.receive_stats import ReceiveStats
from signaling.relay.ring import PacketRing
from signaling.relay.rtcp import SenderInfo
from signaling.relay.rtp import FIXED_HEADER_BYTES, HeaderLayout, forwarded
from signaling.relay.sequence import SequenceUnwrapper

LOSS_POLL_SECONDS = 0.01


class Publisher(Protocol):
    """What an uplink stream needs of its leg and room."""

    rtt_ns: int

    def arrived(self, stream: "UplinkStream", number: int, now_ns: int) -> None:
        """A packet with this transport-wide number came; it may be one that came too late."""

    def ask_again(self, stream: "UplinkStream", numbers: list[int]) -> None:
        """Sends a NACK for these extended numbers."""

    def ask_keyframe(self, stream: "UplinkStream") -> None:
        """Sends a PLI."""

    def new_track(self, stream: "UplinkStream") -> TrackInfo:
        """The first admitted packet came: gives the track its number."""

    def published(self, stream: "UplinkStream") -> None:
        """The stream has a track now: subscribers attach before its first packet goes out."""


class UplinkStream:
    """One SSRC of one leg. Until `admitted`, packets count for receiver reports only: they are
    neither forwarded, nor kept, nor given to the tap.

    `track` is set from the first admitted packet until admission or the leg ends, and `flowing`
    once that packet has been passed on; `downlinks` are the subscribers' sides that get packets.
    """

    def __init__(
        self,
        ssrc: int,
        source: TrackSource,
        codec: Codec,
        publisher: Publisher,
        tap: MediaTap | None,
        counters: Counters,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.ssrc = ssrc
        self.source = source
        self.codec = codec
        self.kind = codec.kind
        self.stats = ReceiveStats(codec.clock_rate)
        self.ring = PacketRing()
        self.admitted = False
        self.track: TrackInfo | None = None
        self.downlinks: tuple[DownlinkStream, ...] = ()
        self.last_report: SenderInfo | None = None
        self.keyframes = KeyframeThrottle(loop, lambda: publisher.ask_keyframe(self))
        self._loop = loop
        self._publisher = publisher
        self._tap = tap
        self._counters = counters
        self.closed = False
        self.flowing = False
        self._sequence = SequenceUnwrapper()
        self._layout = HeaderLayout()
        self._losses = LossTracker()
        self._loss_timer: asyncio.TimerHandle | None = None
        self.is_video = codec.kind is TrackKind.VIDEO

    def receive(self, packet: bytes, now_ns: int) -> None:
        """A decrypted packet of this SSRC and payload type. Raises `MalformedPacket`."""
        stamp_at, number_at, payload_at = self._layout.of(packet)
        if number_at:
            number = packet[number_at] << 8 | packet[number_at + 1]
            self._publisher.arrived(self, number, now_ns)
        extended = self._sequence.extend(packet[2] << 8 | packet[3])
        self.stats.add(extended, packet[4:8], now_ns, len(packet))
        if not self.admitted:
            return
        track = self.track or self._open(now_ns)
        if extended == self._losses.next:
            self._losses.next = extended + 1
        else:
            extended = self._out_of_order(packet, extended, now_ns)
            if extended < 0:
                return
        opens = not self.is_video or keyframe_starts(packet, payload_at)
        if self.is_video and (opens or not self.flowing):
            self._begin_picture(extended, now_ns, found=opens)
        self.flowing = True
        rest = forwarded(packet, stamp_at, number_at, now_ns)
        first_two, timestamp, payload_bytes = packet[:2], packet[4:8], len(packet) - payload_at
        self.ring.put(extended, first_two, timestamp, rest)
        for downlink in self.downlinks:
            if downlink.gated:
                self._at_the_gate(downlink, extended, payload_at, opens=opens)
            else:
                downlink.forward(extended, first_two, timestamp, rest, payload_bytes)
        if self._tap is not None:
            self._tap.rtp(track.track, extended, packet, payload_at, now_ns)

    def _out_of_order(self, packet: bytes, extended: int, now_ns: int) -> int:
        """The packet's number; -1 when it comes too late to be passed on."""
        if not self._losses.arrived(extended, now_ns):
            self._counters["rtp.too_late"] += 1
            if not self._losses.restarted:
                return -1
            extended = self._begin_anew(packet, now_ns)
        self._watch_losses()
        return extended

    def _begin_picture(self, extended: int, now_ns: int, *, found: bool) -> None:
        """A keyframe begins, or the first packet begins none: then one is asked for, and so is, where
        nothing was sent before this stream was let in, what its first packets can only have been.
        """
        if found:
            self.keyframes.keyframe_began(now_ns)
            self._losses.look_no_further(extended)
            return
        self.keyframes.request()
        if self.stats.packets == 1:
            self._losses.look_back(extended, now_ns)
        self._watch_losses()

    def _watch_losses(self) -> None:
        if self._losses.open and self._loss_timer is None:
            self._loss_timer = self._loop.call_later(LOSS_POLL_SECONDS, self._poll_losses)

    def _begin_anew(self, packet: bytes, now_ns: int) -> int:
        """The sender began its numbers anew: everybody goes on upwards. The packet's number."""
        extended = self._sequence.restart(packet[2] << 8 | packet[3])
        self._losses.restart(extended)
        self._tell_given_up(now_ns)
        self.stats.restart(extended)
        for downlink in self.downlinks:
            downlink.restart()
        return extended

    def _at_the_gate(
        self, downlink: DownlinkStream, extended: int, payload_at: int, *, opens: bool
    ) -> None:
        """Begins the run of a subscriber who got nothing so far, if the packet with this number may
        begin one.
        """
        if not opens:
            self.keyframes.request()  # again and again, for a PLI may be lost too
            return
        downlink.open_gate(extended)
        # A run may begin late: what came before its beginning, and belongs behind it, goes out too.
        for number in range(extended, self._sequence.highest + 1):
            entry = self.ring.get(number)
            if entry is not None:
                payload_bytes = max(0, FIXED_HEADER_BYTES + len(entry[3]) - payload_at)
                downlink.forward(number, entry[1], entry[2], entry[3], payload_bytes)

    def sender_report(self, report: SenderInfo, now_ns: int) -> None:
        """The publisher's SR; the owner has checked that it speaks of this stream."""
        self.stats.sender_report(report.ntp, now_ns)
        self.last_report = report
        if self._tap is not None and self.track is not None:
            self._tap.sender_report(self.track.track, report.ntp, report.rtp, now_ns)
        for downlink in self.downlinks:
            downlink.sender_report(report.ntp, report.rtp, now_ns)

    def withdraw(self, cause: GapCause | None) -> None:
        """Ends the track: admission withdrawn, the leg silent, or the leg closed."""
        now_ns = time.monotonic_ns()
        self._losses.abandon()
        self._tell_given_up(now_ns)
        self._losses = LossTracker()
        self.flowing = False
        track, self.track = self.track, None
        if track is not None and self._tap is not None:
            self._tap.track_closed(track.track, cause, now_ns)

    def close(self, cause: GapCause | None) -> None:
        self.withdraw(cause)
        self.admitted = False
        self.closed = True
        self.downlinks = ()
        self.keyframes.close()
        if self._loss_timer is not None:
            self._loss_timer.cancel()
            self._loss_timer = None

    def _open(self, now_ns: int) -> TrackInfo:
        if self.stats.packets > 1:
            # Not let in, or away: what was lost meanwhile says nothing of the line now.
            self.stats.restart(self._sequence.highest)
        track = self.track = self._publisher.new_track(self)
        if self._tap is not None:
            self._tap.track_opened(track, now_ns)
        self._publisher.published(self)
        return track

    def _poll_losses(self) -> None:
        self._loss_timer = None
        now_ns = time.monotonic_ns()
        asks = self._losses.due(now_ns, self._publisher.rtt_ns)
        if asks:
            self._publisher.ask_again(self, asks)
        if self._tell_given_up(now_ns) and self.is_video:
            self.keyframes.request()
        self._watch_losses()

    def _tell_given_up(self, now_ns: int) -> bool:
        """Reports given-up numbers to the tap; True when there were any."""
        ranges = self._losses.take_given_up()
        for first, last in ranges:
            self._counters["rtp.given_up"] += last - first + 1
            if self._tap is not None and self.track is not None:
                self._tap.lost(self.track.track, first, last, now_ns)
        return bool(ranges)
