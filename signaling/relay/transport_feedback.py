"""When a leg's packets arrived, for the congestion control of the page that sent them.

draft-holmer-rmcat-transport-wide-cc-extensions-01: every packet of a leg carries one number that
counts over all its streams; the feedback tells which of them came, and when, in steps of 250 µs.
"""

import struct
from collections.abc import Iterator, Sequence

from signaling.relay.rtcp import TRANSPORT_FEEDBACK
from signaling.relay.sequence import SequenceUnwrapper

FORMAT = 15  # of TRANSPORT_FEEDBACK
INTERVAL_NS = 100_000_000
MOST_STATUSES = 512
"""One feedback tells of no more packets; those further back are not told of again."""
_TICK_NS = 250_000
_TICKS_A_REFERENCE = 256  # 64 ms
_MISSING, _SMALL, _LARGE = range(3)
_LONGEST_RUN = 0x1FFF
_SYMBOLS_A_VECTOR = 7  # of two bits
_HEAD = struct.Struct("!BBHIIHHI")


class TransportFeedback:
    """Packets in, feedback out; the owner keeps the clock. Before anything arrived nothing is due."""

    __slots__ = ("_arrived", "_count", "_fresh", "_next", "_sent_ns", "_unwrapper")

    def __init__(self) -> None:
        self._unwrapper = SequenceUnwrapper()
        self._arrived: dict[int, int] = {}
        self._fresh: list[int] = []
        self._next = -1
        self._count = 0
        self._sent_ns = 0

    def arrived(self, number: int, now_ns: int) -> bool:
        """A packet with this 16-bit number came; True when feedback should go out now."""
        extended = self._unwrapper.extend(number)
        if extended not in self._arrived:
            self._arrived[extended] = now_ns // _TICK_NS
            self._fresh.append(extended)
        return now_ns - self._sent_ns >= INTERVAL_NS

    def take(self, sender: int, media: int, now_ns: int) -> bytes:
        """An RTCP packet about everything since the last one; b"" when there is nothing."""
        self._sent_ns = now_ns
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return b""
        last = max(fresh)
        # What was overtaken lies before `_next`, and is told with its neighbours once more: a sender
        # forgets what he has heard of as received and takes the rest anew.
        first = min(fresh) if self._next < 0 else min(self._next, *fresh)
        first = max(first, last + 1 - MOST_STATUSES)
        self._next = max(self._next, last + 1)
        packet = self._build(sender, media, range(first, last + 1))
        if len(self._arrived) > 2 * MOST_STATUSES:  # not each time: it looks through all of them
            self._arrived = {n: at for n, at in self._arrived.items() if n > last - MOST_STATUSES}
        return packet

    def _build(self, sender: int, media: int, numbers: range) -> bytes:
        ticks = [self._arrived.get(number) for number in numbers]
        reference = next(at for at in ticks if at is not None) // _TICKS_A_REFERENCE
        before = reference * _TICKS_A_REFERENCE
        statuses: list[int] = []
        deltas: list[bytes] = []
        for at in ticks:
            if at is None:
                statuses.append(_MISSING)
                continue
            delta = max(-0x8000, min(0x7FFF, at - before))
            before += delta
            if 0 <= delta <= 0xFF:
                statuses.append(_SMALL)
                deltas.append(delta.to_bytes(1, "big"))
            else:
                statuses.append(_LARGE)
                deltas.append(delta.to_bytes(2, "big", signed=True))
        body = b"".join((*_chunks(statuses), *deltas))
        padding = -len(body) % 4
        if padding:
            body += bytes(padding - 1) + bytes((padding,))
        count, self._count = self._count, (self._count + 1) & 0xFF
        head = _HEAD.pack(
            0x80 | (0x20 if padding else 0) | FORMAT,
            TRANSPORT_FEEDBACK,
            (_HEAD.size + len(body)) // 4 - 1,
            sender,
            media,
            numbers[0] & 0xFFFF,
            len(numbers),
            (reference & 0xFFFFFF) << 8 | count,
        )
        return head + body


def _chunks(statuses: Sequence[int]) -> Iterator[bytes]:
    """Packet status chunks: a run where one is longer than a vector would be, else a vector."""
    at = 0
    while at < len(statuses):
        symbol = statuses[at]
        end = at + 1
        while end < len(statuses) and statuses[end] == symbol and end - at < _LONGEST_RUN:
            end += 1
        if end - at >= _SYMBOLS_A_VECTOR or end == len(statuses):
            yield (symbol << 13 | end - at).to_bytes(2, "big")
            at = end
            continue
        chunk = 0b11
        vector = statuses[at : at + _SYMBOLS_A_VECTOR]
        for one in (*vector, *(_MISSING,) * (_SYMBOLS_A_VECTOR - len(vector))):
            chunk = chunk << 2 | one
        yield chunk.to_bytes(2, "big")
        at += len(vector)
