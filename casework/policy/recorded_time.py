"""Which moments of a call are recorded: pure arithmetic on monotonic milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass

Track = tuple[str, str]
"""Site and source, such as ("counter", "microphone")."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a track, both ends included; `to_ms` None = still open."""

    track: Track
    from_ms: int
    to_ms: int | None


def covers(
    moment_ms: int,
    required: Iterable[Track],
    recorded: Iterable[Stretch],
    gaps: Iterable[Stretch],
) -> bool:
    """Whether every required track was being recorded at `moment_ms`; false when none is required.

    A mark that falls into a gap is no evidence, however short the gap.
    """
    recorded, gaps, required = tuple(recorded), tuple(gaps), tuple(required)
    return bool(required) and all(
        any(_holds(stretch, track, moment_ms) for stretch in recorded)
        and not any(_holds(gap, track, moment_ms) for gap in gaps)
        for track in required
    )


def longest_gap_ms(
    required: Iterable[Track], gaps: Iterable[Stretch], since_ms: int, now_ms: int
) -> int:
    """Length of the longest gap of a required track, as far as it lies after `since_ms`.

    An open gap counts until `now_ms`.
    """
    wanted = frozenset(required)
    return max(
        (
            (now_ms if gap.to_ms is None else gap.to_ms) - max(gap.from_ms, since_ms)
            for gap in gaps
            if gap.track in wanted and (gap.to_ms is None or gap.to_ms > since_ms)
        ),
        default=0,
    )


def _holds(stretch: Stretch, track: Track, moment_ms: int) -> bool:
    return (
        stretch.track == track
        and stretch.from_ms <= moment_ms
        and (stretch.to_ms is None or moment_ms <= stretch.to_ms)
    )
