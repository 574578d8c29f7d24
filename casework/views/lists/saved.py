"""The filters that a person keeps at a door."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.actor import Actor
from casework.store.schema_list import saved_filter as s


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """`query` is the query string of the list's address."""

    name: str
    query: str


def saved_filters(conn: Connection, actor: Actor) -> tuple[SavedFilter, ...]:
    """In the order of their saving."""
    rows = conn.execute(
        select(s.c.name, s.c.query)
        .where(s.c.staff_id == actor.id, s.c.role == actor.role)
        .order_by(s.c.saved_ms, s.c.name)
    )
    return tuple(SavedFilter(row.name, row.query) for row in rows)
