"""How staff are shown to colleagues and citizens."""

from sqlalchemy import Connection, select

from casework.store import schema_org as s


def staff_number(conn: Connection, staff_id: str | None) -> str:
    """The number on the badge, such as 03; empty when there is no such person."""
    if staff_id is None:
        return ""
    return conn.scalar(select(s.staff.c.number).where(s.staff.c.id == staff_id)) or ""
