"""What keeps a window from being closed or changed. Not an action."""

from sqlalchemy import select

from casework.model.case import TERMINAL_STATES
from casework.policy.organisation_refusals import StillInUse
from casework.store.schema_call import call
from casework.store.schema_case import cases
from casework.store.schema_org import window
from casework.store.schema_visit import visit
from casework.store.tx import Tx


def refuse_running_calls(tx: Tx, window_id: str) -> None:
    running = select(call.c.id).where(call.c.window_id == window_id, call.c.ended_ms.is_(None))
    if tx.conn.scalar(running.limit(1)) is not None:
        raise StillInUse(reason="calls")


def refuse_standing_visit(tx: Tx, window_id: str) -> None:
    if tx.conn.scalar(select(visit.c.id).where(visit.c.window_id == window_id)) is not None:
        raise StillInUse(reason="visits")


def refuse_open_cases(tx: Tx, window_id: str) -> None:
    """Results come back to the window at which the case was opened: none may be left without one."""
    over = sorted(state.value for state in TERMINAL_STATES)
    left = select(cases.c.id).where(cases.c.window_id == window_id, cases.c.state.not_in(over))
    if tx.conn.scalar(left.limit(1)) is not None:
        raise StillInUse(reason="cases")
    refuse_awaited_results(tx, window_id)


def refuse_awaited_results(tx: Tx, window_id: str) -> None:
    """Results of other outlets are handed over at any window that issues: the last one stays for them."""
    here = select(window.c.outlet_id).where(window.c.id == window_id).scalar_subquery()
    another = select(window.c.id).where(
        window.c.outlet_id == here,
        window.c.id != window_id,
        window.c.issues,
        window.c.closed_ms.is_(None),
    )
    over = sorted(state.value for state in TERMINAL_STATES)
    awaited = select(cases.c.id).where(cases.c.issue_outlet_id == here, cases.c.state.not_in(over))
    if tx.conn.scalar(another.limit(1)) is None and tx.conn.scalar(awaited.limit(1)) is not None:
        raise StillInUse(reason="cases")
