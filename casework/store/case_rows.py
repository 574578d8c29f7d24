"""Rows of the case tables as the model's dataclasses, and the few ways in which they are written."""

from dataclasses import asdict

from sqlalchemy import Connection, Row, insert, select, update

from casework.errors import NotFound, VersionConflict
from casework.model.case import Case, CaseState, Outcome, Priority, Road
from casework.store import schema_case as s
from casework.store.engine import locked

Value = str | int | None


def case_of(row: Row[tuple[object, ...]]) -> Case:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's mapping
    for name, kind in (("state", CaseState), ("road", Road), ("priority", Priority)):
        values[name] = kind(values[name]) if values[name] else None
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    return Case(**values)


def load_case(conn: Connection, case_id: str) -> Case:
    """Raises NotFound."""
    row = conn.execute(select(s.cases).where(s.cases.c.id == case_id)).one_or_none()
    if row is None:
        raise NotFound("no such case")
    return case_of(row)


def lock_case(conn: Connection, case_id: str) -> Case:
    """The case, locked until the end of the transaction; raises NotFound."""
    row = conn.execute(locked(select(s.cases).where(s.cases.c.id == case_id))).one_or_none()
    if row is None:
        raise NotFound("no such case")
    return case_of(row)


def insert_case(conn: Connection, case: Case) -> None:
    conn.execute(insert(s.cases).values(**asdict(case)))


def update_case(conn: Connection, case: Case, changes: dict[str, Value]) -> Case:
    """Writes `changes` and the next version; VersionConflict when somebody else was faster."""
    done = conn.execute(
        update(s.cases)
        .where(s.cases.c.id == case.id, s.cases.c.version == case.version)
        .values(**changes, version=case.version + 1)
    )
    if done.rowcount != 1:
        raise VersionConflict("the case changed meanwhile")
    return load_case(conn, case.id)


def open_interval(conn: Connection, case: Case, verb: str, actor_id: str, now_ms: int) -> None:
    """Ends the running state interval of the case, if any, and begins the one of `case.state`."""
    newest = conn.execute(
        select(s.case_state.c.number)
        .where(s.case_state.c.case_id == case.id)
        .order_by(s.case_state.c.number.desc())
        .limit(1)
    ).scalar()
    if newest is not None:
        conn.execute(
            update(s.case_state)
            .where(s.case_state.c.case_id == case.id, s.case_state.c.number == newest)
            .values(until_ms=now_ms)
        )
    conn.execute(
        insert(s.case_state).values(
            case_id=case.id,
            number=0 if newest is None else newest + 1,
            state=case.state,
            verb=verb,
            actor_id=actor_id,
            from_ms=now_ms,
        )
    )


def add_hand(conn: Connection, case_id: str, staff_id: str, role: str) -> None:
    """Remembers that this person had a hand in the case in this role."""
    key = {"case_id": case_id, "staff_id": staff_id, "role": role}
    known = conn.execute(select(s.case_hand.c.role).filter_by(**key)).one_or_none()
    if known is None:
        conn.execute(insert(s.case_hand).values(**key))


def hands(conn: Connection, case_id: str) -> dict[str, frozenset[str]]:
    """Ids of those who had a hand in the case, by role."""
    found: dict[str, set[str]] = {}
    rows = conn.execute(
        select(s.case_hand.c.role, s.case_hand.c.staff_id).where(s.case_hand.c.case_id == case_id)
    )
    for row in rows:
        found.setdefault(row.role, set()).add(row.staff_id)
    return {role: frozenset(ids) for role, ids in found.items()}
