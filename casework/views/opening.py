"""An outlet's day: its windows, who is to sit there, and how far each is with its opening checklist."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from casework.actor import Role
from casework.model.organisation import OpeningCheck
from casework.model.outlet import WindowProfile
from casework.store import schema_opening as s
from casework.store import schema_org as org
from casework.store.schema_session import session
from casework.views.grants import in_force


@dataclass(frozen=True, slots=True)
class CheckDone:
    """The last try of the day."""

    check: OpeningCheck
    passed: bool
    by_number: str
    by_name: str
    noted_ms: int


@dataclass(frozen=True, slots=True)
class WindowDay:
    """`seated` are the numbers of those who are signed in at the window now."""

    window_id: str
    number: str
    name: str
    profile: WindowProfile
    staff_id: str | None
    staff_number: str
    staff_name: str
    seated: tuple[str, ...]
    checks: tuple[CheckDone, ...]

    def done(self, check: OpeningCheck) -> CheckDone | None:
        return next((one for one in self.checks if one.check is check), None)

    @property
    def ready(self) -> bool:
        passed = {one.check for one in self.checks if one.passed}
        return passed == set(OpeningCheck)


@dataclass(frozen=True, slots=True)
class ClerkChoice:
    id: str
    number: str
    name: str


def seat_of(conn: Connection, staff_id: str, day: date) -> str | None:
    """The window at which the person is to sit that day."""
    return conn.scalar(
        select(s.roster.c.window_id).where(s.roster.c.staff_id == staff_id, s.roster.c.day == day)
    )


def outlet_day(
    conn: Connection, outlet_id: str, day: date, now_ms: int, idle_ms: int
) -> tuple[WindowDay, ...]:
    """Windows that are open, by number. Who was idle for `idle_ms` is signed out."""
    roster = (s.roster.c.window_id == org.window.c.id) & (s.roster.c.day == day)
    rows = conn.execute(
        select(
            org.window,
            org.staff.c.id.label("staff_id"),
            org.staff.c.number.label("staff_number"),
            org.staff.c.name.label("staff_name"),
        )
        .select_from(org.window)
        .outerjoin(s.roster, roster)
        .outerjoin(org.staff, org.staff.c.id == s.roster.c.staff_id)
        .where(org.window.c.outlet_id == outlet_id, org.window.c.closed_ms.is_(None))
        .order_by(org.window.c.number)
    ).all()
    checks, seated = _checks(conn, outlet_id, day), _seated(conn, outlet_id, now_ms, idle_ms)
    return tuple(
        WindowDay(
            row.id,
            row.number,
            row.name,
            WindowProfile(row.profile),
            row.staff_id,
            row.staff_number or "",
            row.staff_name or "",
            tuple(sorted(seated.get(row.id, ()))),
            tuple(checks.get(row.id, {}).values()),
        )
        for row in rows
    )


def clerks_of(conn: Connection, outlet_id: str, now_ms: int) -> tuple[ClerkChoice, ...]:
    rows = conn.execute(
        select(org.staff.c.id, org.staff.c.number, org.staff.c.name)
        .distinct()
        .join(org.post_grant, org.post_grant.c.staff_id == org.staff.c.id)
        .where(
            org.staff.c.outlet_id == outlet_id,
            org.staff.c.active,
            org.post_grant.c.role == Role.CLERK,
            in_force(org.post_grant, now_ms),
        )
        .order_by(org.staff.c.number)
    )
    return tuple(ClerkChoice(row.id, row.number, row.name) for row in rows)


def _checks(
    conn: Connection, outlet_id: str, day: date
) -> dict[str, dict[OpeningCheck, CheckDone]]:
    rows = conn.execute(
        select(s.opening_check, org.staff.c.number, org.staff.c.name)
        .join(org.window, org.window.c.id == s.opening_check.c.window_id)
        .join(org.staff, org.staff.c.id == s.opening_check.c.noted_by)
        .where(org.window.c.outlet_id == outlet_id, s.opening_check.c.day == day)
        .order_by(s.opening_check.c.noted_ms, s.opening_check.c.id)
    )
    found: dict[str, dict[OpeningCheck, CheckDone]] = {}
    for row in rows:
        check = OpeningCheck(row.kind)
        done = CheckDone(check, row.passed, row.number, row.name, row.noted_ms)
        found.setdefault(row.window_id, {})[check] = done
    return found


def _seated(conn: Connection, outlet_id: str, now_ms: int, idle_ms: int) -> dict[str, set[str]]:
    rows = conn.execute(
        select(session.c.window_id, org.staff.c.number)
        .join(org.staff, org.staff.c.id == session.c.staff_id)
        .where(
            org.staff.c.outlet_id == outlet_id,
            org.staff.c.active,
            session.c.door == Role.CLERK.value,
            session.c.closed_ms.is_(None),
            session.c.expires_ms > now_ms,
            session.c.seen_ms > now_ms - idle_ms,
            session.c.window_id.is_not(None),
        )
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.window_id, set()).add(row.number)
    return found
