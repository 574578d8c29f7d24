"""The gap ledger: a line for every stretch of time that is missing, and no other line."""

from collections import Counter
from dataclasses import dataclass, replace

from casework.ports import GapCause, TrackSource

Source = tuple[str, TrackSource]
"""A leg and what of it is recorded."""

MAX_PENDING_LINES = 8
LONG_GAP_MS = 1_500
"""Longer than one segment: the heads of all parts go to the log at once."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Since when, and why, nothing of a source is recorded; a line once it is back."""

    from_ns: int
    cause: GapCause


@dataclass(frozen=True, slots=True)
class GapLine:
    leg: str
    source: TrackSource
    cause: GapCause
    from_mono_ms: int
    to_mono_ms: int
    frames: int | None


class Ledger:
    """Collects lines until they are written, and counts them for the next segment record.

    A hopeless line would write a line for every second packet; so of one source at most
    `MAX_PENDING_LINES` wait, and the last one grows instead.
    """

    def __init__(self) -> None:
        self._pending: list[GapLine] = []
        self._lines: Counter[Source] = Counter()
        self._missing: Counter[Source] = Counter()

    def add(self, line: GapLine) -> None:
        source = (line.leg, line.source)
        mine = [at for at, other in enumerate(self._pending) if (other.leg, other.source) == source]
        self._missing[source] += line.frames or 0
        if len(mine) >= MAX_PENDING_LINES and self._pending[mine[-1]].cause is line.cause:
            last = self._pending[mine[-1]]
            frames = None if line.frames is None else (last.frames or 0) + line.frames
            self._pending[mine[-1]] = replace(
                last,
                from_mono_ms=min(last.from_mono_ms, line.from_mono_ms),
                to_mono_ms=max(last.to_mono_ms, line.to_mono_ms),
                frames=frames,
            )
            return
        self._lines[source] += 1
        self._pending.append(line)

    def __bool__(self) -> bool:
        return bool(self._pending)

    def take(self) -> list[GapLine]:
        """The lines to be written, oldest first."""
        taken, self._pending = self._pending, []
        return taken

    def count(self, leg: str, sources: frozenset[TrackSource]) -> tuple[int, int]:
        """Lines and missing frames of these sources since they were counted last."""
        keys = [(leg, source) for source in sources]
        return (
            sum(self._lines.pop(key, 0) for key in keys),
            sum(self._missing.pop(key, 0) for key in keys),
        )
