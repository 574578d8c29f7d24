"""批量查看: leafing through the pool, or through what one holds, without taking anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from backoffice_console.views.desk_lists import in_my_hand, pool
from casework.actor import Actor


class Leaf(StrEnum):
    POOL = "pool"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Leafing:
    """Where a case stands among `total`; `place` is 0 for one that has left the list meanwhile, and
    then `next` is the first. Ids of the neighbours, None at either end.
    """

    leaf: Leaf
    place: int
    total: int
    previous: str | None
    next: str | None


def leafing(conn: Connection, actor: Actor, now_ms: int, leaf: Leaf, case_id: str) -> Leafing:
    """Looking takes nothing and locks nothing: values stay masked, each reveal is an act of its own."""
    lines = (
        pool(conn, actor, now_ms).lines if leaf is Leaf.POOL else in_my_hand(conn, actor, now_ms)
    )
    return _around(leaf, [line.id for line in lines], case_id)


def _around(leaf: Leaf, ids: Sequence[str], case_id: str) -> Leafing:
    if case_id not in ids:
        return Leafing(leaf, 0, len(ids), None, ids[0] if ids else None)
    at = ids.index(case_id)
    return Leafing(
        leaf,
        at + 1,
        len(ids),
        ids[at - 1] if at else None,
        ids[at + 1] if at + 1 < len(ids) else None,
    )
