"""One line of a window's opening checklist is ticked, or found faulty: by whom and when."""

from dataclasses import dataclass

from sqlalchemy import insert

from casework.actions.steps.org_act import note
from casework.actions.steps.outlet_lead import own_window, today_of
from casework.ids import new_id
from casework.model.organisation import OpeningCheck
from casework.store import schema_opening as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class NoteOpeningCheck:
    origin: str
    window_id: str
    check: OpeningCheck
    passed: bool


def note_opening_check(tx: Tx, command: NoteOpeningCheck) -> None:
    """Every try is kept; the last of the day counts. Raises NotAllowed, NotFound, AlreadyClosed."""
    own_window(tx, command.window_id)
    tx.conn.execute(
        insert(s.opening_check).values(
            id=new_id(),
            window_id=command.window_id,
            day=today_of(tx),
            kind=command.check,
            passed=command.passed,
            noted_by=tx.actor.id,
            noted_ms=tx.now_ms,
        )
    )
    facts = {
        "window": command.window_id,
        "check": command.check.value,
        "passed": command.passed,
    }
    note(tx, command.origin, "outlet.check_noted", facts)
