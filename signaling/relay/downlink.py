"""One publisher's stream as one subscriber gets it: rewritten, resendable, pausable."""

from collections import OrderedDict
from typing import Protocol

from signaling.relay import rtcp
from signaling.relay.keyframes import KeyframeThrottle
from signaling.relay.receive_stats import ReportBlock
from signaling.relay.ring import PacketRing
from signaling.relay.rtp import fixed_header
from signaling.relay.sequence import nearest
from signaling.relay.slots import Slot

_SRS_REMEMBERED = 8
MOST_RESENDS = 10
"""Of one packet, as many as a browser asks for."""
_RESENDS_REMEMBERED = 512


class Subscriber(Protocol):
    """The leg that gets the stream; both methods drop what cannot be sent."""

    def send_rtp(self, header: bytes, rest: bytes) -> None:
        """A packet as its fixed header and what follows it, which all subscribers share."""

    def send_rtcp(self, compound: bytes) -> None: ...


class DownlinkStream:
    """SSRC and sequence numbers are ours, time stamps the publisher's: one incarnation has one
    SSRC, so there is nothing to stitch, and SRs need only another SSRC and our counts.

    The sequence numbers start anew at each run (attach, or end of a pause) right after the last
    one sent, so a pause leaves no hole; packets from before the run are never sent.
    """

    __slots__ = (
        "_floor",
        "_offset",
        "_resends",
        "_ring",
        "_run_begin",
        "_run_reported",
        "_sent_reports",
        "_ssrc_bytes",
        "_subscriber",
        "gated",
        "jitter",
        "keyframes",
        "last",
        "loss_256ths",
        "octets",
        "packets",
        "resent",
        "slot",
        "ssrc",
    )

    def __init__(
        self,
        slot: Slot,
        subscriber: Subscriber,
        ring: PacketRing,
        keyframes: KeyframeThrottle,
        first_sequence: int,
    ) -> None:
        self.slot = slot
        self.ssrc = slot.ssrc
        self._ssrc_bytes = slot.ssrc.to_bytes(4, "big")
        self._ring = ring
        self._subscriber = subscriber
        self.keyframes = keyframes
        self._floor = -1
        self._offset = 0
        self._sent_reports: OrderedDict[int, int] = OrderedDict()
        self._resends: OrderedDict[int, tuple[int, int]] = OrderedDict()
        self._run_begin = first_sequence
        self._run_reported = False
        self.gated = True
        self.last = first_sequence - 1
        self.packets = 0
        self.octets = 0
        self.resent = 0
        self.loss_256ths = 0
        self.jitter = 0

    def restart(self) -> None:
        """The next packet that may open the gate begins a new run. Of its loss nothing is known yet:
        what was lost before, to a leg that was away, says nothing of its line.
        """
        self.gated = True
        self.loss_256ths = 0

    def open_gate(self, extended: int) -> None:
        """The packet with this number begins a run: a keyframe's first, or any of audio."""
        self._floor = extended
        self._offset = self.last + 1 - extended
        self._run_begin, self._run_reported = self.last + 1, False
        self.gated = False

    def forward(
        self, extended: int, first_two: bytes, timestamp: bytes, tail: bytes, payload_bytes: int
    ) -> None:
        if extended < self._floor:
            return
        number = extended + self._offset
        if number > self.last:  # noqa: PLR1730 - a call of max a packet is dearer
            self.last = number
        self.packets += 1
        self.octets += payload_bytes
        header = fixed_header(first_two, number & 0xFFFF, timestamp, self._ssrc_bytes)
        self._subscriber.send_rtp(header, tail)

    def resend(self, sequence: int, now_ns: int, rtt_ns: int) -> bool:
        """Sends again what this leg got under `sequence`; False when it is not kept any more, or was
        sent again a moment ago (then it is on its way) or too often.

        The ring's bytes never change, so SRTP (same key, SSRC, index and text) gives the very
        datagram of the first time; anything else would repeat a GCM nonce with other data.
        """
        number = nearest(sequence, self.last)
        extended = number - self._offset
        if number > self.last or extended < self._floor or self._floor < 0:
            return False
        entry = self._ring.get(extended)
        if entry is None or not self._may_resend(number, now_ns, rtt_ns):
            return False
        _, first_two, timestamp, tail = entry
        self.resent += 1
        header = fixed_header(first_two, sequence, timestamp, self._ssrc_bytes)
        self._subscriber.send_rtp(header, tail)
        return True

    def _may_resend(self, number: int, now_ns: int, rtt_ns: int) -> bool:
        """Not twice within most of a round trip: a peer's own idea of it may be a little shorter."""
        times, last_ns = self._resends.get(number, (0, 0))
        if times and (times >= MOST_RESENDS or now_ns - last_ns < rtt_ns * 3 // 4):
            return False
        self._resends[number] = (times + 1, now_ns)
        self._resends.move_to_end(number)
        while len(self._resends) > _RESENDS_REMEMBERED:
            self._resends.popitem(last=False)
        return True

    def sender_report(self, ntp: int, rtp: int, now_ns: int) -> None:
        """Passes on the publisher's SR for this stream, and remembers when, for the RTT."""
        self._sent_reports[(ntp >> 16) & 0xFFFFFFFF] = now_ns
        while len(self._sent_reports) > _SRS_REMEMBERED:
            self._sent_reports.popitem(last=False)
        report = rtcp.build_sender_report(self.ssrc, ntp, rtp, self.packets, self.octets)
        names = rtcp.build_source_description(self.ssrc, self.slot.stream)
        self._subscriber.send_rtcp(report + names)

    def round_trip_ns(self, block: ReportBlock, now_ns: int) -> int | None:
        """Time from our forwarding of the SR that `block` names, less the peer's own delay."""
        # The first report that reaches into the run tells also of what was lost before it.
        self.loss_256ths = block.fraction_lost if self._run_reported else 0
        reached = nearest(block.highest_sequence & 0xFFFF, self.last)
        self._run_reported = self._run_reported or reached >= self._run_begin
        self.jitter = block.jitter
        sent_ns = self._sent_reports.get(block.last_sr)
        if not block.last_sr or sent_ns is None:
            return None
        elapsed = now_ns - sent_ns - block.delay_since_sr * 1_000_000_000 // 65536
        return elapsed if elapsed >= 0 else None
