"""The applicant takes a promise back, until the decision: the material is to be brought then."""

from dataclasses import dataclass, replace

from sqlalchemy import update

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.commitment import end_commitment
from casework.actions.steps.pending_decision import revert_pending
from casework.errors import InvalidInput
from casework.model.commitment import CommitmentState
from casework.model.decision import RevertCause
from casework.model.material import MaterialCheck
from casework.policy.case_verb import CaseVerb
from casework.store import schema_case as s
from casework.store.tx import Tx

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class WithdrawCommitment:
    case_id: str
    commitment_id: str
    reason: str = ""
    expected_version: int | None = None


def withdraw_commitment(tx: Tx, command: WithdrawCommitment) -> CaseChanged:
    """The signature counts for nothing any more, so that nothing is accepted or approved by it; a prepared
    decision is reverted. Raises NotFound or CommitmentOver.
    """
    act = begin(tx, CaseVerb.WITHDRAW_COMMITMENT, command.case_id, command.expected_version)
    reason = command.reason.strip()
    if len(reason) > MAX_REASON:
        raise InvalidInput(field="reason")
    found = end_commitment(act, command.commitment_id, CommitmentState.WITHDRAWN)
    tx.conn.execute(
        update(s.case_material)
        .where(s.case_material.c.id == found.material_id)
        .values(check=MaterialCheck.FAULTY, fault=None)
    )
    if act.case.pending_decision_id is not None:
        act = replace(act, case=revert_pending(tx, act.case, RevertCause.WITHDRAWN))
    return finish(
        act,
        "desk.commitment.withdrawn",
        plain={"commitment": found.id},
        committed={"code": found.code, "reason": reason or None},
    ).changed
