"""出件: the window hands the result over; the receiver signs for it."""

from dataclasses import dataclass, replace

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.visit_of_case import ask_to_rate
from casework.model.case import CaseState, Outcome
from casework.model.issue_channel import IssueChannel
from casework.model.material import (
    RECEIPT_SIGNATURE,
    MaterialGrade,
    MaterialSource,
    StoredMaterial,
)
from casework.policy.case_verb import CaseVerb
from casework.policy.issue_refusals import WrongChannel
from casework.policy.refusals import ReceiverNotChecked
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class IssueCase:
    """`receipt` is the stored signature for receipt, or the captured signed paper."""

    case_id: str
    receipt: StoredMaterial
    on_paper: bool = False
    expected_version: int | None = None

    @property
    def meant(self) -> "IssueCase":
        return replace(self, receipt=self.receipt.content)


def issue_case(tx: Tx, command: IssueCase) -> CaseChanged:
    """Raises WrongChannel for a result that is posted or electronic, or ReceiverNotChecked."""
    act = begin(tx, CaseVerb.ISSUE_CASE, command.case_id, command.expected_version)
    # A refusal is handed over even where a result would have been electronic.
    electronic = act.case.channel is IssueChannel.ELECTRONIC
    if act.case.channel is IssueChannel.POST or (
        electronic and act.case.outcome is Outcome.APPROVED
    ):
        raise WrongChannel(channel=act.case.channel)
    if act.case.receiver_checked_at_ms is None:
        raise ReceiverNotChecked
    source = MaterialSource.STILL if command.on_paper else MaterialSource.SIGNATURE
    material = add_version(act, RECEIPT_SIGNATURE, command.receipt, source, MaterialGrade.D)
    changed = finish(
        act,
        "desk.case.issued",
        target=CaseState.ISSUED,
        changes={"issued_by": tx.actor.id, "issued_at_ms": tx.now_ms},
        plain={
            "material": material.id,
            "ciphertext_sha256": command.receipt.ciphertext_sha256,
        },
        committed={"sha256": command.receipt.content_sha256, "on_paper": command.on_paper},
    ).changed
    ask_to_rate(tx, act.case)
    return changed
