"""How acts on a case move the visit along that it belongs to. Not an action: the case's own entry is the
record of it, and the visit's steps follow.
"""

from dataclasses import replace

from sqlalchemy import func, select

from casework.actions.steps.visit_act import told
from casework.calendar import day_of
from casework.model.case import Case, CaseState
from casework.model.visit import Visit, VisitStep
from casework.policy.visit_refusals import NoWindowAccepts
from casework.store import schema_case as c
from casework.store import schema_org as org
from casework.store.tx import Tx
from casework.store.visit_rows import (
    end_step,
    lock_visit,
    lock_visit_at,
    running_step,
    start_step,
    update_visit,
)

_RATABLE = (CaseState.ISSUED, CaseState.COMPLETED)


def visit_here(tx: Tx, window_id: str) -> Visit | None:
    """Today's visit that stands at the window."""
    visit = lock_visit_at(tx.conn, window_id)
    return visit if visit is not None and visit.day == day_of(tx.now_ms) else None


def handle(tx: Tx, visit: Visit) -> None:
    """A case of the visit is worked on at its window: 办理, if it was not so already."""
    _step(tx, visit, VisitStep.HANDLE)


def fill(tx: Tx, visit: Visit) -> None:
    """An usher fills a form in at the pre-fill desk: 填写, if it was not so already."""
    _step(tx, visit, VisitStep.FILL)


def accepting_window(tx: Tx, outlet_id: str) -> str:
    """The first open window of the outlet that accepts. Raises NoWindowAccepts."""
    table = org.window.c
    found = tx.conn.scalar(
        select(table.id)
        .where(table.outlet_id == outlet_id, table.accepts, table.closed_ms.is_(None))
        .order_by(table.number)
        .limit(1)
    )
    if found is None:
        raise NoWindowAccepts
    return str(found)


def ask_to_rate(tx: Tx, case: Case) -> None:
    """The result of a case is handed over while the visit stands at this window: 评价 begins."""
    visit = _standing(tx, case)
    if visit is not None and visit.window_id == tx.actor.window:
        _step(tx, visit, VisitStep.RATE)


def rated(tx: Tx, case: Case) -> None:
    """With the rating of the last case that could be rated, 评价 is over."""
    visit = _standing(tx, case)
    if visit is None or running_step(tx.conn, visit.id) is not VisitStep.RATE:
        return
    waiting = tx.conn.scalar(
        select(func.count())
        .select_from(c.cases)
        .where(
            c.cases.c.visit_id == visit.id,
            c.cases.c.id != case.id,
            c.cases.c.state.in_(_RATABLE),
            c.cases.c.rated_at_ms.is_(None),
        )
    )
    if not waiting:
        written = update_visit(tx.conn, visit, replace(visit))
        end_step(tx.conn, visit.id, tx.now_ms)
        told(tx, "visit.rated", written, None)


def _standing(tx: Tx, case: Case) -> Visit | None:
    if case.visit_id is None:
        return None
    visit = lock_visit(tx.conn, case.visit_id)
    return visit if visit.ended_ms is None and visit.window_id is not None else None


def _step(tx: Tx, visit: Visit, step: VisitStep) -> None:
    if running_step(tx.conn, visit.id) is step:
        return
    written = update_visit(tx.conn, visit, replace(visit))
    start_step(tx.conn, written, step, tx.actor.id, tx.now_ms)
    told(tx, "visit.step_begun", written, step)
