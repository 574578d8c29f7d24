"""The visit 到访: one person's presence at an outlet, from the door to the rating. It may hold several
cases, and may end without any.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.model.case import Priority

MAX_CALLS = 3
"""Who was called so often and did not come has gone."""


class VisitStep(StrEnum):
    """The seven steps 引导—咨询—填写—等待—叫号—办理—评价 (domain.md, row 38), in their usual order. Any
    may be left out or come again.
    """

    GUIDE = "guide"
    CONSULT = "consult"
    FILL = "fill"
    WAIT = "wait"
    CALL = "call"
    HANDLE = "handle"
    RATE = "rate"


IN_THE_HALL = frozenset({VisitStep.GUIDE, VisitStep.CONSULT, VisitStep.FILL, VisitStep.WAIT})
"""Steps of a visit that stands at no window."""
AT_A_WINDOW = frozenset({VisitStep.CONSULT, VisitStep.FILL, VisitStep.HANDLE, VisitStep.RATE})
"""Steps that the clerk of its window can begin; a call is answered or missed, never begun like this."""


class VisitEnd(StrEnum):
    """`DAY_OVER`: nobody had ended it when the next day began."""

    SERVED = "served"
    WITHOUT_CASE = "without_case"
    LEFT = "left"
    MISSED = "missed"
    DAY_OVER = "day_over"


@dataclass(frozen=True, slots=True)
class Visit:
    """`number` is what is called, such as A012; the day and the outlet make it one. `window_id` is where the
    visit stands, None while it stands at none and when it has ended. `misses` counts calls that nobody came
    to. Times are wall milliseconds.
    """

    id: str
    outlet_id: str
    day: date
    number: str
    opened_ms: int
    opened_by: str
    version: int
    priority: Priority | None = None
    window_id: str | None = None
    misses: int = 0
    ended_ms: int | None = None
    end: VisitEnd | None = None


def visit_number(serial: int) -> str:
    """A012: what a person is called by on this day at this outlet."""
    return f"A{serial:03d}"
