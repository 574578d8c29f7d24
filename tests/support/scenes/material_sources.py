"""Items of the made-up city whose materials may come from elsewhere, and promises made and kept."""

import dataclasses
import datetime as dt

from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.make_commitment import CommitmentMade, MakeCommitment, make_commitment
from casework.actions.publish_item import PublishItem, publish_item
from casework.actions.save_form import SaveForm, save_form
from casework.actor import SYSTEM
from casework.catalogue.item import CommitmentTerms, ItemVersion
from casework.catalogue.stored_item import item_in_force, sha256_of
from casework.model.applicant import IdentityMethod
from casework.model.commitment import commitment_digest
from casework.model.material import SourceKind
from casework.views.sealed_values import sealed_values
from scenes.case_scene import DESK_ITEM, Desk, a_stored, a_value, an_applicant

TERMS = CommitmentTerms(
    "本人承诺：已与原单位终止劳动关系，所述属实。承诺不实的，退回已领取的待遇，并依法承担责任。", 20
)
PROMISED = "termination_proof"
EVERYWHERE = (*SourceKind,)


def with_sources(item: ItemVersion, code: str = PROMISED) -> ItemVersion:
    """The next version of `item`: this material is required and may come from everywhere."""
    materials = tuple(
        dataclasses.replace(spec, required=True, sources=EVERYWHERE, commitment=TERMS)
        if spec.code == code
        else spec
        for spec in item.materials
    )
    return dataclasses.replace(item, version=item.version + 1, materials=materials)


def publish_sources(desk: Desk, code: str = DESK_ITEM, material: str = PROMISED) -> ItemVersion:
    """From now on cases of the item are opened under that version."""
    today = dt.date(2024, 1, 1)
    with desk.kernel.store.reading() as conn:
        item = with_sources(item_in_force(conn, code, dt.date(2100, 1, 1)), material)
    desk.run(publish_item, PublishItem(dataclasses.replace(item, effective_from=today)), SYSTEM)
    return item


def promise(desk: Desk, case_id: str, code: str = PROMISED) -> MakeCommitment:
    """The command that signs what the citizen's screen would show now."""
    keys, case, item = desk.kernel.keys, desk.case(case_id), desk.item(case_id)
    spec = item.material(code)
    if spec is None or spec.commitment is None:
        raise ValueError(code)
    with desk.kernel.store.reading() as conn:
        applicant = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    digest = commitment_digest(
        keys.case_key(case_id), sha256_of(item), applicant, code, spec.commitment
    )
    return MakeCommitment(case_id, code, digest, a_stored(case_id))


def promised(desk: Desk, case_id: str, code: str = PROMISED) -> CommitmentMade:
    return desk.run(make_commitment, promise(desk, case_id, code), desk.screen)


def filled_without(desk: Desk, code: str = PROMISED, order: int = 1) -> str:
    """A case of the item, identified, typed in, with every material but this one."""
    case_id = desk.opened()
    item = desk.item(case_id)
    identity = ConfirmIdentity(case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant(item, order))
    desk.run(confirm_identity, identity)
    desk.run(save_form, SaveForm(case_id, {field.code: a_value(field) for field in item.fields}))
    for spec in item.materials:
        if spec.code != code:
            desk.add(case_id, spec.code)
    return case_id
