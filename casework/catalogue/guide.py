"""What a service guide 办事指南 tells beyond the form: channels, limits and their clock, supplements, fees.

Every element has a default that says "nothing special", so that a version published before the
element was known still reads the same.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """`act` with its document number where it has one; `article` only where it is certain."""

    act: str
    article: str = ""


class ChannelKind(StrEnum):
    """Where the item can be had."""

    OUTLET = "outlet"
    HALL = "hall"
    ONLINE = "online"
    TELEPHONE = "telephone"
    POST = "post"
    HOME_VISIT = "home_visit"


@dataclass(frozen=True, slots=True)
class Channel:
    kind: ChannelKind
    text: str


class ClockStart(StrEnum):
    """From when a limit runs: the application was received (社会保险经办条例), or accepted."""

    RECEIPT = "receipt"
    ACCEPTANCE = "acceptance"


class DayUnit(StrEnum):
    WORKING = "working"
    CALENDAR = "calendar"


class StopCause(StrEnum):
    SUPPLEMENT = "supplement"
    SPECIAL_PROCEDURE = "special_procedure"
    PUBLIC_NOTICE = "public_notice"
    OTHER_AGENCY = "other_agency"


@dataclass(frozen=True, slots=True)
class ClockStop:
    """The clock stands still for this cause, and only because a rule says so."""

    cause: StopCause
    basis: LegalBasis


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """`legal_days` count in `unit`, None where no rule sets a limit; a limit has its `basis`.

    `deemed_accepted` names the rule by which silence accepts an application; without one nothing
    is ever deemed accepted.
    """

    starts: ClockStart = ClockStart.ACCEPTANCE
    legal_days: int | None = None
    unit: DayUnit = DayUnit.WORKING
    basis: LegalBasis | None = None
    stops: tuple[ClockStop, ...] = ()
    deemed_accepted: LegalBasis | None = None


NO_LIMIT = TimeLimit()


@dataclass(frozen=True, slots=True)
class SupplementRule:
    """补正: `days` is the term in working days. `lapses` names the rule by which a supplement that does not
    come in time counts as withdrawn (逾期未补正，视为撤回); without one a case waits as long as it takes.
    """

    days: int
    lapses: LegalBasis | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """`yuan` is text with two decimals: money is never a float. No fee at all is an empty list."""

    name: str
    yuan: str
    basis: LegalBasis


class SecondReviewWhen(StrEnum):
    ALWAYS = "always"
    AMOUNT_FROM = "amount_from"


@dataclass(frozen=True, slots=True)
class SecondReview:
    """复审: `amount_from` compares the value `field` of the item's changes with `yuan`."""

    when: SecondReviewWhen
    field: str = ""
    yuan: str = ""


@dataclass(frozen=True, slots=True)
class GuideElement:
    """An element a city adds to its guide: a heading and what stands under it."""

    title: str
    text: str
