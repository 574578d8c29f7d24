"""Rows of the visit tables as the model's dataclass, and the few ways in which they are written."""

from dataclasses import asdict, replace

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from casework.errors import NotFound, VersionConflict
from casework.model.case import Priority
from casework.model.visit import Visit, VisitEnd, VisitStep
from casework.store import schema_visit as s
from casework.store.engine import locked

_AT_WINDOW = locked(select(s.visit).where(s.visit.c.window_id == bindparam("window")))


def visit_of(row: Row[tuple[object, ...]]) -> Visit:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's mapping
    values["priority"] = Priority(values["priority"]) if values["priority"] else None
    values["end"] = VisitEnd(values["end"]) if values["end"] else None
    return Visit(**values)


def load_visit(conn: Connection, visit_id: str) -> Visit:
    """Raises NotFound."""
    row = conn.execute(select(s.visit).where(s.visit.c.id == visit_id)).one_or_none()
    if row is None:
        raise NotFound("no such visit")
    return visit_of(row)


def lock_visit(conn: Connection, visit_id: str) -> Visit:
    """The visit, locked until the end of the transaction; raises NotFound."""
    row = conn.execute(locked(select(s.visit).where(s.visit.c.id == visit_id))).one_or_none()
    if row is None:
        raise NotFound("no such visit")
    return visit_of(row)


def lock_visit_at(conn: Connection, window_id: str) -> Visit | None:
    """The visit that stands at the window, locked until the end of the transaction."""
    row = conn.execute(_AT_WINDOW, {"window": window_id}).one_or_none()
    return None if row is None else visit_of(row)


def insert_visit(conn: Connection, visit: Visit) -> None:
    conn.execute(insert(s.visit).values(**asdict(visit)))


def update_visit(conn: Connection, before: Visit, after: Visit) -> Visit:
    """Writes `after` as the next version; VersionConflict when somebody else was faster."""
    written = replace(after, version=before.version + 1)
    done = conn.execute(
        update(s.visit)
        .where(s.visit.c.id == before.id, s.visit.c.version == before.version)
        .values(**asdict(written))
    )
    if done.rowcount != 1:
        raise VersionConflict("the visit changed meanwhile")
    return written


def running_step(conn: Connection, visit_id: str) -> VisitStep | None:
    """None between two steps, and when the visit has ended."""
    step = conn.scalar(
        select(s.visit_step.c.step).where(
            s.visit_step.c.visit_id == visit_id, s.visit_step.c.until_ms.is_(None)
        )
    )
    return None if step is None else VisitStep(step)


def end_step(conn: Connection, visit_id: str, now_ms: int) -> None:
    """Ends the running step, if there is one."""
    table = s.visit_step
    conn.execute(
        update(table)
        .where(table.c.visit_id == visit_id, table.c.until_ms.is_(None))
        .values(until_ms=now_ms)
    )


def start_step(conn: Connection, visit: Visit, step: VisitStep, actor_id: str, now_ms: int) -> None:
    """Ends the running step and begins `step`: time never runs in two steps at once."""
    table = s.visit_step
    end_step(conn, visit.id, now_ms)
    newest = conn.scalar(
        select(table.c.number)
        .where(table.c.visit_id == visit.id)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    conn.execute(
        insert(table).values(
            visit_id=visit.id,
            number=0 if newest is None else newest + 1,
            step=step,
            window_id=visit.window_id,
            actor_id=actor_id,
            from_ms=now_ms,
        )
    )
