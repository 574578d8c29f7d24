"""The frame of every act on a visit: lock, ask who may, then write state, entry and event. Not an action."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from audit.canonical import JsonValue
from casework.actions.steps.org_act import note
from casework.actor import Role
from casework.calendar import day_of
from casework.errors import NotAllowed, NotFound, VersionConflict
from casework.model.visit import Visit, VisitEnd, VisitStep
from casework.policy.visit_refusals import VisitOver, VisitTaken
from casework.store import schema_org as org
from casework.store import schema_visit as s
from casework.store.tx import Tx
from casework.store.visit_rows import (
    end_step,
    lock_visit,
    running_step,
    start_step,
    update_visit,
    visit_of,
)

MAX_SWEPT = 200


@dataclass(frozen=True, slots=True)
class VisitChanged:
    """Where the visit stands now; `step` is None between two steps and after its end."""

    visit_id: str
    number: str
    version: int
    step: VisitStep | None
    window_id: str | None


def own_outlet(tx: Tx) -> str:
    """The outlet of the usher or clerk who acts. Raises NotAllowed."""
    if tx.actor.role not in {Role.USHER, Role.CLERK} or tx.actor.outlet is None:
        raise NotAllowed(reason="role_may_not")
    return tx.actor.outlet


def own_window(tx: Tx) -> str:
    """The window of the clerk who acts. Raises NotAllowed."""
    if tx.actor.role is not Role.CLERK or tx.actor.window is None:
        raise NotAllowed(reason="no_window")
    return tx.actor.window


def locked_visit(tx: Tx, visit_id: str, expected_version: int | None = None) -> Visit:
    """An open visit of the actor's outlet, locked. What stands at a window is that window's alone.

    Raises NotAllowed, NotFound, VisitOver, VisitTaken naming the window that serves it, VersionConflict.
    """
    outlet = own_outlet(tx)
    visit = lock_visit(tx.conn, visit_id)
    if visit.outlet_id != outlet:
        raise NotFound("no such visit at this outlet")
    if visit.ended_ms is not None:
        raise VisitOver(number=visit.number)
    if visit.window_id is not None and visit.window_id != tx.actor.window:
        raise VisitTaken(window=_window_number(tx, visit.window_id))
    if expected_version is not None and expected_version != visit.version:
        raise VersionConflict("the visit changed meanwhile", version=visit.version)
    return visit


def move(
    tx: Tx, origin: str, type_: str, before: Visit, after: Visit, step: VisitStep
) -> VisitChanged:
    """The visit's next step, with its entry and event."""
    written = update_visit(tx.conn, before, after)
    start_step(tx.conn, written, step, tx.actor.id, tx.now_ms)
    note(tx, origin, type_, _facts(written, step))
    return told(tx, type_, written, step)


def finish(tx: Tx, origin: str, before: Visit, end: VisitEnd) -> VisitChanged:
    """Ends the visit; it stands nowhere any more."""
    after = replace(before, window_id=None, ended_ms=tx.now_ms, end=end)
    written = update_visit(tx.conn, before, after)
    end_step(tx.conn, written.id, tx.now_ms)
    facts = _facts(before, None)
    note(tx, origin, "visit.ended", {**facts, "end": end.value})
    return told(tx, "visit.ended", written, None)


def end_earlier_days(tx: Tx, origin: str, outlet_id: str) -> None:
    """What nobody ended yesterday is over: its number is called no more, and its window is free."""
    table = s.visit
    rows = tx.conn.execute(
        select(table)
        .where(
            table.c.outlet_id == outlet_id,
            table.c.day < day_of(tx.now_ms),
            table.c.ended_ms.is_(None),
        )
        .order_by(table.c.day, table.c.number)
        .limit(MAX_SWEPT)
    ).all()
    for row in rows:
        finish(tx, origin, visit_of(row), VisitEnd.DAY_OVER)


def told(tx: Tx, type_: str, visit: Visit, step: VisitStep | None) -> VisitChanged:
    """Tells the windows of the outlet to look again."""
    hint: dict[str, JsonValue] = {"visit": visit.id, "version": visit.version}
    tx.emit(f"outlet:{visit.outlet_id}", type_, hint)
    return VisitChanged(visit.id, visit.number, visit.version, step, visit.window_id)


def unchanged(tx: Tx, visit: Visit) -> VisitChanged:
    """The answer to an act that was done already."""
    step = running_step(tx.conn, visit.id)
    return VisitChanged(visit.id, visit.number, visit.version, step, visit.window_id)


def _facts(visit: Visit, step: VisitStep | None) -> dict[str, JsonValue]:
    facts: dict[str, JsonValue] = {"visit": visit.id, "outlet": visit.outlet_id}
    if step is not None:
        facts["step"] = step.value
    if visit.window_id is not None:
        facts["window"] = visit.window_id
    return facts


def _window_number(tx: Tx, window_id: str) -> str:
    return str(tx.conn.scalar(select(org.window.c.number).where(org.window.c.id == window_id)))
