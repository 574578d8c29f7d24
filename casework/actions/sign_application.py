"""The applicant signs what was read back; the signature is bound to exactly that."""

from dataclasses import dataclass, replace

from casework.actions.steps.application import digest_now
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.mending import mend
from casework.model.material import (
    APPLICATION_SIGNATURE,
    MaterialGrade,
    MaterialSource,
    StoredMaterial,
)
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import ApplicationChanged
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SignApplication:
    """`digest` is the one of the sheet that the applicant saw; `signature` the stored picture of
    the signature, or of the signed printout (`on_paper`) where there is no touch screen.
    """

    case_id: str
    digest: str
    signature: StoredMaterial
    on_paper: bool = False

    @property
    def meant(self) -> "SignApplication":
        return replace(self, signature=self.signature.content)


def sign_application(tx: Tx, command: SignApplication) -> CaseChanged:
    """Raises ApplicationChanged when this is not, or no longer, what was read back."""
    act = begin(tx, CaseVerb.SIGN_APPLICATION, command.case_id)
    if command.digest != act.case.application_digest or command.digest != digest_now(act):
        raise ApplicationChanged
    source = MaterialSource.STILL if command.on_paper else MaterialSource.SIGNATURE
    material = add_version(act, APPLICATION_SIGNATURE, command.signature, source, MaterialGrade.D)
    mend(tx, act.case, APPLICATION_SIGNATURE)
    return finish(
        act,
        "desk.application.signed",
        changes={"signed_at_ms": tx.now_ms},
        plain={
            "digest": command.digest,
            "material": material.id,
            "ciphertext_sha256": command.signature.ciphertext_sha256,
        },
        committed={"sha256": command.signature.content_sha256, "on_paper": command.on_paper},
    ).changed
