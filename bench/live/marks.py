"""Flashes and beeps: marks by which the sound and the picture of one sender are laid side by side."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

PERIOD_S = 1.0
"""A flash and a beep each second of a capture file: a mark is found again within half of it."""
LEAST_MARKS = 3


@dataclass(frozen=True, slots=True)
class Marks:
    """When flashes and beeps of one sender were somewhere: seconds on the machine's monotonic clock."""

    flashes: Sequence[float]
    beeps: Sequence[float]


def skew_between(here: Marks, there: Marks) -> float | None:
    """How many seconds later, against its picture, the sound lies there than here; None when too few
    marks were found in both.

    Pictures are compared with pictures and sounds with sounds, mark by mark. Flash with beep would
    not do: on a busy machine a browser's capture files drift apart by more than a period in a quarter
    of a minute, and a middle of what goes round in a circle is no figure.
    """
    sound = _moved(here.beeps, there.beeps)
    picture = _moved(here.flashes, there.flashes)
    return None if sound is None or picture is None else sound - picture


def _moved(here: Sequence[float], there: Sequence[float]) -> float | None:
    """The median of how much later the same marks are there."""
    moves = [min((other - one for other in there), key=abs, default=PERIOD_S) for one in here]
    near = [move for move in moves if abs(move) < PERIOD_S / 2]
    return statistics.median(near) if len(near) >= LEAST_MARKS else None
