"""Names of outlets, windows and staff, as the hall's pages show them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.store import schema_org as s


@dataclass(frozen=True, slots=True)
class StaffShown:
    """Number on the badge and name; both empty for nobody."""

    number: str = ""
    name: str = ""


def outlet_name(conn: Connection, outlet_id: str) -> str:
    return conn.scalar(select(s.outlet.c.name).where(s.outlet.c.id == outlet_id)) or ""


def window_name(conn: Connection, window_id: str) -> str:
    return conn.scalar(select(s.window.c.name).where(s.window.c.id == window_id)) or ""


def staff_shown(conn: Connection, staff_id: str | None) -> StaffShown:
    if staff_id is None:
        return StaffShown()
    row = conn.execute(
        select(s.staff.c.number, s.staff.c.name).where(s.staff.c.id == staff_id)
    ).one_or_none()
    return StaffShown() if row is None else StaffShown(row.number, row.name)
