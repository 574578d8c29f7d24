"""Reads of the hall: who is on duty and free, who waits, how long it will take."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from casework.actor import Role
from casework.model.call import (
    OCCUPIED,
    OVER,
    WAITING,
    CallState,
    Direction,
    OfferOutcome,
    Presence,
)
from casework.model.call_session import CallSession
from casework.policy.routing import (
    USUAL_HANDLE_MS,
    FreeReviewer,
    PastOffer,
    WaitingCall,
    certified,
    expected_wait_ms,
    in_order,
)
from casework.store import schema_call as s
from casework.store import schema_org as org
from casework.views.calls import calls_in

_AVERAGED_CALLS = 20
_NOT_OVER = sorted(frozenset(CallState) - OVER)
"""Named one by one, an index finds them: most calls that there ever were are over."""


@dataclass(frozen=True, slots=True)
class Duty:
    """A reviewer on duty. `free` = reachable, neither in a call nor in wrap-up nor being rung.
    `rung` = the call at the head of the queue is ringing here.
    """

    staff_id: str
    groups: frozenset[str]
    free: bool
    free_since_ms: int
    rung: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting call stands (from 1) and how long it is likely to wait, None = unknown."""

    call_id: str
    place: int
    expected_wait_ms: int | None


@dataclass(frozen=True, slots=True)
class HallState:
    """What every outlet may know: 审核台 `free` 人空闲, `waiting` calls, the wait of a new one."""

    on_duty: int
    free: int
    waiting: int
    expected_wait_ms: int | None


def duties(conn: Connection, now_ms: int) -> list[Duty]:
    """Reviewers on duty whose page is reachable, with what they are certified for now."""
    staff = conn.execute(
        select(s.presence.c.staff_id, s.presence.c.free_since_ms)
        .where(
            s.presence.c.role == Role.REVIEWER,
            s.presence.c.state == Presence.FREE,
            s.presence.c.reachable,
        )
        .order_by(s.presence.c.staff_id)
    ).all()
    groups = certificates(conn, now_ms)
    busy = occupied(conn)
    rung = being_rung(conn)
    return [
        Duty(
            row.staff_id,
            groups.get(row.staff_id, frozenset()),
            row.staff_id not in busy,
            row.free_since_ms,
            row.staff_id in rung,
        )
        for row in staff
    ]


def free_reviewers(conn: Connection, now_ms: int) -> list[FreeReviewer]:
    return [
        FreeReviewer(duty.staff_id, duty.groups, duty.free_since_ms)
        for duty in duties(conn, now_ms)
        if duty.free
    ]


def occupied(conn: Connection) -> frozenset[str]:
    """Staff who are in a call, in wrap-up or being rung."""
    in_call = conn.scalars(
        select(s.call.c.reviewer_id).where(
            s.call.c.state.in_(sorted(OCCUPIED)), s.call.c.reviewer_id.is_not(None)
        )
    ).all()
    calling = conn.scalars(
        select(s.call.c.requested_by).where(
            s.call.c.direction == Direction.TO_WINDOW, s.call.c.state.in_(_NOT_OVER)
        )
    ).all()
    return frozenset(in_call) | being_rung(conn) | frozenset(calling)


def being_rung(conn: Connection) -> frozenset[str]:
    rung = select(s.call_offer.c.staff_id).where(s.call_offer.c.outcome.is_(None))
    return frozenset(conn.scalars(rung))


def certificates(conn: Connection, now_ms: int) -> dict[str, frozenset[str]]:
    """Item groups by member of staff, of the certificates that hold now."""
    held: dict[str, set[str]] = defaultdict(set)
    rows = conn.execute(
        select(org.certificate.c.staff_id, org.certificate.c.group_code).where(
            and_(
                org.certificate.c.from_ms <= now_ms,
                or_(org.certificate.c.until_ms.is_(None), org.certificate.c.until_ms > now_ms),
            )
        )
    )
    for row in rows:
        held[row.staff_id].add(row.group_code)
    return {staff: frozenset(groups) for staff, groups in held.items()}


def queue(conn: Connection) -> list[WaitingCall]:
    """Calls to the hall that nobody has taken, in the order in which they are offered."""
    calls = [
        call
        for call in calls_in(conn, WAITING)
        if call.direction is Direction.TO_HALL and call.queued_ms is not None
    ]
    past = _past_offers(conn, [call.id for call in calls])
    return in_order(_waiting(call, past.get(call.id, ())) for call in calls)


def queued(conn: Connection) -> list[WaitingCall]:
    """Those of the queue that ring at nobody."""
    ringing = set(conn.scalars(select(s.call.c.id).where(s.call.c.state == CallState.OFFERED)))
    return [call for call in queue(conn) if call.call_id not in ringing]


def places(conn: Connection, now_ms: int) -> list[Place]:
    """Place and expected wait of every waiting call, in queue order."""
    on_duty = duties(conn, now_ms)
    handle_ms = usual_handle_ms(conn)
    return [
        Place(call.call_id, place, _wait(place, call.group, on_duty, handle_ms))
        for place, call in enumerate(queue(conn), start=1)
    ]


def hall_state(conn: Connection, now_ms: int) -> HallState:
    on_duty = duties(conn, now_ms)
    waiting = len(queue(conn))
    return HallState(
        on_duty=len(on_duty),
        free=sum(duty.free for duty in on_duty),
        waiting=waiting,
        expected_wait_ms=_wait(waiting + 1, None, on_duty, usual_handle_ms(conn)),
    )


def usual_handle_ms(conn: Connection) -> int:
    """Mean time from taking a call to the end of its wrap-up, over the last ones; 10 minutes before
    there are any.
    """
    recent = (
        select((s.call.c.since_ms - s.call.c.accepted_ms).label("handled"))
        .where(s.call.c.state == CallState.ENDED, s.call.c.accepted_ms.is_not(None))
        .order_by(s.call.c.since_ms.desc())
        .limit(_AVERAGED_CALLS)
        .subquery()
    )
    mean = conn.scalar(select(func.avg(recent.c.handled)))
    return USUAL_HANDLE_MS if mean is None else int(mean)


def _wait(place: int, group: str | None, on_duty: list[Duty], handle_ms: int) -> int | None:
    """A call that rings waits in the queue still: who is rung is not taken by another as well."""
    able = [duty for duty in on_duty if certified(duty.groups, group)]
    ready = sum(duty.free or duty.rung for duty in able)
    return expected_wait_ms(place, ready, len(able), handle_ms)


def _past_offers(conn: Connection, call_ids: list[str]) -> dict[str, tuple[PastOffer, ...]]:
    found: dict[str, tuple[PastOffer, ...]] = {}
    rows = conn.execute(
        select(s.call_offer)
        .where(
            s.call_offer.c.call_id.in_(call_ids),
            s.call_offer.c.outcome.in_((OfferOutcome.DECLINED, OfferOutcome.MISSED)),
        )
        .order_by(s.call_offer.c.id)
    )
    for row in rows:
        offer = PastOffer(row.staff_id, row.outcome == OfferOutcome.DECLINED, row.outcome_ms)
        found[row.call_id] = (*found.get(row.call_id, ()), offer)
    return found


def _waiting(call: CallSession, past: tuple[PastOffer, ...]) -> WaitingCall:
    return WaitingCall(
        call_id=call.id,
        group=call.group,
        queued_ms=call.queued_ms or call.requested_ms,
        priority=call.priority,
        requeued=call.requeued,
        own_reviewer=call.own_reviewer_id,
        clerk_id=call.clerk_id,
        past=past,
    )
