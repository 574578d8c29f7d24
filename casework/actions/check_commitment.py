"""后续核查: whether what was promised is so. A broken promise bars the applicant from further ones."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.commitment import end_commitment
from casework.errors import InvalidInput
from casework.model.commitment import CHECKED, CommitmentState
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx

MAX_FINDING = 500


@dataclass(frozen=True, slots=True)
class CheckCommitment:
    """`result` is `verified` or `breached`; `finding` says by what that is known."""

    case_id: str
    commitment_id: str
    result: CommitmentState
    finding: str
    expected_version: int | None = None


def check_commitment(tx: Tx, command: CheckCommitment) -> CaseChanged:
    """Raises NotFound, CommitmentOver, or InvalidInput for a result without a finding."""
    act = begin(tx, CaseVerb.CHECK_COMMITMENT, command.case_id, command.expected_version)
    if command.result not in CHECKED:
        raise InvalidInput(field="result")
    finding = command.finding.strip()
    if not 1 <= len(finding) <= MAX_FINDING:
        raise InvalidInput(field="finding")
    found = end_commitment(act, command.commitment_id, command.result)
    return finish(
        act,
        "desk.commitment.checked",
        plain={"commitment": found.id},
        committed={"code": found.code, "result": command.result, "finding": finding},
    ).changed
