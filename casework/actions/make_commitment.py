"""The applicant promises in the place of a material (告知承诺), having read what for and what follows."""

from dataclasses import dataclass, replace

from sqlalchemy import insert

from casework.actions.steps.application import require_identity
from casework.actions.steps.call_evidence import mark_running_calls
from casework.actions.steps.case_act import begin, finish
from casework.actions.steps.commitment import digest_of, terms_of
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.mending import mend
from casework.ids import new_id
from casework.model.call import MarkKind
from casework.model.commitment import CommitmentState
from casework.model.material import MaterialGrade, MaterialSource, StoredMaterial
from casework.policy.case_verb import CaseVerb
from casework.policy.material_refusals import CommitmentBarred, CommitmentChanged
from casework.store.schema_material import case_commitment
from casework.store.tx import Tx
from casework.views.commitments import is_barred
from casework.views.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class MakeCommitment:
    """`code` is the material, `digest` the one of the text that the applicant saw; `signature` as in
    `sign_application`.
    """

    case_id: str
    code: str
    digest: str
    signature: StoredMaterial
    on_paper: bool = False

    @property
    def meant(self) -> "MakeCommitment":
        return replace(self, signature=self.signature.content)


@dataclass(frozen=True, slots=True)
class CommitmentMade:
    case_id: str
    commitment_id: str
    material_id: str
    verify_by_ms: int
    version: int


def make_commitment(tx: Tx, command: MakeCommitment) -> CommitmentMade:
    """Raises SourceNotAllowed, IdentityNotConfirmed, CommitmentBarred, or CommitmentChanged when this is
    not what was signed.
    """
    act = begin(tx, CaseVerb.MAKE_COMMITMENT, command.case_id)
    terms = terms_of(act, command.code)
    require_identity(act)
    if is_barred(tx.conn, act.case.id):
        raise CommitmentBarred
    if command.digest != digest_of(act, command.code, terms):
        raise CommitmentChanged
    material = add_version(
        act, command.code, command.signature, MaterialSource.COMMITMENT, MaterialGrade.D
    )
    commitment_id = new_id()
    verify_by_ms = working_calendar(tx.conn).due_ms(tx.now_ms, terms.verify_days)
    tx.conn.execute(
        insert(case_commitment).values(
            id=commitment_id,
            case_id=act.case.id,
            code=command.code,
            material_id=material.id,
            state=CommitmentState.STANDING,
            made_at_ms=tx.now_ms,
            verify_by_ms=verify_by_ms,
        )
    )
    mend(tx, act.case, command.code)
    mark_running_calls(act, MarkKind.MATERIAL, material.id)
    done = finish(
        act,
        "desk.commitment.made",
        plain={
            "commitment": commitment_id,
            "digest": command.digest,
            "material": material.id,
            "ciphertext_sha256": command.signature.ciphertext_sha256,
        },
        committed={
            "sha256": command.signature.content_sha256,
            "code": command.code,
            "grade": MaterialGrade.D,
            "on_paper": command.on_paper,
            "text": terms.text,
            "verify_by_ms": verify_by_ms,
        },
    )
    return CommitmentMade(act.case.id, commitment_id, material.id, verify_by_ms, done.case.version)
