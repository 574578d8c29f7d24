"""Puts the packets of one track back in order and says which will never come.

Nothing is held while nothing is missing, but for the first moment of a track, when nobody can know
yet which packet is the first. While a loss is open the packets behind it wait, at most
`HOLD_NS`, for NACK to bring it back; live forwarding never waits for this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from casework.ports import GapCause
from recording.worker.rtp import RtpPacket

HOLD_NS = 2_000_000_000
FIRST_HOLD_NS = 100_000_000
MAX_JUMP = 1024
"""A loss this long is never recovered: senders keep about as many packets to resend."""
MAX_SPANS = 512
_STALE_BEFORE_RESTART = 64


class InOrder(Protocol):
    """Receives packets in sequence; `missing` stands where packets would have been."""

    def packet(self, packet: RtpPacket) -> None: ...

    def missing(self, count: int, cause: GapCause) -> None:
        """`count` is 0 where sequence numbers started anew and nobody can tell."""


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    cause: GapCause


class Reorder:
    def __init__(self, sink: InOrder) -> None:
        self._sink = sink
        self._next: int | None = None
        self._held: dict[int, RtpPacket] = {}
        self._lost: list[_Span] = []
        self._stale = 0
        self._first_ns = 0

    @property
    def waiting(self) -> bool:
        """Whether packets are held behind an open loss."""
        return bool(self._held)

    def push(self, packet: RtpPacket) -> None:
        if self._next is None:
            self._collect(packet)
            return
        seq = packet.seq
        if seq == self._next and not self._held and not self._lost:
            self._next = seq + 1
            self._stale = 0
            self._sink.packet(packet)
            return
        if seq < self._next:
            self._late(packet, seq)
            return
        self._stale = 0
        if seq - self._next > MAX_JUMP:
            self.flush()
            if seq > self._next:
                self._sink.missing(seq - self._next, GapCause.LOSS)
            self._next = seq
        self._held.setdefault(seq, packet)
        self._advance()

    def lost(self, first: int, last: int, cause: GapCause) -> None:
        """Extended sequence numbers `first` to `last` (inclusive) never come."""
        if self._next is None:
            return
        if last >= self._next and len(self._lost) < MAX_SPANS:
            self._lost.append(_Span(first, last, cause))
            self._advance()

    def expire(self, now_ns: int) -> None:
        """Gives up losses whose following packet has waited longer than `HOLD_NS`."""
        if self._next is None and now_ns - self._first_ns >= FIRST_HOLD_NS:
            self._begin()
        while self._held and self._next is not None:
            behind = min(self._held)
            if now_ns - self._held[behind].arrival_ns < HOLD_NS:
                return
            self._skip_to(behind)

    def flush(self) -> None:
        """Gives up every open loss and hands over what is held."""
        self._begin()
        while self._held:
            self._skip_to(min(self._held))

    def _collect(self, packet: RtpPacket) -> None:
        if not self._held:
            self._first_ns = packet.arrival_ns
        self._held.setdefault(packet.seq, packet)
        if packet.arrival_ns - self._first_ns >= FIRST_HOLD_NS:
            self._begin()

    def _begin(self) -> None:
        if self._next is None and self._held:
            self._next = min(self._held)
            self._advance()

    def _late(self, packet: RtpPacket, seq: int) -> None:
        # A duplicate, or a packet whose loss was already given up. Many in a row mean that the
        # sender began its numbers anew.
        self._stale += 1
        if self._stale >= _STALE_BEFORE_RESTART:
            self.flush()
            self._lost.clear()
            self._stale = 0
            self._sink.missing(0, GapCause.LOSS)
            self._next = seq + 1
            self._sink.packet(packet)

    def _skip_to(self, seq: int) -> None:
        if self._next is not None and seq > self._next:
            self._sink.missing(seq - self._next, GapCause.LOSS)
        self._next = seq
        self._advance()

    def _advance(self) -> None:
        for step in self._steps():
            if isinstance(step, RtpPacket):
                self._sink.packet(step)
            else:
                self._sink.missing(step.last - step.first + 1, step.cause)
        if self._lost and self._next is not None:
            at = self._next
            self._lost = [span for span in self._lost if span.last >= at]

    def _steps(self) -> Iterator[RtpPacket | _Span]:
        while self._next is not None:
            at = self._next
            held = self._held.pop(at, None)
            if held is not None:
                self._next = at + 1
                yield held
                continue
            span = next((span for span in self._lost if span.first <= at <= span.last), None)
            if span is None:
                return
            end = min([span.last, *(seq - 1 for seq in self._held if seq <= span.last)])
            self._next = end + 1
            yield _Span(at, end, span.cause)
