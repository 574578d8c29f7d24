"""The applicant withdraws, until the decision is confirmed."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.actions.steps.pending_decision import revert_pending
from casework.errors import InvalidInput
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState
from casework.model.decision import RevertCause
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class WithdrawCase:
    """`method` is how the clerk made sure again that it is the applicant who asks; a draft in
    which nobody was identified yet is simply given up (`method` None).
    """

    case_id: str
    method: IdentityMethod | None = None
    reason: str = ""
    expected_version: int | None = None


def withdraw_case(tx: Tx, command: WithdrawCase) -> CaseChanged:
    """A prepared decision is reverted. Raises InvalidInput when the identity was not checked."""
    act = begin(tx, CaseVerb.WITHDRAW_CASE, command.case_id, command.expected_version)
    if act.case.identity_confirmed_at_ms is not None and command.method is None:
        raise InvalidInput(field="method")
    if len(command.reason) > MAX_REASON:
        raise InvalidInput(field="reason")
    if act.case.pending_decision_id is not None:
        case = revert_pending(tx, act.case, RevertCause.WITHDRAWN)
        act = CaseAct(tx, act.verb, case, act.item, act.decision, act.before)
    return finish(
        act,
        "desk.case.withdrawn",
        target=CaseState.WITHDRAWN,
        changes={"closed_at_ms": tx.now_ms},
        committed={"method": command.method, "reason": command.reason.strip() or None},
    ).changed
