"""What staff are certified for and what outlets may accept, at a moment."""

from collections.abc import Iterable

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    or_,
    select,
)

from casework.store import schema_org as s
from casework.store.prepared import Prepared, Row


def certified_groups(conn: Connection, staff_id: str, now_ms: int) -> frozenset[str]:
    """Codes of the reviewer groups whose items the person may review."""
    return groups_of(CERTIFIED.rows(conn, staff=staff_id, now=now_ms))


def groups_of(rows: Iterable[Row]) -> frozenset[str]:
    """`rows` are those of `CERTIFIED`."""
    return frozenset(code for (code,) in rows)


def may_accept(conn: Connection, outlet_id: str, item_code: str, now_ms: int) -> bool:
    return ACCEPTED.one(conn, outlet=outlet_id, item=item_code, now=now_ms) is not None


def in_force(table: Table, now_ms: int | BindParameter[int]) -> ColumnElement[bool]:
    """Whether a dated row holds at `now_ms`; its end is the first moment it does not."""
    return (table.c.from_ms <= now_ms) & or_(table.c.until_ms.is_(None), table.c.until_ms > now_ms)


_now: BindParameter[int] = bindparam("now", type_=BigInteger)
CERTIFIED_GROUPS = select(s.certificate.c.group_code).where(
    s.certificate.c.staff_id == bindparam("staff"), in_force(s.certificate, _now)
)
"""Of `staff` at `now`, within another statement."""
CERTIFIED = Prepared(CERTIFIED_GROUPS)
"""For `groups_of`."""
ACCEPTED = Prepared(
    select(s.outlet_item.c.id).where(
        s.outlet_item.c.outlet_id == bindparam("outlet"),
        s.outlet_item.c.item_code == bindparam("item"),
        in_force(s.outlet_item, _now),
    )
)
"""A row where `outlet` may accept `item` at `now`."""
