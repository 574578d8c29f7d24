"""Rows of the case tables as the model's dataclasses, and the few ways in which they are written."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    Row,
    String,
    bindparam,
    func,
    insert,
    select,
    update,
)

from casework.errors import NotFound, VersionConflict
from casework.model.case import Case, CaseState, Outcome, Priority, Road
from casework.model.issue_channel import IssueChannel
from casework.store import schema_case as s
from casework.store.dialects import upsert
from casework.store.engine import locked
from casework.store.prepared import Prepared
from casework.store.prepared import Row as PlainRow

Value = str | int | None


_COLUMNS = tuple(column.name for column in s.cases.columns)
_THIS = s.cases.c.id == bindparam("case")
CASE = Prepared(select(s.cases).where(_THIS), "case")
LOCKED_CASE = Prepared(locked(select(s.cases).where(_THIS)), "case")
"""For `case_in`; asked together with what else an act reads (`prepared.ask`)."""
_NEW_CASE = Prepared(insert(s.cases), *_COLUMNS)

_earlier = s.case_state.alias()
_newest = select(func.max(_earlier.c.number)).where(_earlier.c.case_id == bindparam("case"))
_END_INTERVAL = Prepared(
    update(s.case_state)
    .where(
        s.case_state.c.case_id == bindparam("case"),
        s.case_state.c.number == _newest.scalar_subquery(),
    )
    .values(until_ms=bindparam("now"))
)
_NEW_INTERVAL = Prepared(
    insert(s.case_state).from_select(
        ["case_id", "number", "state", "verb", "actor_id", "from_ms"],
        select(
            bindparam("case", type_=String),
            func.coalesce(func.max(_earlier.c.number) + 1, 0),
            bindparam("state", type_=String),
            bindparam("verb", type_=String),
            bindparam("actor", type_=String),
            bindparam("now", type_=BigInteger),
        ).where(_earlier.c.case_id == bindparam("case")),
    )
)
_NEW_HAND = Prepared(
    lambda conn: upsert(conn, s.case_hand).on_conflict_do_nothing(), "case_id", "staff_id", "role"
)
HANDS = Prepared(
    select(s.case_hand.c.role, s.case_hand.c.staff_id).where(
        s.case_hand.c.case_id == bindparam("case")
    ),
    "case",
)
"""For `hands_of`."""


def case_of(row: Row[tuple[object, ...]]) -> Case:
    return _case(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public way to a row's mapping


def _case(values: dict[str, Any]) -> Case:
    for name, kind in (("state", CaseState), ("road", Road), ("priority", Priority)):
        values[name] = kind(values[name]) if values[name] else None
    values["channel"] = IssueChannel(values["channel"])
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    return Case(**values)


def fields_of(case: Case) -> dict[str, Value]:
    """By name, as `dataclasses.asdict` does; it copies each of fifty plain values."""
    return {name: getattr(case, name) for name in _COLUMNS}


def load_case(conn: Connection, case_id: str) -> Case:
    """Raises NotFound."""
    return case_in(CASE.rows(conn, case=case_id))


def lock_case(conn: Connection, case_id: str) -> Case:
    """The case, locked until the end of the transaction; raises NotFound."""
    return case_in(LOCKED_CASE.rows(conn, case=case_id))


def case_in(rows: Sequence[PlainRow]) -> Case:
    """Raises NotFound."""
    if not rows:
        raise NotFound("no such case")
    return _case(dict(zip(_COLUMNS, rows[0], strict=True)))


def insert_case(conn: Connection, case: Case) -> None:
    _NEW_CASE.send(conn, **fields_of(case))


def update_case(conn: Connection, case: Case, changes: Mapping[str, Value]) -> Case:
    """Writes `changes` and the next version; VersionConflict when somebody else was faster."""
    version = case.version + 1
    done = _changing(tuple(changes)).changed(
        conn,
        case=case.id,
        known=case.version,
        next=version,
        **{f"to_{name}": value for name, value in changes.items()},
    )
    if done != 1:
        raise VersionConflict("the case changed meanwhile")
    return _case({**fields_of(case), **changes, "version": version})


@lru_cache(maxsize=256)
def _changing(names: tuple[str, ...]) -> Prepared:
    changes: dict[str, BindParameter[Any]] = {name: bindparam(f"to_{name}") for name in names}
    return Prepared(
        update(s.cases)
        .where(_THIS, s.cases.c.version == bindparam("known"))
        .values(**changes, version=bindparam("next"))
    )


def open_interval(conn: Connection, case: Case, verb: str, actor_id: str, now_ms: int) -> None:
    """Ends the running state interval of the case, if any, and begins the one of `case.state`."""
    _END_INTERVAL.send(conn, case=case.id, now=now_ms)
    _NEW_INTERVAL.send(conn, case=case.id, state=case.state, verb=verb, actor=actor_id, now=now_ms)


def add_hand(conn: Connection, case_id: str, staff_id: str, role: str) -> None:
    """Remembers that this person had a hand in the case in this role."""
    _NEW_HAND.send(conn, case_id=case_id, staff_id=staff_id, role=role)


def hands(conn: Connection, case_id: str) -> dict[str, frozenset[str]]:
    """Ids of those who had a hand in the case, by role."""
    return hands_of(HANDS.rows(conn, case=case_id))


def hands_of(rows: Sequence[PlainRow]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for role, staff_id in rows:
        found.setdefault(role, set()).add(staff_id)
    return {role: frozenset(ids) for role, ids in found.items()}
