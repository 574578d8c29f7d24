"""What staff are certified for and what outlets may accept, at a moment."""

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from casework.store import schema_org as s


def certified_groups(conn: Connection, staff_id: str, now_ms: int) -> frozenset[str]:
    """Codes of the reviewer groups whose items the person may review."""
    rows = conn.scalars(
        select(s.certificate.c.group_code).where(
            s.certificate.c.staff_id == staff_id, in_force(s.certificate, now_ms)
        )
    )
    return frozenset(rows)


def may_accept(conn: Connection, outlet_id: str, item_code: str, now_ms: int) -> bool:
    found = conn.scalar(
        select(s.outlet_item.c.id)
        .where(
            s.outlet_item.c.outlet_id == outlet_id,
            s.outlet_item.c.item_code == item_code,
            in_force(s.outlet_item, now_ms),
        )
        .limit(1)
    )
    return found is not None


def in_force(table: Table, now_ms: int) -> ColumnElement[bool]:
    """Whether a dated row holds at `now_ms`; its end is the first moment it does not."""
    return (table.c.from_ms <= now_ms) & or_(table.c.until_ms.is_(None), table.c.until_ms > now_ms)
