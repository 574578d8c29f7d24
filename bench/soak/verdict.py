"""Whether a process is back where it was, and what may differ for which reason."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.soak.stock import Key, Stock

MORE: dict[str, float] = {"tasks": 2, "threads": 2, "descriptors": 4}
"""What may be more than before. A task and a descriptor belong to the very question; a pool of threads
and one of connections grow with the busiest moment and stay.
"""
RSS = "rss_mb"
RSS_MB = 10.0
"""What a heap may keep for itself, whatever was done: pools, arenas of its threads."""
RSS_KB_A_JOIN = 1.0
RSS_MB_A_MINUTE = 0.3


@dataclass(frozen=True, slots=True)
class Line:
    process: str
    what: str
    base: float
    after: float
    allowed: float

    @property
    def delta(self) -> float:
        return self.after - self.base

    @property
    def is_back(self) -> bool:
        return self.delta <= self.allowed


def compare(base: Stock, after: Stock, rss_mb: float) -> Iterator[Line]:
    """`rss_mb` is how much memory what was done may have left behind."""
    for process, what in sorted(base.keys() | after.keys()):
        key: Key = (process, what)
        allowed = rss_mb if what == RSS else MORE.get(what, 0.0)
        yield Line(process, what, base.get(key, 0.0), after.get(key, 0.0), allowed)


def is_memory_alone(lines: Iterable[Line]) -> bool:
    """Whether memory, and nothing that can be counted, is not back."""
    missing = [line.what for line in lines if not line.is_back]
    return bool(missing) and set(missing) == {RSS}
