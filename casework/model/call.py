"""Words of the call: its states and how it moves between them, its sites, seats and persons."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from casework.ports import CITIZEN_SITE


class CallState(StrEnum):
    """One state at a time, each kept as an interval (domain.md §3.5).

    `requested` lasts no time of its own when the hall is called: the call is queued in the same
    act. `missed` ends a call that nobody at the window took; a call that a reviewer does not take
    goes back to the head of the queue and stays alive.
    """

    REQUESTED = "requested"
    QUEUED = "queued"
    OFFERED = "offered"
    CONNECTING = "connecting"
    CONSENT = "consent"
    ACTIVE = "active"
    HELD = "held"
    INTERRUPTED = "interrupted"
    WRAP_UP = "wrap_up"
    ENDED = "ended"
    ABANDONED = "abandoned"
    MISSED = "missed"
    DECLINED_CONSENT = "declined_consent"
    FAILED = "failed"


_S = CallState

TRANSITIONS: Mapping[CallState, frozenset[CallState]] = MappingProxyType(
    {
        _S.REQUESTED: frozenset({_S.QUEUED, _S.OFFERED, _S.ABANDONED}),
        _S.QUEUED: frozenset({_S.OFFERED, _S.ABANDONED, _S.DECLINED_CONSENT}),
        _S.OFFERED: frozenset(
            {_S.CONNECTING, _S.QUEUED, _S.MISSED, _S.ABANDONED, _S.DECLINED_CONSENT}
        ),
        _S.CONNECTING: frozenset(
            {_S.CONSENT, _S.ACTIVE, _S.ENDED, _S.ABANDONED, _S.DECLINED_CONSENT, _S.FAILED}
        ),
        _S.CONSENT: frozenset(
            {_S.ACTIVE, _S.INTERRUPTED, _S.WRAP_UP, _S.DECLINED_CONSENT, _S.FAILED}
        ),
        _S.ACTIVE: frozenset({_S.HELD, _S.INTERRUPTED, _S.CONSENT, _S.WRAP_UP}),
        _S.HELD: frozenset({_S.ACTIVE, _S.INTERRUPTED, _S.WRAP_UP}),
        _S.INTERRUPTED: frozenset(
            {_S.ACTIVE, _S.CONSENT, _S.HELD, _S.WRAP_UP, _S.ENDED, _S.DECLINED_CONSENT}
        ),
        _S.WRAP_UP: frozenset({_S.ENDED}),
    }
)

OVER = frozenset({_S.ENDED, _S.ABANDONED, _S.MISSED, _S.DECLINED_CONSENT, _S.FAILED})
"""States that no call leaves."""

WAITING = frozenset({_S.REQUESTED, _S.QUEUED, _S.OFFERED})
"""Nobody has taken the call yet."""

WITH_MEDIA = frozenset({_S.CONNECTING, _S.CONSENT, _S.ACTIVE, _S.HELD, _S.INTERRUPTED})
"""The call was taken and is not over: its room is open and legs may join."""

RUNNING = frozenset({_S.ACTIVE, _S.HELD})
"""The parties are joined; a decision may be confirmed in it."""

OCCUPIED = WITH_MEDIA | {_S.WRAP_UP}
"""The reviewer who took the call is not free."""


class CallKind(StrEnum):
    """A review call has a case; a consultation (咨询) may go without. A pre-check (预审) has a draft, and
    nothing is decided in it.
    """

    REVIEW = "review"
    CONSULT = "consult"
    PRECHECK = "precheck"


class Direction(StrEnum):
    """Who rings whom: the window the hall, or the reviewer who holds the case the window."""

    TO_HALL = "to_hall"
    TO_WINDOW = "to_window"


class Site(StrEnum):
    """Legs of one site never hear each other (design.md §4). A citizen is at the counter, or with a
    device of her own somewhere else: who sits where is `policy.admission.site_of`.
    """

    COUNTER = "counter"
    CITIZEN = CITIZEN_SITE
    HALL = "hall"


class Seat(StrEnum):
    """A place in the call; each has at most one leg, and the newest page sits on it."""

    WINDOW = "window"
    CITIZEN = "citizen"
    HALL = "hall"


class PersonKind(StrEnum):
    """Who takes part; only citizen and agent answer a notice, staff sign in."""

    CLERK = "clerk"
    REVIEWER = "reviewer"
    CITIZEN = "citizen"
    AGENT = "agent"
    INTERPRETER = "interpreter"
    COMPANION = "companion"

    @property
    def answers_notice(self) -> bool:
        return self in {PersonKind.CITIZEN, PersonKind.AGENT}


class NoticeAnswer(StrEnum):
    """What one person said to the notice; a person who has not answered has none."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class LegState(StrEnum):
    """As the media worker sees it; `gone` = silent for 3 s, kept 60 s for a rejoin."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    GONE = "gone"
    CLOSED = "closed"


class OfferOutcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    CANCELLED = "cancelled"


class EndReason(StrEnum):
    """Why a call is over. Those of `IN_ORDER` are a person's act after the parties had met."""

    FINISHED = "finished"
    WITHDRAWN = "consent_withdrawn"
    CANCELLED = "cancelled"
    TO_DESK_REVIEW = "to_desk_review"
    NOT_TAKEN = "not_taken"
    REFUSED_NOTICE = "refused_notice"
    NOT_CONNECTED = "not_connected"
    NOT_RESUMED = "not_resumed"
    NO_WORKER = "no_worker"


IN_ORDER = frozenset({EndReason.FINISHED})


class DeclineReason(StrEnum):
    """Why a reviewer does not take an offer now (暂不接)."""

    FINISHING_CASE = "finishing_case"
    NOT_MY_FIELD = "not_my_field"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    DEVICE = "device"
    OTHER = "other"


class MarkKind(StrEnum):
    """Points on the timeline of a recording."""

    NOTICE = "notice"
    IDENTITY = "identity"
    DECLARATION = "declaration"
    RECHECK = "recheck"
    MATERIAL = "material"
    STILL_ASKED = "still_asked"
    NOT_UNDERSTOOD = "not_understood"
    DECISION = "decision"
    JOINED = "joined"
    GONE = "gone"
    LEFT = "left"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONTENT = "content"


class Presence(StrEnum):
    """What a member of staff has declared (在岗 / 离岗 / 下班); being in a call is not declared."""

    FREE = "free"
    AWAY = "away"
    OFF = "off"


class AwayReason(StrEnum):
    BREAK = "break"
    MEETING = "meeting"
    CASEWORK = "casework"
    TRAINING = "training"
    OTHER = "other"
    MISSED_CALLS = "missed_calls"
