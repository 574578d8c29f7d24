"""Who was called has come to the window: 叫号 is over, 办理 begins."""

from dataclasses import dataclass

from casework.actions.steps.visit_act import (
    VisitChanged,
    locked_visit,
    move,
    own_window,
    unchanged,
)
from casework.model.visit import VisitStep
from casework.policy.visit_refusals import StepNotHere
from casework.store.tx import Tx
from casework.store.visit_rows import running_step


@dataclass(frozen=True, slots=True)
class ReceiveVisit:
    origin: str
    visit_id: str
    expected_version: int | None = None


def receive_visit(tx: Tx, command: ReceiveVisit) -> VisitChanged:
    """Raises NotAllowed, NotFound, VisitOver, VisitTaken, VersionConflict, StepNotHere for a visit that was
    not called.
    """
    own_window(tx)
    visit = locked_visit(tx, command.visit_id, command.expected_version)
    running = running_step(tx.conn, visit.id)
    if running is VisitStep.HANDLE:
        return unchanged(tx, visit)
    if visit.window_id is None or running is not VisitStep.CALL:
        raise StepNotHere(step=VisitStep.HANDLE)
    return move(tx, command.origin, "visit.received", visit, visit, VisitStep.HANDLE)
