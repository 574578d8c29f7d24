"""The call session 连线会话 and what belongs to it, as read from the store. Times are wall ms."""

from dataclasses import dataclass

from casework.model.call import (
    IN_ORDER,
    CallKind,
    CallState,
    Direction,
    EndReason,
    LegState,
    NoticeAnswer,
    OfferOutcome,
    PersonKind,
    Seat,
    Site,
)
from casework.model.interruption import InterruptionPolicy
from casework.model.outlet import WindowProfile
from casework.ports import TrackSource


@dataclass(frozen=True, slots=True)
class CallSession:
    """One call: one room, one recording, and no, one or several cases.

    `group` is the item group a reviewer must be certified for, None for a consultation without an
    item. `place` counts from 1 among the waiting calls. `resume_to` is the state an interrupted
    call goes back to. `epoch` fences the room's lease. Marks before `evidence_from_ms` do not
    count; while `recheck_due` the identity has to be confirmed again.
    """

    id: str
    kind: CallKind
    direction: Direction
    group: str | None
    outlet_id: str
    window_id: str
    profile: WindowProfile
    interruption: InterruptionPolicy
    requested_by: str
    clerk_id: str | None
    reviewer_id: str | None
    own_reviewer_id: str | None
    priority: bool
    state: CallState
    since_ms: int
    version: int
    requested_ms: int
    queued_ms: int | None
    requeued: bool
    place: int | None
    expected_wait_ms: int | None
    accepted_ms: int | None
    active_ms: int | None
    resume_to: CallState | None
    recheck_due: bool
    evidence_from_ms: int | None
    worker: str | None
    epoch: int
    ended_ms: int | None
    end_reason: EndReason | None

    @property
    def ended_in_order(self) -> bool:
        """The parties had met, and a person ended the call."""
        return self.end_reason in IN_ORDER and self.active_ms is not None


@dataclass(frozen=True, slots=True)
class Offer:
    """One person being rung until `ends_ms`; `outcome` is None while it rings."""

    id: str
    call_id: str
    staff_id: str
    offered_ms: int
    ends_ms: int
    outcome: OfferOutcome | None
    outcome_ms: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part; `answer` is None until the notice was answered."""

    id: str
    call_id: str
    kind: PersonKind
    staff_id: str | None
    answer: NoticeAnswer | None
    answered_ms: int | None


@dataclass(frozen=True, slots=True)
class Leg:
    """One media connection. `incarnation` grows with every page that sits down on the seat."""

    id: str
    call_id: str
    seat: Seat
    site: Site
    staff_id: str | None
    state: LegState
    since_ms: int
    sent: frozenset[TrackSource]
    required: frozenset[TrackSource]
    admitted: tuple[TrackSource, ...]
    incarnation: int

    @property
    def has_sound(self) -> bool:
        """Whether it has a microphone and a speaker; a tablet beside the window has none."""
        return self.seat is not Seat.CITIZEN or self.site is Site.CITIZEN
