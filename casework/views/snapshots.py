"""Snapshots of the streams that pages follow: `call:ID`, `case:ID`, `hall`, `queue`, `staff:ID` and
`window:ID`.

A snapshot is one JSON object, made of stored values alone (nothing that changes by time passing).
Every event on such a stream carries an RFC 7396 merge patch, so a snapshot and the
events after its number equal a fresh snapshot; a member that is null is left out. Ids and states
only: names are fetched by those who may see them.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlalchemy import Connection, Row, select

from audit.canonical import JsonValue
from casework.errors import NotFound
from casework.model.call import WAITING, Direction, Presence
from casework.model.call_session import CallSession
from casework.model.merge_patch import JsonObject, without_nulls
from casework.store import schema_call as s
from casework.views import calls
from casework.views.case_snapshot import case_snapshot
from casework.views.lines import UNMEASURED, is_sound_only, lines_of
from casework.views.marks import evidence_from


def snapshot(conn: Connection, stream: str) -> JsonObject:
    """The present state of a stream; raises NotFound for one that has no snapshot."""
    kind, _, id_ = stream.partition(":")
    reader = _READERS.get(kind)
    if reader is None:
        raise NotFound("no such stream")
    return without_nulls(reader(conn, id_))


def call_snapshot(conn: Connection, call_id: str) -> JsonObject:
    call = calls.call_of(conn, call_id)
    offer = next((o for o in calls.offers_of(conn, call_id) if o.outcome is None), None)
    lines = lines_of(conn, call_id)
    return {
        "call": call.id,
        "kind": call.kind,
        "direction": call.direction,
        "outlet": call.outlet_id,
        "window": call.window_id,
        "profile": call.profile,
        "group": call.group,
        "priority": call.priority,
        "interruption": call.interruption,
        "cases": calls.cases_of(conn, call_id),
        "clerk": call.clerk_id,
        "reviewer": call.reviewer_id,
        "state": call.state,
        "since_ms": call.since_ms,
        "requested_ms": call.requested_ms,
        "place": call.place,
        "expected_wait_ms": call.expected_wait_ms,
        "active_ms": call.active_ms,
        "recheck_due": call.recheck_due,
        "sound_only": is_sound_only(conn, call_id) or None,
        "evidence_from_ms": call.evidence_from_ms,
        "ended_ms": call.ended_ms,
        "end_reason": call.end_reason,
        "offer": None
        if offer is None
        else {"offer": offer.id, "staff": offer.staff_id, "ends_ms": offer.ends_ms},
        "persons": {
            person.id: {
                "kind": person.kind,
                "staff": person.staff_id,
                "answer": person.answer,
                "answered_ms": person.answered_ms,
            }
            for person in calls.persons_of(conn, call_id)
        },
        "legs": {
            leg.id: {
                "seat": leg.seat,
                "site": leg.site,
                "staff": leg.staff_id,
                "state": leg.state,
                "since_ms": leg.since_ms,
                "admitted": list(leg.admitted),
                "line": lines.get(leg.id, UNMEASURED).level,
                "up": lines.get(leg.id, UNMEASURED).up,
                "down": lines.get(leg.id, UNMEASURED).down,
            }
            for leg in calls.legs_of(conn, call_id)
        },
        "marks": _marks(conn, call),
        "recording": _recording(conn, call_id),
    }


def hall_snapshot(conn: Connection, _id: str = "") -> JsonObject:
    row = conn.execute(select(s.hall)).one_or_none()
    if row is None:
        return {"on_duty": 0, "free": 0, "waiting": 0, "expected_wait_ms": None}
    return {
        "on_duty": row.on_duty,
        "free": row.free,
        "waiting": row.waiting,
        "expected_wait_ms": row.expected_wait_ms,
    }


def queue_snapshot(conn: Connection, _id: str = "") -> JsonObject:
    """Waiting calls, for those who answer them."""
    return {
        "calls": {
            call.id: {
                "kind": call.kind,
                "outlet": call.outlet_id,
                "window": call.window_id,
                "group": call.group,
                "priority": call.priority,
                "state": call.state,
                "place": call.place,
                "requested_ms": call.requested_ms,
            }
            for call in calls.calls_in(conn, WAITING)
            if call.direction is Direction.TO_HALL
        }
    }


def staff_snapshot(conn: Connection, staff_id: str) -> JsonObject:
    """What one member of staff has declared, is rung by, and is busy with."""
    row = conn.execute(select(s.presence).where(s.presence.c.staff_id == staff_id)).one_or_none()
    offer = conn.execute(
        select(s.call_offer).where(
            s.call_offer.c.staff_id == staff_id, s.call_offer.c.outcome.is_(None)
        )
    ).one_or_none()
    call = calls.open_call_of_reviewer(conn, staff_id)
    return {
        "presence": Presence.OFF if row is None else row.state,
        "reason": None if row is None else row.reason,
        "since_ms": None if row is None else row.since_ms,
        "misses": 0 if row is None else row.misses,
        "call": None if call is None else call.id,
        "offer": None
        if offer is None
        else {"offer": offer.id, "call": offer.call_id, "ends_ms": offer.ends_ms},
    }


def window_snapshot(conn: Connection, window_id: str) -> JsonObject:
    """The call at a window and whether a citizen screen is paired with it."""
    call = calls.open_call_of_window(conn, window_id)
    screen = conn.scalar(
        select(s.citizen_screen.c.id)
        .where(s.citizen_screen.c.window_id == window_id, s.citizen_screen.c.revoked_ms.is_(None))
        .limit(1)
    )
    return {"call": None if call is None else call.id, "screen": screen is not None}


def _marks(conn: Connection, call: CallSession) -> JsonObject:
    rows = conn.execute(select(s.mark).where(s.mark.c.call_id == call.id).order_by(s.mark.c.id))
    stands_from = evidence_from(conn, call)
    return {
        row.id: {
            "kind": row.kind,
            "t_ms": row.t_ms,
            "stands": row.mono_ms >= stands_from,
            "case": row.case_id,
            "ref": row.ref,
        }
        for row in rows
    }


def _recording(conn: Connection, call_id: str) -> JsonValue:
    row: Row[tuple[object, ...]] | None = conn.execute(
        select(s.recording).where(s.recording.c.call_id == call_id)
    ).one_or_none()
    if row is None:
        return None
    return {
        "started_ms": row.started_ms,
        "ended_ms": row.ended_ms,
        "ok": row.health_ok,
        "cause": row.health_cause,
    }


_READERS: Mapping[str, Callable[[Connection, str], JsonObject]] = MappingProxyType(
    {
        "call": call_snapshot,
        "case": case_snapshot,
        "hall": hall_snapshot,
        "queue": queue_snapshot,
        "staff": staff_snapshot,
        "window": window_snapshot,
    }
)
