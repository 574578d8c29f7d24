"""好差评: five levels, voluntary; who pressed is part of the record."""

from enum import IntEnum, StrEnum


class RatingLevel(IntEnum):
    VERY_SATISFIED = 5
    SATISFIED = 4
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1


class RatingGivenBy(StrEnum):
    """OWN_INPUT: touch screen, pad or own telephone. A staff device counts only flagged."""

    OWN_INPUT = "own_input"
    STAFF_DEVICE = "staff_device"


class RatingReason(StrEnum):
    """Optional reasons; codes only, a citizen types nothing on the screen."""

    SLOW = "slow"
    UNCLEAR = "unclear"
    UNFRIENDLY = "unfriendly"
    ASKED_TOO_MUCH = "asked_too_much"
    PICTURE_OR_SOUND = "picture_or_sound"
    QUICK = "quick"
    CLEAR = "clear"
    FRIENDLY = "friendly"
