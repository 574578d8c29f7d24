"""What keeps a window from being closed or changed. Not an action."""

from sqlalchemy import select

from casework.model.case import TERMINAL_STATES
from casework.policy.organisation_refusals import StillInUse
from casework.store.schema_call import call
from casework.store.schema_case import cases
from casework.store.tx import Tx


def refuse_running_calls(tx: Tx, window_id: str) -> None:
    running = select(call.c.id).where(call.c.window_id == window_id, call.c.ended_ms.is_(None))
    if tx.conn.scalar(running.limit(1)) is not None:
        raise StillInUse(reason="calls")


def refuse_open_cases(tx: Tx, window_id: str) -> None:
    """Results come back to the window at which the case was opened: none may be left without one."""
    over = sorted(state.value for state in TERMINAL_STATES)
    left = select(cases.c.id).where(cases.c.window_id == window_id, cases.c.state.not_in(over))
    if tx.conn.scalar(left.limit(1)) is not None:
        raise StillInUse(reason="cases")
