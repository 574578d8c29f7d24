"""A paper original that the office took in: where it is, who has it, and whether it went back."""

from dataclasses import dataclass
from enum import StrEnum

MAX_WHAT = 120


class OriginalState(StrEnum):
    """`held` until it was given back to the applicant or has reached the archive."""

    HELD = "held"
    GIVEN_BACK = "given_back"
    ARCHIVED = "archived"


class OriginalPlace(StrEnum):
    WINDOW = "window"
    OUTLET_SAFE = "outlet_safe"
    ON_ITS_WAY = "on_its_way"
    HALL = "hall"
    ARCHIVE = "archive"
    """Where its way ends: nobody of the office has it any more."""


@dataclass(frozen=True, slots=True)
class Original:
    """`code` is the material that it is the original of; `holder` the member of staff who has it now, None
    when nobody of the office has. What paper it is stands sealed in the entry `entry_seq`. Wall ms.
    """

    id: str
    case_id: str
    code: str
    state: OriginalState
    place: OriginalPlace
    holder: str | None
    taken_at_ms: int
    since_ms: int
    entry_seq: int
