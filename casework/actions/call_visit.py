"""叫号: a window calls the next one who waits, or a number, and calls the one before it again 重呼."""

from dataclasses import dataclass, replace

from casework.actions.steps.org_act import note
from casework.actions.steps.visit_act import (
    VisitChanged,
    end_earlier_days,
    locked_visit,
    move,
    own_outlet,
    own_window,
    told,
)
from casework.model.visit import VisitStep
from casework.policy.visit_refusals import NobodyWaits, StepNotHere, WindowServes
from casework.store.tx import Tx
from casework.store.visit_rows import lock_visit_at, running_step
from casework.views.visits import next_waiting


@dataclass(frozen=True, slots=True)
class CallVisit:
    """Without a visit the next one who waits: priority first, then by time."""

    origin: str
    visit_id: str | None = None
    expected_version: int | None = None


def call_visit(tx: Tx, command: CallVisit) -> VisitChanged:
    """The visit stands at this window from now on: of two windows that call it one gets it.

    Raises NotAllowed, NotFound, NobodyWaits, VisitOver, VisitTaken, VersionConflict, WindowServes while
    another visit stands here, StepNotHere for one that is served here already.
    """
    outlet, window = own_outlet(tx), own_window(tx)
    end_earlier_days(tx, command.origin, outlet)
    standing = lock_visit_at(tx.conn, window)
    if standing is not None and standing.id != command.visit_id:
        raise WindowServes(number=standing.number)
    visit_id = command.visit_id or next_waiting(tx.conn, outlet, tx.now_ms)
    if visit_id is None:
        raise NobodyWaits
    visit = locked_visit(tx, visit_id, command.expected_version)
    if visit.window_id is None:
        after = replace(visit, window_id=window)
        return move(tx, command.origin, "visit.called", visit, after, VisitStep.CALL)
    if running_step(tx.conn, visit.id) is not VisitStep.CALL:
        raise StepNotHere(step=VisitStep.CALL)
    facts = {"visit": visit.id, "outlet": outlet, "window": window}
    note(tx, command.origin, "visit.called_again", facts)
    return told(tx, "visit.called_again", visit, VisitStep.CALL)
