"""Paper originals: where each is and who has it, until it is given back or archived; no case closes over one."""

import pytest

from audit.entry import Entry
from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.close_staff import CloseStaff, close_staff
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.give_back_original import GiveBackOriginal, give_back_original
from casework.actions.hand_over_original import HandOverOriginal, hand_over_original
from casework.actions.take_original import MAX_ORIGINALS, TakeOriginal, take_original
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Road
from casework.model.original import OriginalPlace, OriginalState
from casework.policy.material_refusals import OriginalNotHeld, OriginalsHeld
from casework.policy.refusals import DecisionPending, StateForbids
from casework.store.reading import entries_of
from casework.views.originals import held_originals, originals_of, shown_originals
from casework.views.sealed_values import sealed_fields
from scenes.case_scene import DESK_ITEM, INSTANT_ITEM, Desk

WHAT = "劳动合同原件，3页"


@pytest.fixture
def case(desk: Desk) -> str:
    return desk.filled(DESK_ITEM)


def read(desk, view, *arguments):
    with desk.kernel.store.reading() as conn:
        return view(conn, *arguments)


def take(desk, case_id, code="id_card", what=WHAT, **more):
    return desk.run(take_original, TakeOriginal(case_id, code, what, **more)).original_id


def hand_over(desk, case_id, original, place, to="", by=None):
    return desk.run(hand_over_original, HandOverOriginal(case_id, original, place, to), by)


def give_back(desk, case_id, original, note=""):
    return desk.run(give_back_original, GiveBackOriginal(case_id, original, note))


def only(desk, case_id):
    (found,) = read(desk, originals_of, case_id)
    return found


def test_who_took_it_has_it(desk, case):
    take(desk, case)
    found = only(desk, case)
    assert (found.state, found.place) == (OriginalState.HELD, OriginalPlace.WINDOW)
    assert found.holder == desk.clerk.id
    keys, item = desk.kernel.keys, desk.item(case)
    (shown,) = read(desk, shown_originals, keys, desk.case(case), item)
    assert (shown.what, shown.name) == (WHAT, item.material("id_card").name)
    assert shown.holder  # a number on a badge


def test_the_description_is_sealed_and_the_log_says_no_more_than_which(desk, case):
    original = take(desk, case)
    chain = desk.case(case).chain
    last = read(desk, entries_of, chain)[-1]
    assert dict(Entry.decode(last.body).facts) == {"original": original}
    assert read(desk, sealed_fields, desk.kernel.keys, chain, last.seq)["what"] == WHAT


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "passport"},
        {"what": " "},
        {"what": "长" * 121},
        {"what": "两\n行"},
        {"place": OriginalPlace.ARCHIVE},
    ],
)
def test_what_cannot_be_taken_in(desk, case, wrong):
    with pytest.raises(InvalidInput):
        take(desk, case, **wrong)
    assert read(desk, originals_of, case) == ()


def test_it_goes_from_hand_to_hand_to_the_archive(desk, case):
    original = take(desk, case)
    hand_over(desk, case, original, OriginalPlace.ON_ITS_WAY, "102")
    found = only(desk, case)
    assert found.holder == desk.city.actors["clerk2"].id
    assert found.place is OriginalPlace.ON_ITS_WAY
    hand_over(desk, case, original, OriginalPlace.ARCHIVE)
    found = only(desk, case)
    assert (found.state, found.holder) == (OriginalState.ARCHIVED, None)
    with pytest.raises(OriginalNotHeld):
        give_back(desk, case, original)
    with pytest.raises(OriginalNotHeld):
        hand_over(desk, case, original, OriginalPlace.WINDOW, "102")


def test_somebody_has_it_wherever_it_is(desk, case):
    original = take(desk, case)
    for to in ("", "no such number"):
        with pytest.raises(InvalidInput):
            hand_over(desk, case, original, OriginalPlace.HALL, to)
    assert only(desk, case).holder == desk.clerk.id


def test_nobody_whose_account_is_closed_is_given_a_paper(desk, case):
    original, gone = take(desk, case), desk.city.actors["clerk2"]
    desk.run(close_staff, CloseStaff("origin.example/log", gone.id), desk.city.actors["admin"])
    with pytest.raises(InvalidInput):
        hand_over(desk, case, original, OriginalPlace.ON_ITS_WAY, "102")
    assert only(desk, case).holder == desk.clerk.id


def test_another_outlet_and_another_case_touch_nothing(desk, case):
    original = take(desk, case)
    with pytest.raises(NotAllowed):
        hand_over(desk, case, original, OriginalPlace.ARCHIVE, by=desk.city.actors["clerk3"])
    with pytest.raises(NotFound):
        give_back(desk, desk.opened(), original)


def test_not_taken_in_after_the_decision_but_given_back(desk):
    case_id = desk.in_review(DESK_ITEM)
    original = take(desk, case_id)
    desk.decided(case_id)
    with pytest.raises(StateForbids):
        take(desk, case_id)
    give_back(desk, case_id, original, "由代办人领取。")
    assert read(desk, held_originals, case_id) == ()


def test_it_waits_while_a_decision_does(desk):
    """The decision is bound to the case as it was when it was prepared."""
    case_id = desk.in_review(DESK_ITEM)
    original = take(desk, case_id)
    prepared = desk.prepared(case_id)
    with pytest.raises(DecisionPending):
        give_back(desk, case_id, original)
    desk.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer)
    give_back(desk, case_id, original)


def test_there_is_a_limit(desk, case):
    for _ in range(MAX_ORIGINALS):
        take(desk, case)
    with pytest.raises(InvalidInput):
        take(desk, case)


class TestClosing:
    @pytest.fixture
    def accepted(self, desk) -> tuple[str, str]:
        case_id = desk.filled(INSTANT_ITEM)
        code = desk.item(case_id).materials[0].code
        original = take(desk, case_id, code)
        desk.run(accept_case, AcceptCase(case_id, Road.WINDOW))
        return case_id, original

    def test_no_case_closes_over_a_paper_that_lies_about(self, desk, accepted):
        case_id, original = accepted
        with pytest.raises(OriginalsHeld):
            desk.run(complete_case, CompleteCase(case_id))
        give_back(desk, case_id, original)
        desk.run(complete_case, CompleteCase(case_id))
        assert desk.case(case_id).state is CaseState.COMPLETED

    def test_unless_it_is_said_why_it_stays(self, desk, accepted):
        case_id, original = accepted
        with pytest.raises(OriginalsHeld):
            desk.run(complete_case, CompleteCase(case_id, originals_stay="  "))
        desk.run(complete_case, CompleteCase(case_id, originals_stay="申请人明天来取。"))
        chain = desk.case(case_id).chain
        last = read(desk, entries_of, chain)[-1]
        told = read(desk, sealed_fields, desk.kernel.keys, chain, last.seq)
        assert told["originals_stay"] == "申请人明天来取。"
        give_back(desk, case_id, original)  # it is not forgotten after the end
        assert only(desk, case_id).state is OriginalState.GIVEN_BACK


class TestWithdrawing:
    def withdraw(self, desk, case_id, *given_back, stay=""):
        command = WithdrawCase(
            case_id,
            IdentityMethod.ORIGINAL_SEEN,
            given_back=given_back,
            originals_stay=stay,
        )
        return desk.run(withdraw_case, command)

    def test_what_is_listed_as_given_back_is_given_back(self, desk, case):
        original = take(desk, case)
        with pytest.raises(OriginalsHeld):
            self.withdraw(desk, case)
        assert only(desk, case).state is OriginalState.HELD
        self.withdraw(desk, case, "id_card")
        found = only(desk, case)
        assert (found.id, found.state) == (original, OriginalState.GIVEN_BACK)

    def test_what_stays_is_said(self, desk, case):
        take(desk, case)
        self.withdraw(desk, case, stay="公安机关调取。")
        assert only(desk, case).state is OriginalState.HELD

    def test_an_original_alone_is_on_the_list_too(self, desk):
        case_id = desk.opened()
        take(desk, case_id)
        desk.run(withdraw_case, WithdrawCase(case_id, given_back=("id_card",)))
        assert only(desk, case_id).state is OriginalState.GIVEN_BACK
