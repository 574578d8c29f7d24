"""A window closes for good, when no call runs there and no case waits for it."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.org_act import administer, note, open_row
from casework.actions.steps.place_use import (
    refuse_open_cases,
    refuse_running_calls,
    refuse_standing_visit,
)
from casework.store import schema_org as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CloseWindow:
    origin: str
    window_id: str


def close_window(tx: Tx, command: CloseWindow) -> None:
    """Who sits there chooses another window at the next click. Raises NotAllowed, NotFound,
    AlreadyClosed, StillInUse.
    """
    administer(tx)
    open_row(tx, s.window, command.window_id)
    refuse_running_calls(tx, command.window_id)
    refuse_standing_visit(tx, command.window_id)
    refuse_open_cases(tx, command.window_id)
    tx.conn.execute(
        update(s.window).where(s.window.c.id == command.window_id).values(closed_ms=tx.now_ms)
    )
    note(tx, command.origin, "org.window_closed", {"window": command.window_id})
