"""What stops a case at the window: each guard with its own refusal."""

import dataclasses

import pytest
from sqlalchemy import delete, update

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.add_material import AddMaterial, add_material
from casework.actions.change_road import ChangeRoad, change_road
from casework.actions.check_material import CheckMaterial, check_material
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.open_case import OpenCase, open_case
from casework.actions.read_back import ReadBack, read_back
from casework.actions.save_form import SaveForm, save_form
from casework.actions.sign_application import SignApplication, sign_application
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM, Role
from casework.errors import InvalidInput, NotAllowed, NotFound, VersionConflict
from casework.model.applicant import Applicant, IdentityMethod
from casework.model.case import CaseState, Road
from casework.model.decision import ReturnReason
from casework.model.material import MaterialCheck, MaterialGrade, MaterialSource
from casework.policy.refusals import (
    ApplicationChanged,
    ApplicationNotSigned,
    FormIncomplete,
    IdentityNotConfirmed,
    ItemNotGranted,
    ItemNotInForce,
    MaterialsMissing,
    ResultNotIssued,
    StateForbids,
    WrongRoad,
)
from casework.store import schema_org as org
from casework.store.tx import Tx
from casework.views.case_search import find_cases
from scenes.case_scene import (
    CALL_ITEM,
    DESK_ITEM,
    INSTANT_ITEM,
    Desk,
    a_bank_card,
    a_stored,
    an_applicant,
    an_id_number,
)


def sql(desk: Desk, statement) -> None:
    """Changes the organisation behind the acts, as an administrator would."""

    def change(tx: Tx, _nothing: None) -> None:
        tx.conn.execute(statement)

    desk.run(change, None, SYSTEM)


def accept(desk: Desk, case_id: str, road: Road = Road.DESK):
    return desk.run(accept_case, AcceptCase(case_id, road))


class TestOpening:
    def test_only_a_clerk_at_a_window_opens(self, desk):
        with pytest.raises(NotAllowed):
            desk.run(open_case, OpenCase(DESK_ITEM), desk.reviewer)
        with pytest.raises(NotAllowed):
            desk.run(open_case, OpenCase(DESK_ITEM), dataclasses.replace(desk.clerk, window=None))

    def test_an_unknown_item_is_not_in_force(self, desk):
        with pytest.raises(ItemNotInForce):
            desk.run(open_case, OpenCase("XX-999"))

    def test_the_outlet_needs_a_grant(self, desk):
        mine = org.outlet_item.c.outlet_id == desk.clerk.outlet
        sql(desk, update(org.outlet_item).where(mine).values(until_ms=1))
        with pytest.raises(ItemNotGranted):
            desk.opened()

    def test_what_was_filled_in_before_is_kept_and_what_does_not_fit_is_named(self, desk):
        command = OpenCase(
            DESK_ITEM,
            applicant=an_applicant(),
            form={"last_employer": " 示范企业 ", "account": "1234", "unknown": "x"},
        )
        opened = desk.run(open_case, command)
        assert opened.left_out == ("account", "unknown")
        assert desk.case(opened.case_id).applicant_seq == 0
        assert desk.case(opened.case_id).identity_confirmed_at_ms is None

    def test_a_wrong_applicant_loses_nothing_else(self, desk):
        command = OpenCase(
            DESK_ITEM, applicant=Applicant("群众甲", "123"), form={"last_employer": "示范企业"}
        )
        opened = desk.run(open_case, command)
        assert opened.left_out == ("applicant",)
        assert desk.case(opened.case_id).form_seq == 0


class TestFilling:
    def test_a_wrong_value_is_refused_by_field(self, desk):
        case_id = desk.opened()
        with pytest.raises(InvalidInput) as refused:
            desk.run(save_form, SaveForm(case_id, {"account": "6222", "left_on": "2099-01-01"}))
        assert refused.value.details == {"field": "account", "fields": ["account", "left_on"]}
        with pytest.raises(InvalidInput):
            desk.run(save_form, SaveForm(case_id, {"nothing": "1"}))

    def test_half_a_form_is_kept(self, desk):
        case_id = desk.opened()
        desk.run(save_form, SaveForm(case_id, {"last_employer": "示范企业"}))
        desk.run(save_form, SaveForm(case_id, {"account": a_bank_card()}))
        desk.run(
            confirm_identity, ConfirmIdentity(case_id, IdentityMethod.ID_READER, an_applicant())
        )
        with pytest.raises(FormIncomplete) as refused:
            desk.run(read_back, ReadBack(case_id))
        assert refused.value.details["fields"] == ["left_on", "cause"]

    def test_a_wrong_identity_number_is_refused(self, desk):
        case_id = desk.opened()
        wrong = dataclasses.replace(an_applicant(), id_number="990000198001010010")
        with pytest.raises(InvalidInput) as refused:
            desk.run(confirm_identity, ConfirmIdentity(case_id, IdentityMethod.ID_READER, wrong))
        assert refused.value.details == {"field": "id_number", "fields": ["id_number"]}

    def test_another_method_needs_a_reason(self, desk):
        case_id = desk.opened()
        command = ConfirmIdentity(case_id, IdentityMethod.OTHER, an_applicant())
        with pytest.raises(InvalidInput):
            desk.run(confirm_identity, command)

    def test_an_organisation_item_needs_an_organisation(self, desk):
        case_id = desk.opened("LD-001")
        nobody = dataclasses.replace(an_applicant(), name="")
        command = ConfirmIdentity(case_id, IdentityMethod.OTHER, nobody)
        with pytest.raises(InvalidInput) as refused:
            desk.run(confirm_identity, command)
        assert refused.value.details["fields"] == ["name", "credit_code", "reason"]
        assert desk.filled("LD-001")

    def test_materials_of_another_item_or_case_are_refused(self, desk):
        case_id, other = desk.opened(), desk.opened()
        still, grade = MaterialSource.STILL, MaterialGrade.B
        with pytest.raises(InvalidInput):
            desk.run(add_material, AddMaterial(case_id, "photo", a_stored(case_id), still, grade))
        with pytest.raises(InvalidInput):
            desk.run(add_material, AddMaterial(case_id, "id_card", a_stored(other), still, grade))

    def test_a_page_the_item_does_not_ask_for_is_refused(self, desk):
        case_id = desk.opened("SK-001")
        for page in (0, 3):
            still = AddMaterial(
                case_id,
                "id_card",
                a_stored(case_id),
                MaterialSource.STILL,
                MaterialGrade.B,
                page,
            )
            with pytest.raises(InvalidInput):
                desk.run(add_material, still)

    def test_only_the_clerk_compares_with_the_original(self, desk):
        case_id = desk.in_review()
        material_id = desk.add(case_id, "id_card")
        command = CheckMaterial(case_id, material_id, MaterialCheck.GOOD, original_seen=True)
        with pytest.raises(InvalidInput):
            desk.run(check_material, command, desk.reviewer)
        with pytest.raises(NotFound):
            command = CheckMaterial(case_id, "nothing", MaterialCheck.GOOD)
            desk.run(check_material, command, desk.reviewer)


class TestAcceptance:
    def test_identity_first(self, desk):
        with pytest.raises(IdentityNotConfirmed):
            accept(desk, desk.opened())

    def test_required_materials_must_be_there(self, desk):
        case_id = desk.opened()
        desk.run(
            confirm_identity, ConfirmIdentity(case_id, IdentityMethod.ID_READER, an_applicant())
        )
        item = desk.item(case_id)
        values = {"last_employer": "示范", "left_on": "2025-01-31", "account": a_bank_card()}
        values["cause"] = item.field("cause").choices[0]
        desk.run(save_form, SaveForm(case_id, values))
        desk.sign(case_id)
        with pytest.raises(MaterialsMissing) as refused:
            accept(desk, case_id)
        assert refused.value.details["materials"] == ["id_card"]

    def test_every_page_that_is_asked_for_must_be_there(self, desk):
        case_id = desk.opened("SK-001")
        desk.fill(case_id)
        desk.sign(case_id)
        front = desk.page(case_id, "id_card", 1)
        blurred = CheckMaterial(case_id, front, MaterialCheck.FAULTY, ReturnReason.BLURRED)
        desk.run(check_material, blurred)
        with pytest.raises(MaterialsMissing) as refused:
            accept(desk, case_id)
        assert refused.value.details["materials"] == ["id_card"]
        desk.page(case_id, "id_card", 2)  # the other side anew mends nothing
        with pytest.raises(MaterialsMissing):
            accept(desk, case_id)
        desk.page(case_id, "id_card", 1)
        assert accept(desk, case_id)

    def test_a_file_of_several_pages_covers_them(self, desk):
        case_id = desk.opened("SK-001")
        desk.fill(case_id)
        desk.sign(case_id)
        back = desk.page(case_id, "id_card", 2)
        desk.run(
            check_material,
            CheckMaterial(case_id, back, MaterialCheck.FAULTY, ReturnReason.BLURRED),
        )
        both = dataclasses.replace(a_stored(case_id), pages=2)
        scan = AddMaterial(case_id, "id_card", both, MaterialSource.STILL, MaterialGrade.B)
        desk.run(add_material, scan)
        assert accept(desk, case_id)

    def test_a_low_grade_does_not_suffice_until_the_original_was_seen(self, desk):
        case_id = desk.signed()
        command = AddMaterial(
            case_id, "id_card", a_stored(case_id), MaterialSource.UPLOAD, MaterialGrade.C
        )
        added = desk.run(add_material, command)
        with pytest.raises(MaterialsMissing):
            accept(desk, case_id)
        check = CheckMaterial(case_id, added.material_id, MaterialCheck.GOOD, original_seen=True)
        desk.run(check_material, check)
        assert accept(desk, case_id)

    def test_a_faulty_material_does_not_count(self, desk):
        case_id = desk.signed()
        material_id = desk.add(case_id, "id_card")
        command = CheckMaterial(case_id, material_id, MaterialCheck.FAULTY, ReturnReason.BLURRED)
        desk.run(check_material, command)
        with pytest.raises(MaterialsMissing):
            accept(desk, case_id)

    def test_without_a_signature_nothing_is_accepted(self, desk):
        with pytest.raises(ApplicationNotSigned):
            accept(desk, desk.filled())

    def test_a_change_after_the_signature_takes_it_away(self, desk):
        case_id = desk.signed()
        desk.run(save_form, SaveForm(case_id, {"last_employer": "另一企业"}))
        with pytest.raises(ApplicationNotSigned):
            accept(desk, case_id)

    def test_another_applicant_takes_the_signature_away(self, desk):
        case_id = desk.signed()
        other = an_applicant(order=5)
        desk.run(confirm_identity, ConfirmIdentity(case_id, IdentityMethod.ID_READER, other))
        with pytest.raises(ApplicationNotSigned):
            accept(desk, case_id)

    def test_saving_the_same_again_keeps_the_signature(self, desk):
        case_id = desk.signed()
        desk.run(save_form, SaveForm(case_id, {"last_employer": "示范内容"}))
        assert accept(desk, case_id)

    def test_only_what_was_read_back_is_signed(self, desk):
        case_id = desk.filled()
        sheet = desk.run(read_back, ReadBack(case_id))
        desk.run(save_form, SaveForm(case_id, {"last_employer": "另一企业"}))
        for digest in (sheet.digest, "0" * 64):
            with pytest.raises(ApplicationChanged):
                command = SignApplication(case_id, digest, a_stored(case_id))
                desk.run(sign_application, command, desk.screen)

    def test_a_grant_that_ended_stops_acceptance(self, desk):
        case_id = desk.signed()
        sql(desk, delete(org.outlet_item))
        with pytest.raises(ItemNotGranted):
            accept(desk, case_id)

    @pytest.mark.parametrize(
        ("item", "road"),
        [
            (CALL_ITEM, Road.DESK),
            (CALL_ITEM, Road.WINDOW),
            (DESK_ITEM, Road.WINDOW),
            (INSTANT_ITEM, Road.DESK),
            (INSTANT_ITEM, Road.CALL),
        ],
    )
    def test_an_item_allows_only_its_roads(self, desk, item, road):
        case_id = desk.filled(item)
        with pytest.raises(WrongRoad):
            accept(desk, case_id, road)

    def test_the_road_may_change_while_it_waits(self, desk):
        case_id = desk.accepted(road=Road.CALL)
        desk.run(change_road, ChangeRoad(case_id, Road.DESK))
        assert desk.case(case_id).road is Road.DESK
        with pytest.raises(WrongRoad):
            desk.run(change_road, ChangeRoad(case_id, Road.WINDOW))

    def test_an_instant_item_is_closed_at_the_window(self, desk):
        case_id = desk.filled(INSTANT_ITEM)
        accept(desk, case_id, Road.WINDOW)
        desk.run(complete_case, CompleteCase(case_id))
        assert desk.case(case_id).state is CaseState.COMPLETED

    def test_an_ordinary_item_is_not(self, desk):
        with pytest.raises(ResultNotIssued):
            desk.run(complete_case, CompleteCase(desk.accepted()))


def test_a_stale_page_is_told(desk):
    case_id = desk.opened()
    desk.run(save_form, SaveForm(case_id, {"bank": "示范银行"}, expected_version=1))
    with pytest.raises(VersionConflict) as refused:
        desk.run(save_form, SaveForm(case_id, {"bank": "他行"}, expected_version=1))
    assert refused.value.details == {"version": 2}


def test_a_clerk_of_another_outlet_has_no_part(desk):
    with pytest.raises(NotAllowed) as refused:
        desk.run(read_back, ReadBack(desk.filled()), desk.city.actors["clerk3"])
    assert refused.value.details["reason"] == "other_outlet"


def test_a_screen_of_another_window_has_no_part(desk):
    case_id = desk.filled()
    sheet = desk.run(read_back, ReadBack(case_id))
    other = dataclasses.replace(desk.screen, window=desk.city.windows["bank/2"])
    with pytest.raises(NotAllowed) as refused:
        desk.run(sign_application, SignApplication(case_id, sheet.digest, a_stored(case_id)), other)
    assert refused.value.details["reason"] == "other_window"


def test_withdrawing_asks_again_who_it_is(desk):
    case_id = desk.accepted()
    with pytest.raises(InvalidInput):
        desk.run(withdraw_case, WithdrawCase(case_id))
    desk.run(withdraw_case, WithdrawCase(case_id, IdentityMethod.ID_READER))
    assert desk.case(case_id).state is CaseState.WITHDRAWN
    with pytest.raises(StateForbids):
        desk.run(save_form, SaveForm(case_id, {}))


def test_a_draft_without_identity_is_given_up(desk):
    case_id = desk.opened()
    desk.run(withdraw_case, WithdrawCase(case_id))
    assert desk.case(case_id).state is CaseState.WITHDRAWN


def test_an_identity_number_finds_its_case(desk, keys, store):
    case_id = desk.signed()
    number = desk.case(case_id).number
    lead = desk.city.actors["lead"]
    with store.reading() as conn:
        for text in (an_id_number(1), f" {an_id_number(1).lower()} ", number):
            assert [line.case_id for line in find_cases(conn, keys, lead, text, 0)] == [case_id]
        for text in (an_id_number(7), "nothing", ""):
            assert find_cases(conn, keys, lead, text, 0) == ()
        stranger = desk.city.actors["clerk3"]
        assert find_cases(conn, keys, stranger, number, 0) == ()
    assert lead.role is Role.DUTY_LEAD
