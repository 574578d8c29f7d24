"""The window has mended a returned case and sends it to the hall again."""

from dataclasses import dataclass

from casework.actions.steps.application import require_acceptable
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.mending import unmended
from casework.model.case import CaseState
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import NotMended
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class FixReturned:
    case_id: str
    expected_version: int | None = None


def fix_returned(tx: Tx, command: FixReturned) -> CaseChanged:
    """The case keeps its place by time of acceptance and is kept for the reviewer who returned
    it, as long as he is on duty (`casework.views.pool`). Raises NotMended, or what acceptance
    lacks.
    """
    act = begin(tx, CaseVerb.FIX_RETURNED, command.case_id, command.expected_version)
    open_targets = unmended(tx, act.case.id)
    if open_targets:
        raise NotMended(targets=open_targets)
    require_acceptable(act)
    return finish(act, "desk.case.mended", target=CaseState.ACCEPTED).changed
