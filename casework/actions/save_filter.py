"""A filter kept under a name, by and for one person. It changes nobody's case and nobody else's
lists, so, like signing in, it writes no entry.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from sqlalchemy import delete, func, insert, select, update

from casework.actions.steps.org_act import clean
from casework.store.schema_list import saved_filter as s
from casework.store.tx import Tx
from casework.views.lists.asked import asked
from casework.views.lists.errors import FilterNotKept, FilterRefused

MAX_SAVED = 20
MAX_NAME = 20
MAX_QUERY = 500


@dataclass(frozen=True, slots=True)
class SaveFilter:
    """`query` is the query string of a list's address."""

    name: str
    query: str


def save_filter(tx: Tx, command: SaveFilter) -> None:
    """Saving under a name that is there takes its place. Raises InvalidInput for a name, FilterRefused
    for a query that cannot be read, FilterNotKept for one that narrows nothing, and for one that
    finds one applicant: that would be a note of a person which no erasure reaches.
    """
    name = clean(command.name, "name", MAX_NAME)
    found = asked(parse_qsl(command.query[: MAX_QUERY * 4]))
    query = found.filter.query
    if found.wrong:
        raise FilterRefused(field=found.wrong[0])
    if not found.filter.narrows:
        raise FilterNotKept(reason="nothing")
    if found.filter.applicant or found.filter.number:
        raise FilterNotKept(reason="person")
    if len(query) > MAX_QUERY:
        raise FilterNotKept(reason="long")
    mine = (s.c.staff_id == tx.actor.id) & (s.c.role == tx.actor.role)
    values = {"query": query, "saved_ms": tx.now_ms}
    done = tx.conn.execute(update(s).where(mine, s.c.name == name).values(**values))
    if done.rowcount:
        return
    if (tx.conn.scalar(select(func.count()).select_from(s).where(mine)) or 0) >= MAX_SAVED:
        raise FilterNotKept(reason="many", limit=MAX_SAVED)
    tx.conn.execute(insert(s).values(staff_id=tx.actor.id, role=tx.actor.role, name=name, **values))


@dataclass(frozen=True, slots=True)
class RemoveFilter:
    name: str


def remove_filter(tx: Tx, command: RemoveFilter) -> None:
    """One that is not there changes nothing."""
    mine = (s.c.staff_id == tx.actor.id) & (s.c.role == tx.actor.role)
    tx.conn.execute(delete(s).where(mine, s.c.name == command.name))
