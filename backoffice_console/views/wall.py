"""The duty lead's wall: the queue, the staff by state, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from backoffice_console.views.day_counts import DayCounts, day_counts
from backoffice_console.views.desk_lists import QueueLine, queue_lines
from casework.actor import Actor, Role
from casework.model.call import OCCUPIED, RUNNING, CallState, Presence
from casework.model.case import CaseState
from casework.store import schema_call as s
from casework.store import schema_case as cases
from casework.store import schema_org as org
from casework.views.hall import HallState, hall_state

LONG_WAIT_MS = 3 * 60_000


@dataclass(frozen=True, slots=True)
class StaffLine:
    """`doing` is what the person is busy with: a call state, `ringing`, or what was declared."""

    id: str
    number: str
    name: str
    groups: Sequence[str]
    doing: str
    reason: str | None
    since_ms: int | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class WallCounts:
    waiting_cases: int
    overdue_cases: int
    calls_now: int
    recording_faults: int


@dataclass(frozen=True, slots=True)
class Wall:
    now_ms: int
    hall: HallState
    queue: Sequence[QueueLine]
    staff: Sequence[StaffLine]
    counts: WallCounts
    today: DayCounts


def wall(conn: Connection, actor: Actor, now_ms: int) -> Wall:
    return Wall(
        now_ms=now_ms,
        hall=hall_state(conn, now_ms),
        queue=queue_lines(conn, actor, now_ms),
        staff=_staff(conn, now_ms),
        counts=_counts(conn, now_ms),
        today=day_counts(conn, now_ms),
    )


def _staff(conn: Connection, now_ms: int) -> list[StaffLine]:
    """Every active reviewer, those on duty first."""
    holds = and_(
        org.post_grant.c.role == Role.REVIEWER,
        org.post_grant.c.from_ms <= now_ms,
        or_(org.post_grant.c.until_ms.is_(None), org.post_grant.c.until_ms > now_ms),
    )
    rows = conn.execute(
        select(org.staff.c.id, org.staff.c.number, org.staff.c.name, s.presence)
        .join(org.post_grant, and_(org.post_grant.c.staff_id == org.staff.c.id, holds))
        .outerjoin(s.presence, s.presence.c.staff_id == org.staff.c.id)
        .where(org.staff.c.active)
        .order_by(org.staff.c.number)
    ).all()
    groups = _groups(conn, now_ms)
    busy = {
        row.reviewer_id: row
        for row in conn.execute(
            select(s.call.c.reviewer_id, s.call.c.state, s.call.c.since_ms).where(
                s.call.c.state.in_(sorted(OCCUPIED)), s.call.c.reviewer_id.is_not(None)
            )
        )
    }
    rung = set(
        conn.scalars(select(s.call_offer.c.staff_id).where(s.call_offer.c.outcome.is_(None)))
    )
    lines = []
    for row in rows:
        doing, since_ms = row.state or Presence.OFF.value, row.since_ms
        if row.id in busy:
            doing, since_ms = busy[row.id].state, busy[row.id].since_ms
        elif row.id in rung:
            doing = CallState.OFFERED.value
        lines.append(
            StaffLine(
                id=row.id,
                number=row.number,
                name=row.name,
                groups=groups.get(row.id, []),
                doing=doing,
                reason=row.reason if doing == Presence.AWAY else None,
                since_ms=since_ms,
                reachable=bool(row.reachable),
            )
        )
    return sorted(lines, key=lambda line: (line.doing == Presence.OFF, line.number))


def _groups(conn: Connection, now_ms: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = conn.execute(
        select(org.certificate.c.staff_id, org.reviewer_group.c.name)
        .join(org.reviewer_group, org.reviewer_group.c.code == org.certificate.c.group_code)
        .where(
            org.certificate.c.from_ms <= now_ms,
            or_(org.certificate.c.until_ms.is_(None), org.certificate.c.until_ms > now_ms),
        )
        .order_by(org.reviewer_group.c.name)
    )
    for row in rows:
        found.setdefault(row.staff_id, []).append(row.name)
    return found


def _counts(conn: Connection, now_ms: int) -> WallCounts:
    waiting = cases.cases.c.state.in_((CaseState.ACCEPTED, CaseState.IN_FIRST_REVIEW))
    count = select(func.count())
    return WallCounts(
        waiting_cases=conn.scalar(count.select_from(cases.cases).where(waiting)) or 0,
        overdue_cases=conn.scalar(
            count.select_from(cases.cases).where(waiting, cases.cases.c.promised_due_ms < now_ms)
        )
        or 0,
        calls_now=conn.scalar(count.select_from(s.call).where(s.call.c.state.in_(sorted(OCCUPIED))))
        or 0,
        recording_faults=conn.scalar(
            count.select_from(s.recording)
            .join(s.call, s.call.c.id == s.recording.c.call_id)
            .where(
                s.call.c.state.in_(sorted(RUNNING)),
                s.recording.c.ended_ms.is_(None),
                ~s.recording.c.health_ok,
            )
        )
        or 0,
    )
