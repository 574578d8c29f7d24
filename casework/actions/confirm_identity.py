"""The clerk confirms who applies, before anything is accepted."""

from dataclasses import dataclass

from casework.actions.steps.another_applicant import (
    IDENTITY_CONFIRMED,
    VOID,
    is_another,
    void_materials,
)
from casework.actions.steps.applicant_index import index_applicant
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.mending import mend
from casework.errors import InvalidInput
from casework.model.applicant import (
    Applicant,
    IdentityMethod,
    WrongApplicantError,
    normalise_applicant,
)
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.sealed_values import prefixed, sealed_values

MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class ConfirmIdentity:
    """`reason` is needed with method `other` and kept sealed."""

    case_id: str
    method: IdentityMethod
    applicant: Applicant
    reason: str = ""
    expected_version: int | None = None


def confirm_identity(tx: Tx, command: ConfirmIdentity) -> CaseChanged:
    """Another applicant than before takes the signature away, what a reviewer confirmed on camera, and
    every material that was of the former one by its source. Raises InvalidInput naming every field
    that does not fit.
    """
    act = begin(tx, CaseVerb.CONFIRM_IDENTITY, command.case_id, command.expected_version)
    reason = command.reason.strip()
    wrong: list[str] = []
    try:
        applicant = normalise_applicant(command.applicant)
    except WrongApplicantError as refused:
        wrong += refused.fields
    if command.applicant.kind not in act.item.applicants and "credit_code" not in wrong:
        wrong.append("credit_code")
    if len(reason) > MAX_REASON or (command.method is IdentityMethod.OTHER and not reason):
        wrong.append("reason")
    if wrong:
        raise InvalidInput(field=wrong[0], fields=wrong)
    known = sealed_values(tx.conn, tx.keys, act.case.chain, act.case.applicant_seq, "applicant")
    changes: dict[str, str | int | None] = {"identity_confirmed_at_ms": tx.now_ms}
    void: list[str] = []
    if known != applicant.values():
        index_applicant(tx, act.case.id, applicant)
        changes |= {"application_digest": None, "signed_at_ms": None}
        changes |= {"camera_call_id": None, "camera_identity_at_ms": None}
        if is_another(known, applicant.values()):
            void = void_materials(act)
    mend(tx, act.case, "identity")
    return finish(
        act,
        IDENTITY_CONFIRMED,
        changes=changes,
        seq_column="applicant_seq",
        committed={
            "method": command.method,
            "reason": reason or None,
            **prefixed("applicant", applicant.values()),
            # Sealed: that somebody else applies by now is nobody's business who reads the log.
            **({VOID: void} if void else {}),
        },
    ).changed
