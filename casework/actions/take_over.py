"""接手: a clerk takes a draft of the pre-fill desk over. What was filled in is there; who applies is still
to be confirmed, by the clerk.
"""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.visit_of_case import handle
from casework.errors import NotAllowed
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import ItemNotGranted
from casework.policy.visit_refusals import VisitNotHere
from casework.store.tx import Tx
from casework.store.visit_rows import lock_visit
from casework.views.grants import may_accept


@dataclass(frozen=True, slots=True)
class TakeOver:
    case_id: str
    expected_version: int | None = None


def take_over(tx: Tx, command: TakeOver) -> CaseChanged:
    """The clerk answers for the case from now on; who prepared it stays named beside. Raises NotAllowed,
    NoLongerAtDesk, ItemNotGranted, VersionConflict, VisitNotHere while its visit has not ended and does not
    stand at this window.
    """
    act = begin(tx, CaseVerb.TAKE_OVER, command.case_id, command.expected_version)
    window, case = tx.actor.window, act.case
    if window is None:
        raise NotAllowed(reason="no_window", verb=CaseVerb.TAKE_OVER)
    if not may_accept(tx.conn, case.outlet_id, case.item_code, tx.now_ms):
        raise ItemNotGranted(item=case.item_code)
    visit = lock_visit(tx.conn, case.visit_id) if case.visit_id else None
    if visit is not None and visit.ended_ms is None:
        if visit.window_id != window:
            raise VisitNotHere(number=visit.number)
        handle(tx, visit)
    return finish(
        act,
        "desk.case.taken_over",
        changes={"window_id": window, "owner": tx.actor.id, "taken_over_at_ms": tx.now_ms},
        committed={"window": window},
    ).changed
