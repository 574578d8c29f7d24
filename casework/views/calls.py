"""Reads of calls and what belongs to them."""

from collections.abc import Iterable

from sqlalchemy import Connection, Row, Select, select

from casework.errors import NotFound
from casework.model.call import (
    OVER,
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
from casework.model.call_session import CallSession, Leg, Offer, Person
from casework.model.interruption import InterruptionPolicy
from casework.model.outlet import WindowProfile
from casework.ports import TrackSource
from casework.store import schema_call as s

_OVER = tuple(sorted(OVER))


def call_of(conn: Connection, call_id: str) -> CallSession:
    """Raises NotFound."""
    row = conn.execute(select(s.call).where(s.call.c.id == call_id)).one_or_none()
    if row is None:
        raise NotFound("no such call")
    return _session(row)


def calls_in(conn: Connection, states: Iterable[CallState]) -> list[CallSession]:
    """Calls that stand in one of `states`, oldest first."""
    return _sessions(conn, select(s.call).where(s.call.c.state.in_(sorted(states))))


def open_call_of_window(conn: Connection, window_id: str) -> CallSession | None:
    """The window's call that is neither over nor in wrap-up, if it has one."""
    found = _sessions(
        conn,
        select(s.call).where(
            s.call.c.window_id == window_id,
            s.call.c.state.not_in((*_OVER, CallState.WRAP_UP)),
        ),
    )
    return found[-1] if found else None


def open_call_of_reviewer(conn: Connection, staff_id: str) -> CallSession | None:
    """The call that occupies the reviewer, wrap-up included."""
    found = _sessions(
        conn,
        select(s.call).where(
            s.call.c.reviewer_id == staff_id,
            s.call.c.state.not_in(_OVER),
        ),
    )
    return found[-1] if found else None


def calls_of_case(conn: Connection, case_id: str) -> list[CallSession]:
    """Every call in which the case was worked on, oldest first."""
    mine = select(s.call_case.c.call_id).where(s.call_case.c.case_id == case_id)
    return _sessions(conn, select(s.call).where(s.call.c.id.in_(mine)))


def cases_of(conn: Connection, call_id: str) -> list[str]:
    """Ids of the call's cases in the order they came into it."""
    return list(
        conn.scalars(
            select(s.call_case.c.case_id)
            .where(s.call_case.c.call_id == call_id)
            .order_by(s.call_case.c.from_ms, s.call_case.c.case_id)
        )
    )


def offer_of(conn: Connection, offer_id: str) -> Offer:
    """Raises NotFound."""
    row = conn.execute(select(s.call_offer).where(s.call_offer.c.id == offer_id)).one_or_none()
    if row is None:
        raise NotFound("no such offer")
    return _offer(row)


def offers_of(conn: Connection, call_id: str) -> list[Offer]:
    """Every offer of the call, oldest first."""
    rows = conn.execute(
        select(s.call_offer).where(s.call_offer.c.call_id == call_id).order_by(s.call_offer.c.id)
    )
    return [_offer(row) for row in rows]


def open_offers(conn: Connection) -> list[Offer]:
    """Everybody who is being rung now."""
    rows = conn.execute(
        select(s.call_offer)
        .where(s.call_offer.c.outcome.is_(None))
        .order_by(s.call_offer.c.ends_ms, s.call_offer.c.id)
    )
    return [_offer(row) for row in rows]


def is_rung_by(conn: Connection, call_id: str, staff_id: str) -> bool:
    """Whether the call is offered to this member of staff now."""
    return any(
        offer.call_id == call_id and offer.staff_id == staff_id for offer in open_offers(conn)
    )


def persons_of(conn: Connection, call_id: str) -> list[Person]:
    rows = conn.execute(
        select(s.call_person).where(s.call_person.c.call_id == call_id).order_by(s.call_person.c.id)
    )
    return [
        Person(
            row.id,
            row.call_id,
            PersonKind(row.kind),
            row.staff_id,
            NoticeAnswer(row.answer) if row.answer else None,
            row.answered_ms,
        )
        for row in rows
    ]


def legs_of(conn: Connection, call_id: str) -> list[Leg]:
    rows = conn.execute(select(s.leg).where(s.leg.c.call_id == call_id).order_by(s.leg.c.id))
    return [_leg(row) for row in rows]


def leg_of(conn: Connection, leg_id: str) -> Leg:
    """Raises NotFound."""
    row = conn.execute(select(s.leg).where(s.leg.c.id == leg_id)).one_or_none()
    if row is None:
        raise NotFound("no such leg")
    return _leg(row)


def _sessions(conn: Connection, query: Select[tuple[object, ...]]) -> list[CallSession]:
    rows = conn.execute(query.order_by(s.call.c.requested_ms, s.call.c.id))
    return [_session(row) for row in rows]


def _session(row: Row[tuple[object, ...]]) -> CallSession:
    return CallSession(
        id=row.id,
        kind=CallKind(row.kind),
        direction=Direction(row.direction),
        group=row.group_code,
        outlet_id=row.outlet_id,
        window_id=row.window_id,
        profile=WindowProfile(row.profile),
        interruption=InterruptionPolicy(row.interruption),
        requested_by=row.requested_by,
        clerk_id=row.clerk_id,
        reviewer_id=row.reviewer_id,
        own_reviewer_id=row.own_reviewer_id,
        priority=row.priority,
        state=CallState(row.state),
        since_ms=row.since_ms,
        version=row.version,
        requested_ms=row.requested_ms,
        queued_ms=row.queued_ms,
        requeued=row.requeued,
        place=row.place,
        expected_wait_ms=row.expected_wait_ms,
        accepted_ms=row.accepted_ms,
        active_ms=row.active_ms,
        resume_to=CallState(row.resume_to) if row.resume_to else None,
        recheck_due=row.recheck_due,
        evidence_from_ms=row.evidence_from_ms,
        worker=row.worker,
        epoch=row.epoch,
        ended_ms=row.ended_ms,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
    )


def _offer(row: Row[tuple[object, ...]]) -> Offer:
    return Offer(
        row.id,
        row.call_id,
        row.staff_id,
        row.offered_ms,
        row.ends_ms,
        OfferOutcome(row.outcome) if row.outcome else None,
        row.outcome_ms,
        row.reason,
    )


def _leg(row: Row[tuple[object, ...]]) -> Leg:
    return Leg(
        id=row.id,
        call_id=row.call_id,
        seat=Seat(row.seat),
        site=Site(row.site),
        staff_id=row.staff_id,
        state=LegState(row.state),
        since_ms=row.since_ms,
        sent=frozenset(TrackSource(source) for source in row.sent),
        required=frozenset(TrackSource(source) for source in row.required),
        admitted=tuple(TrackSource(source) for source in row.admitted),
        incarnation=row.incarnation,
    )
