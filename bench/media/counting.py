"""The subscriber's side of the count: what came, how late, and in which runs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.media.identity import Known
from bench.media.streams import REMEMBERED

BUCKET_NS = 20_000
RUN_NS = 2_000_000  # the longest hold that the design allows for batching
_MARKED = 1


class ReceivedStream:
    """One stream as one subscriber gets it under one SSRC, once it is known; `number` is its
    place on the board, `sizes` and `board` are those of the stream.
    """

    def __init__(self, sizes: Sequence[int], board: memoryview, known: Known) -> None:
        self.number = known.number
        self.duplicates = 0
        self.strangers = 0  # packets of another size than their number's: not what was sent
        self.seen = bytearray(known.k + (1 << 14))
        self.delays: Counter[int] = Counter()
        self._sizes = sizes
        self._board = board
        self._offset = known.sequence - known.k
        self._last = known.k
        self._overhead = known.overhead

    @property
    def highest(self) -> int:
        """The highest sequence number, as receiver reports tell it."""
        return self._last + self._offset

    def packet(self, sequence: int, size: int, at_ns: int, *, timed: bool) -> None:
        """`at_ns` is the kernel's arrival stamp; `timed` says whether the delay counts."""
        k = self._last + ((sequence - self._offset - self._last + 0x8000) & 0xFFFF) - 0x8000
        if k < 0 or size - self._sizes[k % len(self._sizes)] != self._overhead:
            self.strangers += 1
            return
        self._last = max(self._last, k)
        if k >= len(self.seen):
            self.seen.extend(bytes(k + 1 - len(self.seen) + (1 << 14)))
        if self.seen[k]:
            self.duplicates += 1
            return
        self.seen[k] = _MARKED
        if timed:
            self.delays[(at_ns - self._board[k % REMEMBERED]) // BUCKET_NS] += 1

    def received(self, first: int, end: int) -> int:
        """How many of the packets `first` to `end` - 1 came."""
        return self.seen.count(_MARKED, first, end)


@dataclass(slots=True)
class RunMeter:
    """How many successive datagrams to one client could have left in one segmented send: equal in
    size, the last perhaps smaller, within the longest hold.
    """

    runs: int = 0
    packets: int = 0
    _size: int = 0
    _began_ns: int = 0

    def packet(self, size: int, at_ns: int) -> None:
        self.packets += 1
        if size <= self._size and at_ns - self._began_ns <= RUN_NS:
            if size < self._size:
                self._size = 0  # only the last may be shorter
            return
        self.runs += 1
        self._size, self._began_ns = size, at_ns


@dataclass(slots=True)
class Tally:
    """Figures of one or more subscribers, over one window."""

    expected: int = 0
    received: int = 0
    duplicates: int = 0
    strangers: int = 0
    runs: int = 0
    run_packets: int = 0
    delays: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.expected += other.expected
        self.received += other.received
        self.duplicates += other.duplicates
        self.strangers += other.strangers
        self.runs += other.runs
        self.run_packets += other.run_packets
        self.delays += other.delays

    @property
    def delivery(self) -> float:
        return self.received / self.expected if self.expected else 0.0

    @property
    def mean_run(self) -> float:
        return self.run_packets / self.runs if self.runs else 0.0

    def delay_ms(self, share: float) -> float:
        """The delay that `share` of the packets stayed under, to the bucket's upper edge."""
        wanted, sofar = share * self.delays.total(), 0
        for bucket in sorted(self.delays):
            sofar += self.delays[bucket]
            if sofar >= wanted:
                return (bucket + 1) * BUCKET_NS / 1e6
        return 0.0
