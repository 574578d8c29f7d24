"""The reviewer takes a prepared decision back; the case stays in his review."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin
from casework.actions.steps.pending_decision import revert_pending
from casework.model.decision import RevertCause
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import NoPendingDecision
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RevertDecision:
    case_id: str
    decision_id: str


def revert_decision(tx: Tx, command: RevertDecision) -> CaseChanged:
    """Raises NoPendingDecision when it is not the one that waits."""
    act = begin(tx, CaseVerb.REVERT_DECISION, command.case_id)
    if act.case.pending_decision_id != command.decision_id:
        raise NoPendingDecision
    case = revert_pending(tx, act.case, RevertCause.REVIEWER, act.decision)
    return CaseChanged(case.id, case.state, case.version)
