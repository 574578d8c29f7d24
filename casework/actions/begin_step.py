"""The visit goes on to its next step, or back to an earlier one; steps may be left out."""

from dataclasses import dataclass, replace

from casework.actions.steps.visit_act import VisitChanged, locked_visit, move, unchanged
from casework.model.visit import AT_A_WINDOW, IN_THE_HALL, VisitStep
from casework.policy.visit_refusals import StepNotHere
from casework.store.tx import Tx
from casework.store.visit_rows import running_step


@dataclass(frozen=True, slots=True)
class BeginStep:
    origin: str
    visit_id: str
    step: VisitStep
    expected_version: int | None = None


def begin_step(tx: Tx, command: BeginStep) -> VisitChanged:
    """The step before ends at the same moment. A visit that is sent back to wait leaves its window; a step
    that runs already goes on. Raises NotAllowed, NotFound, VisitOver, VisitTaken, VersionConflict, or
    StepNotHere: 叫号 is begun by calling, 办理 and 评价 at a window.
    """
    visit = locked_visit(tx, command.visit_id, command.expected_version)
    step = command.step
    if running_step(tx.conn, visit.id) is step:
        return unchanged(tx, visit)
    at_window = visit.window_id is not None
    if step not in (AT_A_WINDOW | {VisitStep.WAIT} if at_window else IN_THE_HALL):
        raise StepNotHere(step=step)
    after = replace(visit, window_id=None) if step is VisitStep.WAIT else visit
    return move(tx, command.origin, "visit.step_begun", visit, after, step)
