"""Puts the packets of one track back in order and says which will never come.

Nothing is held while nothing is missing, but for the first moment of a track, when nobody can know
yet which packet is the first. While a loss is open the packets behind it wait, at most
`HOLD_NS`, for NACK to bring it back; live forwarding never waits for this.
"""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

from casework.ports import GapCause
from recording.worker.rtp import ARRIVAL, SEQ, Packet

HOLD_NS = 2_000_000_000
FIRST_HOLD_NS = 100_000_000
MAX_JUMP = 1024
"""A loss this long is never recovered: senders keep about as many packets to resend."""
MAX_SPANS = 512
_STALE_BEFORE_RESTART = 64


class InOrder(Protocol):
    """Receives packets in sequence; `missing` stands where packets would have been."""

    def packets(self, ready: deque[Packet]) -> None:
        """Takes packets off `ready` until it is empty; one that raises is off, the rest is not."""

    def missing(self, count: int, cause: GapCause) -> None:
        """`count` is 0 where sequence numbers started anew and nobody can tell."""


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int
    cause: GapCause


class Reorder:
    """Between two calls neither a held packet nor a lost span lies at `_next`, and nothing that
    is in order waits in `_ready`.
    """

    def __init__(self, sink: InOrder) -> None:
        self._sink = sink
        self._next: int | None = None
        self._ready: deque[Packet] = deque()
        self._held: dict[int, Packet] = {}
        self._lost: list[_Span] = []
        self._stale = 0
        self._stale_next: int | None = None
        self._first_ns = 0

    @property
    def waiting(self) -> bool:
        """Whether packets are held behind an open loss."""
        return bool(self._held)

    def push(self, arrived: deque[Packet]) -> None:
        """Takes packets off `arrived` until it is empty."""
        ready, held = self._ready, self._held
        while arrived:
            packet = arrived.popleft()
            seq = packet[SEQ]
            if seq == self._next and not held and not self._lost:
                self._next = seq + 1
                ready.append(packet)
            else:
                self._sort_in(packet, seq)
        self._hand_on()

    def lost(self, first: int, last: int, cause: GapCause) -> None:
        """Extended sequence numbers `first` to `last` (inclusive) never come."""
        if self._next is not None and last >= self._next and len(self._lost) < MAX_SPANS:
            self._lost.append(_Span(first, last, cause))
            self._advance()
            self._hand_on()

    def expire(self, now_ns: int) -> None:
        """Gives up losses whose following packet has waited longer than `HOLD_NS`."""
        if self._next is None and now_ns - self._first_ns >= FIRST_HOLD_NS:
            self._begin()
        while self._held and self._next is not None:
            behind = min(self._held)
            if now_ns - self._held[behind][ARRIVAL] < HOLD_NS:
                break
            self._skip_to(behind)
        self._hand_on()

    def flush(self) -> None:
        """Gives up every open loss and hands over what is held."""
        self._begin()
        while self._held:
            self._skip_to(min(self._held))
        self._hand_on()

    def _sort_in(self, packet: Packet, seq: int) -> None:
        if self._next is None:
            self._collect(packet, seq)
        elif seq < self._next:
            self._late(packet, seq)
        else:
            self._stale = 0
            far = seq - self._next > MAX_JUMP
            if far:
                self.flush()
            self._held.setdefault(seq, packet)
            if far:
                self._skip_to(seq)
            elif seq == self._next:
                self._advance()

    def _collect(self, packet: Packet, seq: int) -> None:
        if not self._held:
            self._first_ns = packet[ARRIVAL]
        self._held.setdefault(seq, packet)
        if packet[ARRIVAL] - self._first_ns >= FIRST_HOLD_NS:
            self._begin()

    def _begin(self) -> None:
        if self._next is None and self._held:
            self._next = min(self._held)
            self._advance()

    def _late(self, packet: Packet, seq: int) -> None:
        # A duplicate, or a packet whose loss was already given up. Many in a row, none in order
        # between them, mean that the sender began its numbers anew.
        self._stale = self._stale + 1 if self._next == self._stale_next else 1
        self._stale_next = self._next
        if self._stale >= _STALE_BEFORE_RESTART:
            self.flush()
            self._lost.clear()
            self._stale = 0
            self._sink.missing(0, GapCause.LOSS)
            self._next = seq + 1
            self._ready.append(packet)

    def _skip_to(self, seq: int) -> None:
        if self._next is not None and seq > self._next:
            self._miss(seq, GapCause.LOSS)
        self._next = seq
        self._advance()

    def _advance(self) -> None:
        """Goes on from `_next` as far as packets are held or known to be lost."""
        while self._next is not None:
            at = self._next
            held = self._held.pop(at, None)
            if held is not None:
                self._next = at + 1
                self._ready.append(held)
                continue
            span = next((span for span in self._lost if span.first <= at <= span.last), None)
            if span is None:
                break
            behind = (seq for seq in self._held if seq <= span.last)
            self._miss(min(behind, default=span.last + 1), span.cause)
        if self._lost and self._next is not None:
            at = self._next
            self._lost = [span for span in self._lost if span.last >= at]

    def _miss(self, until: int, cause: GapCause) -> None:
        """What lies before `until` is missing."""
        self._hand_on()
        if self._next is not None:
            count, self._next = until - self._next, until
            self._sink.missing(count, cause)

    def _hand_on(self) -> None:
        if self._ready:
            self._sink.packets(self._ready)
