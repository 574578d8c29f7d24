"""Pages of a list of cases: what an actor may see of what he asks for, in one order, by cursor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select, tuple_, union

from casework.actor import Actor
from casework.keys.key_ring import KeyRing
from casework.store import schema_case as s
from casework.views.lists.case_filter import CaseFilter, Order
from casework.views.lists.conditions import conditions, states_of
from casework.views.lists.cursor import Place, cursor_of, place_of
from casework.views.lists.lines import ListLine, lines_of
from casework.views.lists.scope import scope_of

PAGE = 30
MAX_PAGE = 100
MAX_COUNT = 1_000

_c = s.cases.c


@dataclass(frozen=True, slots=True)
class ListPage:
    """`after` is the cursor of the next page, empty on the last one. `count` is how many cases fit in
    all; `more` says that there are more than that.
    """

    lines: Sequence[ListLine]
    after: str
    count: int
    more: bool


def list_page(
    conn: Connection,
    keys: KeyRing,
    actor: Actor,
    wanted: CaseFilter,
    now_ms: int,
    *,
    after: str = "",
    size: int = PAGE,
) -> ListPage:
    """Raises PlaceLost. A row that stays in the list is shown on one page, once, whatever comes and
    goes meanwhile: pages go on from a key, never from a number of rows.
    """
    size = max(1, min(size, MAX_PAGE))
    key = keys.cursor_key()
    place = place_of(key, actor, wanted, after) if after else None
    arms = _arms(conn, actor, wanted, now_ms)
    found = _walk(conn, arms, wanted.order, size + 1, place)
    shown = found[:size]
    count = len(found) if not after and len(found) <= size else _count(conn, arms)
    return ListPage(
        lines=lines_of(conn, keys, [place.case_id for place in shown]),
        after=cursor_of(key, actor, wanted, shown[-1]) if len(found) > size else "",
        count=min(count, MAX_COUNT),
        more=count > MAX_COUNT,
    )


def matching(
    conn: Connection, actor: Actor, wanted: CaseFilter, now_ms: int, limit: int
) -> list[str]:
    """Ids of the first `limit` cases of the list."""
    arms = _arms(conn, actor, wanted, now_ms)
    return [place.case_id for place in _walk(conn, arms, wanted.order, limit, None)]


def _arms(
    conn: Connection, actor: Actor, wanted: CaseFilter, now_ms: int
) -> list[ColumnElement[bool]]:
    """Conditions without OR, the union of which is the list; see `scope`."""
    narrow = conditions(conn, wanted, now_ms)
    states = states_of(wanted)
    if not states:
        if wanted.due is not None:
            return []  # of the states asked for none has a light
        return [and_(arm, *narrow) for arm in scope_of(conn, actor, now_ms)]
    return [
        and_(arm, _c.state == state, *narrow)
        for arm in scope_of(conn, actor, now_ms)
        for state in states
    ]


def _walk(
    conn: Connection,
    arms: list[ColumnElement[bool]],
    order: Order,
    limit: int,
    place: Place | None,
) -> list[Place]:
    newest = order is Order.NEWEST
    key = tuple_(_c.opened_at_ms, _c.id)
    beyond: list[ColumnElement[bool]] = []
    if place is not None:
        from_here = tuple_(place.opened_ms, place.case_id)
        beyond = [key < from_here if newest else key > from_here]
    walks: list[Select[Any]] = [
        _ordered(select(_c.opened_at_ms, _c.id).where(arm, *beyond), _c, newest=newest).limit(limit)
        for arm in arms
    ]
    if not walks:
        return []
    statement = walks[0]
    if len(walks) > 1:
        merged = union(*(select(walk.subquery()) for walk in walks)).subquery()
        statement = _ordered(select(merged), merged.c, newest=newest).limit(limit)
    return [Place(row.opened_at_ms, row.id) for row in conn.execute(statement)]


def _ordered(statement: Select[Any], columns: Any, *, newest: bool) -> Select[Any]:
    keys = (columns.opened_at_ms, columns.id)
    return statement.order_by(*(key.desc() if newest else key for key in keys))


def _count(conn: Connection, arms: list[ColumnElement[bool]]) -> int:
    """How many, counted no further than one above `MAX_COUNT`."""
    if not arms:
        return 0
    walks = [select(_c.id).where(arm).limit(MAX_COUNT + 1) for arm in arms]
    if len(walks) == 1:
        found = walks[0].subquery()
    else:
        merged = union(*(select(walk.subquery()) for walk in walks)).subquery()
        found = select(merged.c.id).limit(MAX_COUNT + 1).subquery()
    return conn.scalar(select(func.count()).select_from(found)) or 0
