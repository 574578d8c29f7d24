"""Names of outlets, windows and staff, as the hall's pages show them."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from casework.store import schema_org as s
from casework.store.prepared import Prepared, Row

OUTLET_NAME = Prepared(select(s.outlet.c.name).where(s.outlet.c.id == bindparam("id")))
WINDOW_NAME = Prepared(select(s.window.c.name).where(s.window.c.id == bindparam("id")))
STAFF_SHOWN = Prepared(
    select(s.staff.c.number, s.staff.c.name).where(s.staff.c.id == bindparam("id"))
)


@dataclass(frozen=True, slots=True)
class StaffShown:
    """Number on the badge and name; both empty for nobody."""

    number: str = ""
    name: str = ""


def outlet_name(conn: Connection, outlet_id: str) -> str:
    return _only(OUTLET_NAME.one(conn, id=outlet_id))


def window_name(conn: Connection, window_id: str) -> str:
    return _only(WINDOW_NAME.one(conn, id=window_id))


def staff_shown(conn: Connection, staff_id: str | None) -> StaffShown:
    if staff_id is None:
        return StaffShown()
    row = STAFF_SHOWN.one(conn, id=staff_id)
    return StaffShown() if row is None else StaffShown(*row)


def _only(row: Row | None) -> str:
    return "" if row is None else str(row[0])
