"""告知承诺: offered by the catalogue, signed for what was read, withdrawn, verified, and barred after a breach."""

import dataclasses

import pytest
from sqlalchemy import update

from audit.entry import Entry
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.check_commitment import CheckCommitment, check_commitment
from casework.actions.check_material import CheckMaterial, check_material
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.make_commitment import make_commitment
from casework.actions.prepare_decision import prepare_decision
from casework.actions.take_case import TakeCase, take_case
from casework.actions.withdraw_commitment import WithdrawCommitment, withdraw_commitment
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Road
from casework.model.commitment import CommitmentState
from casework.model.material import MaterialCheck, MaterialGrade, MaterialSource
from casework.policy.material_refusals import (
    CommitmentBarred,
    CommitmentChanged,
    CommitmentOver,
    SourceNotAllowed,
)
from casework.policy.refusals import (
    IdentityNotConfirmed,
    MaterialsMissing,
    NoPendingDecision,
    StateForbids,
)
from casework.store.erasure_rows import forget_values
from casework.store.reading import entries_of
from casework.store.schema_case import cases
from casework.views.commitments import commitments_of, due_commitments, is_barred
from casework.views.material_slots import material_slots, materials_of
from casework.views.sealed_values import sealed_fields
from scenes.case_scene import Desk, an_applicant
from scenes.material_sources import (
    PROMISED,
    TERMS,
    filled_without,
    promise,
    promised,
    publish_sources,
)

DAY_MS = 86_400_000


@pytest.fixture
def case(desk: Desk) -> str:
    """Everything is there but the material that may be promised."""
    publish_sources(desk)
    return filled_without(desk)


@pytest.fixture
def lead(desk: Desk):
    return desk.city.actors["lead"]


def read(desk, view, *arguments):
    with desk.kernel.store.reading() as conn:
        return view(conn, *arguments)


def slot(desk, case_id):
    slots = read(desk, material_slots, case_id, desk.item(case_id))
    return next(one for one in slots if one.spec.code == PROMISED)


def accepted(desk, case_id):
    desk.sign(case_id)
    desk.run(accept_case, AcceptCase(case_id, Road.DESK))


def check(
    desk, case_id, made, result=CommitmentState.BREACHED, by=None, finding="原单位来函说明。"
):
    command = CheckCommitment(case_id, made.commitment_id, result, finding)
    return desk.run(check_commitment, command, by or desk.city.actors["lead"])


def withdraw(desk, case_id, made):
    return desk.run(
        withdraw_commitment, WithdrawCommitment(case_id, made.commitment_id, "找到了。")
    )


def test_a_promise_stands_in_the_place_of_the_material(desk, case):
    assert not slot(desk, case).enough
    made = promised(desk, case)
    newest = slot(desk, case).versions[0]
    assert (newest.grade, newest.source) == (MaterialGrade.D, MaterialSource.COMMITMENT)
    assert slot(desk, case).enough  # although the item asks for grade B
    (standing,) = read(desk, commitments_of, case)
    assert standing.state is CommitmentState.STANDING
    # Twenty working days are four weeks at least.
    assert standing.verify_by_ms - standing.made_at_ms >= 27 * DAY_MS
    accepted(desk, case)
    assert made.verify_by_ms == standing.verify_by_ms


def test_a_promise_stands_for_nobody_else(desk, case):
    made = promised(desk, case)
    other = an_applicant(desk.item(case), order=2)
    desk.run(confirm_identity, ConfirmIdentity(case, IdentityMethod.ORIGINAL_SEEN, other))
    (former,) = read(desk, commitments_of, case)
    assert former.state is CommitmentState.WITHDRAWN
    assert not slot(desk, case).enough
    assert said_last(desk, case)["void_materials"] == [made.material_id]
    promised(desk, case)
    assert slot(desk, case).enough


def test_a_new_telephone_number_makes_nobody_another(desk, case):
    promised(desk, case)
    same = dataclasses.replace(an_applicant(desk.item(case)), phone="13900000009")
    desk.run(confirm_identity, ConfirmIdentity(case, IdentityMethod.ORIGINAL_SEEN, same))
    assert read(desk, commitments_of, case)[0].state is CommitmentState.STANDING
    assert slot(desk, case).enough
    assert "void_materials" not in said_last(desk, case)


def said_last(desk, case_id):
    """What is sealed in the newest entry of the case."""
    chain = desk.case(case_id).chain
    newest = read(desk, entries_of, chain)[-1]
    assert newest.type == "desk.identity.confirmed"
    assert Entry.decode(newest.body).facts == {}
    return read(desk, sealed_fields, desk.kernel.keys, chain, newest.seq)


def test_the_entry_seals_what_was_promised_and_names_the_signature(desk, case):
    promised(desk, case)
    chain = desk.case(case).chain
    entry = read(desk, entries_of, chain)[-1]
    assert entry.type == "desk.commitment.made"
    facts = Entry.decode(entry.body).facts
    assert set(facts) == {"commitment", "digest", "material", "ciphertext_sha256"}
    told = read(desk, sealed_fields, desk.kernel.keys, chain, entry.seq)
    assert told["text"] == TERMS.text
    assert told["code"] == PROMISED


def test_only_what_was_read_is_signed(desk, case):
    command = promise(desk, case)
    with pytest.raises(CommitmentChanged):
        desk.run(make_commitment, dataclasses.replace(command, digest="0" * 64))
    # Somebody else applies meanwhile: the digest was of the one before.
    other = ConfirmIdentity(case, IdentityMethod.ORIGINAL_SEEN, an_applicant(None, 5))
    desk.run(confirm_identity, other)
    with pytest.raises(CommitmentChanged):
        desk.run(make_commitment, command)
    assert read(desk, commitments_of, case) == ()


def test_what_the_item_does_not_offer_is_not_promised(desk, case):
    with pytest.raises(SourceNotAllowed):
        desk.run(make_commitment, dataclasses.replace(promise(desk, case), code="id_card"))
    with pytest.raises(SourceNotAllowed):
        desk.run(make_commitment, dataclasses.replace(promise(desk, case), code="passport"))


def test_nobody_promises_before_it_is_known_who_it_is(desk):
    publish_sources(desk)
    case_id = desk.opened()
    with pytest.raises(IdentityNotConfirmed):
        desk.run(make_commitment, promise(desk, case_id))


class TestWithdrawn:
    def test_before_acceptance_the_material_is_missing_again(self, desk, case):
        made = promised(desk, case)
        withdraw(desk, case, made)
        assert not slot(desk, case).enough
        desk.sign(case)
        with pytest.raises(MaterialsMissing):
            desk.run(accept_case, AcceptCase(case, Road.DESK))
        desk.add(case, PROMISED)
        desk.run(accept_case, AcceptCase(case, Road.DESK))

    def test_in_review_nothing_is_approved_by_it_until_the_material_is_there(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        desk.run(take_case, TakeCase(case), desk.reviewer)
        prepared = desk.prepared(case)
        withdraw(desk, case, made)
        with pytest.raises(NoPendingDecision):
            desk.run(confirm_decision, ConfirmDecision(case, prepared.decision_id), desk.reviewer)
        with pytest.raises(MaterialsMissing):
            desk.run(prepare_decision, desk.approval(case), desk.reviewer)
        desk.add(case, PROMISED)
        desk.decided(case)

    def test_nobody_calls_it_good_again(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        desk.run(take_case, TakeCase(case), desk.reviewer)
        withdraw(desk, case, made)
        good = CheckMaterial(case, made.material_id, MaterialCheck.GOOD)
        with pytest.raises(CommitmentOver):
            desk.run(check_material, good, desk.reviewer)
        assert not slot(desk, case).enough

    def test_not_after_the_decision(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        desk.run(take_case, TakeCase(case), desk.reviewer)
        desk.decided(case)
        with pytest.raises(StateForbids):
            withdraw(desk, case, made)

    def test_once(self, desk, case):
        made = promised(desk, case)
        withdraw(desk, case, made)
        with pytest.raises(CommitmentOver):
            withdraw(desk, case, made)
        again = promised(desk, case)  # who thinks better of it may promise again
        assert again.commitment_id != made.commitment_id
        assert slot(desk, case).enough

    def test_of_this_case_only(self, desk, case):
        made = promised(desk, case)
        other = filled_without(desk, order=3)
        with pytest.raises(NotFound):
            withdraw(desk, other, made)


class TestVerified:
    def test_the_duty_lead_says_what_was_found(self, desk, case, lead):
        made = promised(desk, case)
        accepted(desk, case)
        (due,) = read(desk, due_commitments, made.verify_by_ms + 1)
        assert (due.commitment.id, due.terms, due.overdue) == (made.commitment_id, TERMS, True)
        with pytest.raises(NotAllowed):
            check(desk, case, made, by=desk.reviewer)
        with pytest.raises(InvalidInput):
            check(desk, case, made, finding="  ")
        with pytest.raises(InvalidInput):
            check(desk, case, made, CommitmentState.WITHDRAWN)
        check(desk, case, made, CommitmentState.VERIFIED)
        assert read(desk, due_commitments, 0) == ()
        with pytest.raises(CommitmentOver):
            check(desk, case, made)

    @pytest.mark.parametrize("over", [CaseState.WITHDRAWN, CaseState.LAPSED])
    def test_nobody_verifies_for_a_case_that_came_to_nothing(self, desk, case, over):
        promised(desk, case)
        accepted(desk, case)
        assert read(desk, due_commitments, 0) != ()
        desk.run(lambda tx, _: tx.conn.execute(update(cases).values(state=over)).rowcount, None)
        assert read(desk, due_commitments, 0) == ()

    def test_a_draft_is_not_verified(self, desk, case):
        made = promised(desk, case)
        assert read(desk, due_commitments, 0) == ()
        with pytest.raises(StateForbids):
            check(desk, case, made)

    def test_a_broken_promise_bars_further_ones_of_this_person_alone(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        check(desk, case, made)
        again, stranger = filled_without(desk), filled_without(desk, order=3)
        assert read(desk, is_barred, again)
        with pytest.raises(CommitmentBarred):
            promised(desk, again)
        promised(desk, stranger)
        desk.add(again, PROMISED)  # bringing it is always possible
        accepted(desk, again)

    def test_who_is_barred_does_not_promise_through_somebody_else(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        check(desk, case, made)
        again = filled_without(desk, order=3)
        other = promised(desk, again)
        barred = ConfirmIdentity(again, IdentityMethod.ORIGINAL_SEEN, an_applicant())
        desk.run(confirm_identity, barred)
        assert not slot(desk, again).enough
        for word in (MaterialCheck.GOOD, MaterialCheck.UNCHECKED):
            with pytest.raises(CommitmentOver):
                desk.run(check_material, CheckMaterial(again, other.material_id, word))

    def test_a_kept_promise_bars_nothing(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        check(desk, case, made, CommitmentState.VERIFIED)
        promised(desk, filled_without(desk))

    def test_the_record_of_a_breach_goes_with_the_values_of_its_case(self, desk, case):
        made = promised(desk, case)
        accepted(desk, case)
        check(desk, case, made)
        again = filled_without(desk)

        def forget(tx, _nothing):
            forget_values(tx.conn, case, [desk.case(case).chain])

        desk.run(forget, None)
        assert not read(desk, is_barred, again)


def test_a_promise_has_no_original(desk, case):
    made = promised(desk, case)
    seen = CheckMaterial(case, made.material_id, MaterialCheck.GOOD, original_seen=True)
    with pytest.raises(InvalidInput):
        desk.run(check_material, seen)


def test_a_promise_is_no_picture_and_stands_for_every_page(desk):
    publish_sources(desk, material="id_card")
    case_id = filled_without(desk, "id_card")
    promised(desk, case_id, "id_card")
    slots = read(desk, material_slots, case_id, desk.item(case_id))
    assert next(one for one in slots if one.spec.code == "id_card").enough
    newest = read(desk, materials_of, case_id)[0]
    assert newest.stored.pages == desk.item(case_id).material("id_card").pages
