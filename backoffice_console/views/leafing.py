"""批量查看: leafing through the pool, or through what one holds, without taking anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from sqlalchemy import Connection

from backoffice_console.views.desk_lists import in_my_hand, pool
from casework.actor import Actor


class Leaf(StrEnum):
    POOL = "pool"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Leafing:
    """Where a case stands among `total`; `place` is 0 for one that has left the list meanwhile, and
    then `next` is the first. Ids of the neighbours, None at either end of what the list shows.
    `query` leads through the same list.
    """

    query: str
    place: int
    total: int
    previous: str | None
    next: str | None


def leaf_query(leaf: Leaf, asked: Mapping[str, str]) -> str:
    """`leaf` and the filters that narrow it, as the query of an address."""
    return urlencode({"leaf": leaf} | {name: value for name, value in asked.items() if value})


def leafing(
    conn: Connection,
    actor: Actor,
    now_ms: int,
    leaf: Leaf,
    case_id: str,
    asked: Mapping[str, str] | None = None,
) -> Leafing:
    """Looking takes nothing and locks nothing: values stay masked, each reveal is an act of its own.

    `asked` are the pool's filters, `item` and `outlet`.
    """
    if leaf is Leaf.MINE:
        ids = [line.id for line in in_my_hand(conn, actor, now_ms)]
        return _around(leaf_query(leaf, {}), ids, len(ids), case_id)
    asked = asked or {}
    shown = pool(conn, actor, now_ms, **asked)
    return _around(
        leaf_query(leaf, asked), [line.id for line in shown.lines], shown.fitting, case_id
    )


def _around(query: str, ids: Sequence[str], total: int, case_id: str) -> Leafing:
    if case_id not in ids:
        return Leafing(query, 0, total, None, ids[0] if ids else None)
    at = ids.index(case_id)
    return Leafing(
        query,
        at + 1,
        total,
        ids[at - 1] if at else None,
        ids[at + 1] if at + 1 < len(ids) else None,
    )
