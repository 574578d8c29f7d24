"""What a promise says and who made it. Not an action itself."""

from sqlalchemy import update

from casework.actions.steps.case_act import CaseAct
from casework.catalogue.item import CommitmentTerms
from casework.catalogue.stored_item import sha256_of
from casework.model.commitment import Commitment, CommitmentState, commitment_digest
from casework.model.material import SourceKind
from casework.policy.material_refusals import CommitmentOver, SourceNotAllowed
from casework.store.schema_material import case_commitment
from casework.views.commitments import commitment_of, commitments_of
from casework.views.sealed_values import sealed_values


def terms_of(act: CaseAct, code: str) -> CommitmentTerms:
    """Raises SourceNotAllowed where the item takes no promise for this material."""
    spec = act.item.material(code)
    if spec is None or spec.commitment is None:
        raise SourceNotAllowed(source=SourceKind.COMMITMENT)
    return spec.commitment


def digest_of(act: CaseAct, code: str, terms: CommitmentTerms) -> str:
    """The digest of the promise as it would be signed now."""
    tx, case = act.tx, act.case
    applicant = sealed_values(tx.conn, tx.keys, case.chain, case.applicant_seq, "applicant")
    key = tx.keys.case_key(case.id)
    return commitment_digest(key, sha256_of(act.item), applicant, code, terms)


def require_standing(act: CaseAct, material_id: str) -> None:
    """Raises CommitmentOver when the promise that this material is the signature of was taken back."""
    for one in commitments_of(act.tx.conn, act.case.id):
        if one.material_id == material_id and one.state is CommitmentState.WITHDRAWN:
            raise CommitmentOver(state=one.state)


def end_commitment(act: CaseAct, commitment_id: str, state: CommitmentState) -> Commitment:
    """The promise as it was; raises NotFound, or CommitmentOver when it does not stand any more."""
    found = commitment_of(act.tx.conn, act.case.id, commitment_id)
    if found.state is not CommitmentState.STANDING:
        raise CommitmentOver(state=found.state)
    act.tx.conn.execute(
        update(case_commitment)
        .where(case_commitment.c.id == found.id)
        .values(state=state, ended_at_ms=act.tx.now_ms, ended_by=act.tx.actor.id)
    )
    return found
