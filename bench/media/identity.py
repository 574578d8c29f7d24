"""Whose packets an SSRC carries, and from which on: told by their sizes alone.

A server may rewrite SSRC, sequence number and time stamp, but not the length of the payload. Some
twenty successive packets have differences of size that occur once in the clip; the publishers of a
room are at different seconds of it, so the place in the clip also tells the publisher.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.media.streams import REMEMBERED

RUN_PACKETS = 24
MOST_BEHIND = 0.1  # of a loop: packets older than that are not just arriving


@dataclass(frozen=True, slots=True)
class Known:
    """Packet `k` came with this sequence number; all packets of the stream are `overhead` bytes
    longer than their payload.
    """

    number: int
    k: int
    sequence: int
    overhead: int


class Places:
    """Finds where in the loop a run of sizes occurs."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.sizes = sizes
        changes: dict[tuple[int, int], list[int]] = {}
        count = len(sizes)
        for at in range(count):
            key = self._change(at), self._change(at + 1)
            changes.setdefault(key, []).append(at)
        self._by_change = changes

    def find(self, run: Sequence[int]) -> list[int]:
        """Every place where the loop has the same differences of size as `run` (three or more)."""
        wanted = [b - a for a, b in itertools.pairwise(run)]
        return [
            at
            for at in self._by_change.get((wanted[0], wanted[1]), ())
            if all(self._change(at + step) == change for step, change in enumerate(wanted))
        ]

    def _change(self, at: int) -> int:
        count = len(self.sizes)
        return self.sizes[(at + 1) % count] - self.sizes[at % count]


class Identifier:
    """Collects the first packets of one SSRC until they can belong to one stream only.

    `candidates` maps stream numbers to their boards (`SentBoard.stream`).
    """

    def __init__(self, places: Places, candidates: Mapping[int, memoryview]) -> None:
        self._places = places
        self._candidates = candidates
        self._run: list[int] = []
        self._next = -1

    def packet(self, sequence: int, size: int) -> Known | None:
        """What is known after this packet. A run must be without a gap."""
        if sequence != self._next:
            self._run.clear()
        self._next = (sequence + 1) & 0xFFFF
        self._run.append(size)
        if len(self._run) < RUN_PACKETS:
            return None
        found = [
            known
            for place in self._places.find(self._run)
            for known in self._owners(place + len(self._run) - 1, sequence, size)
        ]
        return found[0] if len(found) == 1 else None

    def _owners(self, last: int, sequence: int, size: int) -> list[Known]:
        loop = len(self._places.sizes)
        overhead = size - self._places.sizes[last % loop]
        known = []
        for number, board in self._candidates.items():
            behind = (board[REMEMBERED] - 1 - last) % loop
            if board[REMEMBERED] and behind <= MOST_BEHIND * loop:
                k = board[REMEMBERED] - 1 - behind
                known.append(Known(number, k, sequence, overhead))
        return known
