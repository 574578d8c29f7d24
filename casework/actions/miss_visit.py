"""过号: who was called has not come, and waits again behind the others; the third time the visit ends."""

from dataclasses import dataclass, replace

from casework.actions.steps.visit_act import (
    VisitChanged,
    finish,
    locked_visit,
    move,
    own_window,
)
from casework.model.visit import MAX_CALLS, VisitEnd, VisitStep
from casework.policy.visit_refusals import StepNotHere
from casework.store.tx import Tx
from casework.store.visit_rows import running_step


@dataclass(frozen=True, slots=True)
class MissVisit:
    origin: str
    visit_id: str
    expected_version: int | None = None


def miss_visit(tx: Tx, command: MissVisit) -> VisitChanged:
    """Raises NotAllowed, NotFound, VisitOver, VisitTaken, VersionConflict, StepNotHere for a visit that this
    window did not call.
    """
    own_window(tx)
    visit = locked_visit(tx, command.visit_id, command.expected_version)
    if visit.window_id is None or running_step(tx.conn, visit.id) is not VisitStep.CALL:
        raise StepNotHere(step=VisitStep.CALL)
    missed = replace(visit, misses=visit.misses + 1)
    if missed.misses >= MAX_CALLS:
        return finish(tx, command.origin, missed, VisitEnd.MISSED)
    back = replace(missed, window_id=None)
    return move(tx, command.origin, "visit.missed", visit, back, VisitStep.WAIT)
