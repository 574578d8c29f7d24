"""Materials that nobody brought: told by the authority that issued them, or taken over from another case."""

import dataclasses
import datetime as dt

import pytest

from audit.entry import Entry
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.add_material import AddMaterial, add_material
from casework.actions.ask_source import AskSource, ask_source
from casework.actions.check_material import CheckMaterial, check_material
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.note_source_answer import NoteSourceAnswer, note_source_answer
from casework.actions.take_over_material import TakeOverMaterial, take_over_material
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.errors import InvalidInput, NotFound, VersionConflict
from casework.materials.verifier import Finding, SourceStatement
from casework.model.applicant import IdentityMethod
from casework.model.case import Road
from casework.model.decision import ReturnReason
from casework.model.material import MaterialCheck, MaterialGrade, MaterialSource
from casework.policy.material_refusals import AnotherApplicant, SourceNotAllowed
from casework.policy.refusals import IdentityNotConfirmed
from casework.store.reading import entries_of
from casework.views.material_slots import material_slots, materials_of
from casework.views.origins import origins_of
from casework.views.sealed_values import sealed_fields, sealed_values
from casework.views.taken_over import materials_elsewhere
from scenes.case_scene import Desk, a_stored, an_applicant
from scenes.material_sources import PROMISED, filled_without, promised, publish_sources

SAID = SourceStatement(
    "示范市就业服务中心",
    "JY2025000001",
    dt.date(2099, 12, 31),
    (("单位名称", "示范企业"), ("终止日期", "2025-01-31")),
    1_795_000_000_000,
)


@pytest.fixture
def case(desk: Desk) -> str:
    publish_sources(desk)
    return filled_without(desk)


def read(desk, view, *arguments):
    with desk.kernel.store.reading() as conn:
        return view(conn, *arguments)


def slot(desk, case_id, code=PROMISED):
    slots = read(desk, material_slots, case_id, desk.item(case_id))
    return next(one for one in slots if one.spec.code == code)


def ask(desk, case_id, code=PROMISED):
    return desk.run(ask_source, AskSource(case_id, code, "示范核验"))


def applies(desk, case_id):
    case = desk.case(case_id)
    sealed = (desk.kernel.keys, case.chain, case.applicant_seq, "applicant")
    return read(desk, sealed_values, *sealed)


def answer(desk, case_id, finding=Finding.FOUND, **changes):
    asked = ask(desk, case_id)
    found = finding is Finding.FOUND
    command = NoteSourceAnswer(
        case_id,
        PROMISED,
        "示范核验",
        asked.question_id,
        finding,
        SAID if found else None,
        a_stored(case_id) if found else None,
        applicant=applies(desk, case_id),
    )
    return desk.run(note_source_answer, dataclasses.replace(command, **changes))


class TestSharedData:
    def test_what_was_found_is_a_material_of_grade_a(self, desk, case):
        done = answer(desk, case)
        newest = slot(desk, case).versions[0]
        assert newest.id == done.material_id
        assert (newest.grade, newest.source) == (MaterialGrade.A, MaterialSource.SHARED_DATA)
        assert slot(desk, case).enough
        chain = desk.case(case).chain
        origin = read(desk, origins_of, desk.kernel.keys, chain, [newest])[newest.id]
        assert (origin.issuer, origin.number) == (SAID.issuer, SAID.number)
        assert origin.valid_until == "2099-12-31"

    def test_the_question_is_on_record_before_the_answer_and_tells_nobody_what_was_asked(
        self, desk, case
    ):
        done = answer(desk, case)
        chain = desk.case(case).chain
        asked, added = read(desk, entries_of, chain)[-2:]
        assert (asked.type, added.type) == ("desk.source.asked", "desk.material.added")
        facts = Entry.decode(asked.body).facts
        assert set(facts) == {"question"}
        assert Entry.decode(added.body).facts["question"] == facts["question"]
        told = read(desk, sealed_fields, desk.kernel.keys, chain, added.seq)
        assert told["statement"] == SAID.as_json()
        assert told["verifier"] == "示范核验"
        assert Entry.decode(added.body).facts["material"] == done.material_id

    @pytest.mark.parametrize("finding", [Finding.NOT_FOUND, Finding.UNAVAILABLE, Finding.EXPIRED])
    def test_without_an_answer_the_paper_can_still_be_brought(self, desk, case, finding):
        done = answer(desk, case, finding, cause="timeout")
        assert done.material_id is None
        assert not slot(desk, case).enough
        last = read(desk, entries_of, desk.case(case).chain)[-1]
        assert last.type == "desk.source.answered"
        desk.add(case, PROMISED)
        assert slot(desk, case).enough

    def test_what_was_stated_about_one_counts_for_nobody_else(self, desk, case):
        done = answer(desk, case)
        desk.add(case, "id_card")  # brought, and looked at by the clerk
        brought = slot(desk, case, "id_card").enough
        other = an_applicant(desk.item(case), order=2)
        desk.run(confirm_identity, ConfirmIdentity(case, IdentityMethod.ORIGINAL_SEEN, other))
        assert slot(desk, case).versions[0].id == done.material_id
        assert not slot(desk, case).enough
        assert slot(desk, case, "id_card").enough is brought
        for word in (MaterialCheck.GOOD, MaterialCheck.UNCHECKED):
            with pytest.raises(AnotherApplicant):
                desk.run(check_material, CheckMaterial(case, done.material_id, word))
        desk.run(
            check_material,
            CheckMaterial(case, slot(desk, case, "id_card").versions[0].id, MaterialCheck.GOOD),
        )
        answer(desk, case)
        assert slot(desk, case).enough

    def test_an_answer_about_who_no_longer_applies_is_refused(self, desk, case):
        """The clerk corrected the number while the authority was asked."""
        asked_about = applies(desk, case)
        other = an_applicant(desk.item(case), order=2)
        desk.run(confirm_identity, ConfirmIdentity(case, IdentityMethod.ORIGINAL_SEEN, other))
        with pytest.raises(VersionConflict):
            answer(desk, case, applicant=asked_about)
        assert slot(desk, case).versions == ()
        answer(desk, case)
        assert slot(desk, case).enough

    def test_an_answer_fits_its_finding(self, desk, case):
        for wrong in ({"statement": None}, {"stored": None}):
            with pytest.raises(InvalidInput):
                answer(desk, case, **wrong)
        with pytest.raises(InvalidInput):
            answer(desk, case, Finding.NOT_FOUND, statement=SAID)
        assert slot(desk, case).versions == ()

    def test_asked_only_where_the_item_allows_it_and_the_applicant_is_known(self, desk, case):
        with pytest.raises(SourceNotAllowed):
            ask(desk, case, "id_card")
        with pytest.raises(InvalidInput):
            ask(desk, case, "passport")
        with pytest.raises(IdentityNotConfirmed):
            ask(desk, desk.opened())

    def test_nobody_adds_a_statement_by_hand(self, desk, case):
        for source in (MaterialSource.SHARED_DATA, MaterialSource.INTERNAL):
            command = AddMaterial(case, PROMISED, a_stored(case), source, MaterialGrade.A)
            with pytest.raises(InvalidInput):
                desk.run(add_material, command)

    def test_the_same_press_gets_the_first_answer(self, desk, case):
        asked = ask(desk, case)
        command = NoteSourceAnswer(
            case,
            PROMISED,
            "示范核验",
            asked.question_id,
            Finding.FOUND,
            SAID,
            a_stored(case),
            applicant=applies(desk, case),
        )
        run = desk.kernel.writer.run_sync
        first = run(note_source_answer, command, actor=desk.clerk, idempotency_key="once")
        other = dataclasses.replace(
            command,
            question_id="other",
            finding=Finding.UNAVAILABLE,
            statement=None,
            stored=None,
            applicant={},
        )
        again = run(note_source_answer, other, actor=desk.clerk, idempotency_key="once")
        assert again == first
        assert len(slot(desk, case).versions) == 1


class TestTakenOver:
    @pytest.fixture
    def earlier(self, desk, case) -> str:
        """Another case of the same person, accepted, with the material."""
        other = filled_without(desk)
        desk.add(other, PROMISED)
        desk.sign(other)
        desk.run(accept_case, AcceptCase(other, Road.DESK))
        return other

    def take(self, desk, case, earlier, material=None, code=PROMISED):
        found = material or slot(desk, earlier, code).versions[0].id
        stored = a_stored(case)
        return desk.run(take_over_material, TakeOverMaterial(case, code, earlier, found, stored))

    def test_what_was_taken_over_is_of_its_applicant(self, desk, case, earlier):
        taken = self.take(desk, case, earlier)
        assert slot(desk, case).enough
        other = an_applicant(desk.item(case), order=2)
        desk.run(confirm_identity, ConfirmIdentity(case, IdentityMethod.ORIGINAL_SEEN, other))
        assert not slot(desk, case).enough
        with pytest.raises(AnotherApplicant):
            desk.run(check_material, CheckMaterial(case, taken.material_id, MaterialCheck.GOOD))
        with pytest.raises(AnotherApplicant):
            self.take(desk, case, earlier)

    def test_grade_and_origin_are_kept(self, desk, case, earlier):
        (found,) = read(desk, materials_elsewhere, desk.clerk, case, PROMISED, 0)
        assert (found.case_id, [one.page for one in found.pages]) == (earlier, [1])
        self.take(desk, case, earlier, found.pages[0].id)
        newest = slot(desk, case).versions[0]
        assert (newest.grade, newest.source) == (MaterialGrade.B, MaterialSource.INTERNAL)
        assert slot(desk, case).enough
        chain = desk.case(case).chain
        origin = read(desk, origins_of, desk.kernel.keys, chain, [newest])[newest.id]
        assert origin.case_number == desk.case(earlier).number
        last = read(desk, entries_of, chain)[-1]
        assert earlier.encode() not in last.body  # the log links no two cases of one person

    def test_not_from_a_stranger(self, desk, case):
        stranger = filled_without(desk, order=3)
        desk.add(stranger, PROMISED)
        assert read(desk, materials_elsewhere, desk.clerk, case, PROMISED, 0) == ()
        with pytest.raises(AnotherApplicant):
            self.take(desk, case, stranger)

    def test_not_from_an_outlet_that_the_clerk_does_not_see(self, desk, case, earlier):
        other = desk.city.actors["clerk3"]
        assert other.outlet != desk.clerk.outlet
        assert read(desk, materials_elsewhere, other, case, PROMISED, 0) == ()

    def test_not_what_counts_no_more(self, desk, case, earlier):
        first = slot(desk, earlier).versions[0].id
        desk.add(earlier, PROMISED)
        with pytest.raises(NotFound):
            self.take(desk, case, earlier, first)

    def test_not_what_is_faulty_a_promise_or_of_another_material(self, desk, case):
        other = filled_without(desk)
        promised(desk, other)
        assert read(desk, materials_elsewhere, desk.clerk, case, PROMISED, 0) == ()
        with pytest.raises(NotFound):
            self.take(desk, case, other)
        desk.add(other, PROMISED)
        bad = slot(desk, other).versions[0].id
        fault = CheckMaterial(other, bad, MaterialCheck.FAULTY, ReturnReason.BLURRED)
        desk.run(check_material, fault)
        with pytest.raises(NotFound):
            self.take(desk, case, other)
        card = slot(desk, other, "id_card").versions[0].id
        with pytest.raises(NotFound):
            self.take(desk, case, other, card)

    def test_not_from_a_case_that_was_withdrawn(self, desk, case, earlier):
        withdrawal = WithdrawCase(earlier, IdentityMethod.ORIGINAL_SEEN)
        desk.run(withdraw_case, withdrawal)
        assert read(desk, materials_elsewhere, desk.clerk, case, PROMISED, 0) == ()
        with pytest.raises(NotFound):
            self.take(desk, case, earlier)

    def test_only_where_the_item_allows_it(self, desk, case, earlier):
        with pytest.raises(SourceNotAllowed):
            self.take(desk, case, earlier, code="id_card")

    def test_the_content_lies_under_the_key_of_this_case(self, desk, case, earlier):
        found = slot(desk, earlier).versions[0]
        wrong = TakeOverMaterial(case, PROMISED, earlier, found.id, a_stored(earlier))
        with pytest.raises(InvalidInput):
            desk.run(take_over_material, wrong)
        assert PROMISED not in {one.code for one in read(desk, materials_of, case)}
