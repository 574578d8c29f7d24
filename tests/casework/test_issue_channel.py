"""How the result reaches the applicant: chosen at intake, changed until it is issued, kept to by every act."""

from dataclasses import replace

import pytest

from casework.actions.change_window import ChangeWindow, change_window
from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.choose_channel import ChooseChannel, choose_channel
from casework.actions.close_window import CloseWindow, close_window
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.note_delivery import NoteDelivery, note_delivery
from casework.actions.post_result import PostResult, post_result
from casework.actions.prepare_decision import prepare_decision
from casework.actions.rate_case import RateCase, rate_case
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actor import SYSTEM, Actor, Role
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState
from casework.model.issue_channel import (
    IssueChannel,
    PostalAddress,
    normalise_tracking_number,
    s10_check_digit,
)
from casework.model.outlet import WindowProfile
from casework.model.rating import RatingGivenBy, RatingLevel
from casework.policy.issue_refusals import WrongChannel
from casework.policy.organisation_refusals import StillInUse
from casework.policy.refusals import ReceiverNotChecked, ResultNotIssued, StateForbids
from casework.store import schema_log
from casework.store import schema_org as org
from casework.views.case_page import case_page
from casework.views.issue_channel import issuing_outlets
from casework.views.visible_cases import visible_case
from scenes.case_scene import a_stored, an_applicant

ADDRESS = PostalAddress("群众甲", "139 0000 0001", "示范市城关区  示范路 1 号 2 单元")
S10 = "EA12345678" + s10_check_digit("12345678") + "CN"


@pytest.fixture
def handed_back(desk):
    return back(desk, desk.in_review())


def back(desk, case_id):
    desk.decided(case_id)
    desk.run(hand_back, HandBack(case_id), SYSTEM)
    return case_id


def chosen(desk, case_id, channel, **more):
    desk.run(choose_channel, ChooseChannel(case_id, channel, **more))


def elsewhere(desk):
    return desk.city.outlets["community"]


def issue(desk, case_id, actor):
    seen = CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN)
    desk.run(check_receiver, seen, actor)
    desk.run(issue_case, IssueCase(case_id, a_stored(case_id)), actor)


def test_at_first_the_window_that_accepted_hands_over(desk, handed_back):
    assert desk.case(handed_back).channel is IssueChannel.SAME_WINDOW
    issue(desk, handed_back, desk.clerk)
    with pytest.raises(StateForbids):
        chosen(desk, handed_back, IssueChannel.ELECTRONIC)


class TestAnotherOutlet:
    @pytest.fixture
    def there(self, desk):
        case_id = desk.in_review()
        chosen(desk, case_id, IssueChannel.OTHER_OUTLET, outlet_id=elsewhere(desk))
        return case_id

    @pytest.fixture
    def stranger(self, desk):
        return desk.city.actors["clerk3"]

    def test_it_knows_the_case_when_the_result_is_there_and_not_before(self, desk, there, stranger):
        with desk.kernel.store.reading() as conn, pytest.raises(NotFound):
            visible_case(conn, stranger, there, 0)
        back(desk, there)
        with desk.kernel.store.reading() as conn:
            assert visible_case(conn, stranger, there, 0).id == there

    def test_it_hands_over_and_nobody_else_does(self, desk, there, stranger):
        back(desk, there)
        with pytest.raises(NotAllowed):
            issue(desk, there, desk.clerk)
        issue(desk, there, stranger)
        assert desk.case(there).issued_by == stranger.id
        screen = Actor("screen-2", Role.CITIZEN, None, stranger.outlet, stranger.window)
        rating = RateCase(there, RatingLevel.SATISFIED, RatingGivenBy.OWN_INPUT)
        desk.run(rate_case, rating, screen)
        desk.run(complete_case, CompleteCase(there), stranger)
        assert desk.case(there).state is CaseState.COMPLETED

    def test_a_third_outlet_stays_a_stranger(self, desk, there, stranger):
        back(desk, there)
        nobody = replace(stranger, outlet="01JD0000000000000000000NWH")
        with pytest.raises(NotAllowed):
            issue(desk, there, nobody)

    def test_it_is_brought_back_by_who_accepted(self, desk, there, stranger):
        back(desk, there)
        with pytest.raises(NotAllowed):
            desk.run(choose_channel, ChooseChannel(there, IssueChannel.SAME_WINDOW), stranger)
        chosen(desk, there, IssueChannel.SAME_WINDOW)
        with pytest.raises(NotAllowed):
            issue(desk, there, stranger)
        issue(desk, there, desk.clerk)

    def test_its_pages_are_told(self, desk, there):
        def told():
            with desk.kernel.store.reading() as conn:
                return [
                    row.kind
                    for row in conn.execute(
                        schema_log.outbox.select().where(
                            schema_log.outbox.c.stream == f"outlet:{elsewhere(desk)}"
                        )
                    )
                ]

        assert told() == []
        back(desk, there)
        chosen(desk, there, IssueChannel.SAME_WINDOW)
        assert told() == ["case.handed_back", "channel.chosen"]

    def test_its_last_window_that_issues_stays_open_for_it(self, desk, there):
        admin, windows = desk.city.actors["admin"], desk.city.windows
        first, last = windows["community/1"], windows["community/2"]
        desk.run(close_window, CloseWindow("example/log", first), admin)
        with pytest.raises(StillInUse):
            desk.run(close_window, CloseWindow("example/log", last), admin)
        no_more = ChangeWindow(
            "example/log", last, "2号窗口", WindowProfile.TABLET, accepts=True, issues=False
        )
        with pytest.raises(StillInUse):
            desk.run(change_window, no_more, admin)
        chosen(desk, there, IssueChannel.SAME_WINDOW)
        desk.run(close_window, CloseWindow("example/log", last), admin)

    def test_only_one_that_issues_can_be_chosen(self, desk, handed_back):
        store = desk.kernel.store
        with store.reading() as conn:
            found = issuing_outlets(conn, desk.clerk.outlet)
            own = conn.execute(org.outlet.select()).all()
        assert [one.id for one in found] == [elsewhere(desk)]
        assert len(own) == 2
        for outlet in (desk.clerk.outlet, "01JD0000000000000000000NWH", None):
            with pytest.raises(InvalidInput) as refused:
                chosen(desk, handed_back, IssueChannel.OTHER_OUTLET, outlet_id=outlet)
            assert refused.value.details["field"] == "outlet_id"
        with pytest.raises(InvalidInput):
            chosen(desk, handed_back, IssueChannel.SAME_WINDOW, outlet_id=elsewhere(desk))


class TestPost:
    @pytest.fixture
    def to_post(self, desk):
        case_id = desk.in_review()
        chosen(desk, case_id, IssueChannel.POST, address=ADDRESS)
        return back(desk, case_id)

    def test_the_address_is_sealed_and_masked(self, desk, to_post):
        case = desk.case(to_post)
        with desk.kernel.store.reading() as conn:
            shown = case_page(conn, desk.kernel.keys, to_post).channel
            entries = conn.execute(
                schema_log.entry.select().where(schema_log.entry.c.chain == case.chain)
            ).all()
        assert shown.address["recipient"] == "群*甲"
        assert shown.address["address"].startswith("示范市城关区*")
        assert "示范路" not in str(shown)
        assert all("示范路".encode() not in row.body for row in entries)
        plain = desk.run(reveal_field, RevealField(to_post, "address.address")).value
        assert plain == "示范市城关区 示范路 1 号 2 单元"

    def test_it_goes_from_the_carrier_to_the_end(self, desk, to_post):
        with pytest.raises(WrongChannel):
            issue(desk, to_post, desk.clerk)
        desk.run(post_result, PostResult(to_post, S10.lower()))
        case = desk.case(to_post)
        assert (case.state, case.issued_by) == (CaseState.ISSUED, desk.clerk.id)
        with desk.kernel.store.reading() as conn:
            assert case_page(conn, desk.kernel.keys, to_post).channel.tracking_number == S10
        with pytest.raises(ResultNotIssued):
            desk.run(complete_case, CompleteCase(to_post))
        desk.run(note_delivery, NoteDelivery(to_post, delivered=True))
        with pytest.raises(WrongChannel):
            desk.run(note_delivery, NoteDelivery(to_post, delivered=True))
        desk.run(complete_case, CompleteCase(to_post))
        assert desk.case(to_post).state is CaseState.COMPLETED

    def test_a_letter_that_came_back_is_handed_over_otherwise(self, desk, to_post):
        desk.run(post_result, PostResult(to_post, S10))
        desk.run(note_delivery, NoteDelivery(to_post, delivered=False))
        case = desk.case(to_post)
        assert (case.state, case.channel) == (CaseState.HANDED_BACK, IssueChannel.SAME_WINDOW)
        assert (case.issued_at_ms, case.posted_seq, case.address_seq) == (None, None, None)
        issue(desk, to_post, desk.clerk)

    def test_who_comes_for_a_letter_that_came_back_is_checked_then(self, desk, to_post):
        check = CheckReceiver(to_post, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN)
        desk.run(check_receiver, check)
        desk.run(post_result, PostResult(to_post, S10))
        desk.run(note_delivery, NoteDelivery(to_post, delivered=False))
        with pytest.raises(ReceiverNotChecked):
            desk.run(issue_case, IssueCase(to_post, a_stored(to_post)))
        issue(desk, to_post, desk.clerk)

    @pytest.mark.parametrize(
        ("wrong", "fields"),
        [
            (None, None),
            (PostalAddress("", "123", "短"), ["recipient", "phone", "address"]),
            (replace(ADDRESS, address="甲" * 201), ["address"]),
            (replace(ADDRESS, recipient="甲\u0000"), ["recipient"]),
        ],
    )
    def test_a_letter_needs_an_address(self, desk, handed_back, wrong, fields):
        with pytest.raises(InvalidInput) as refused:
            chosen(desk, handed_back, IssueChannel.POST, address=wrong)
        assert refused.value.details.get("fields") == fields

    @pytest.mark.parametrize(
        "number", ["", "1234567", "ABCDEFGH", "9" * 31, "EA123456780CN", "示范12345678"]
    )
    def test_a_number_that_does_not_add_up_is_refused(self, desk, to_post, number):
        with pytest.raises(InvalidInput) as refused:
            desk.run(post_result, PostResult(to_post, number))
        assert refused.value.details["field"] == "tracking_number"
        assert desk.case(to_post).state is CaseState.HANDED_BACK

    def test_only_a_letter_is_posted(self, desk, handed_back):
        with pytest.raises(WrongChannel):
            desk.run(post_result, PostResult(handed_back, S10))


def test_the_check_digit_is_that_of_the_union():
    """The example of UPU S10: 47312482 has the check digit 9."""
    assert normalise_tracking_number("RR 4731 2482 9 US") == "RR473124829US"
    with pytest.raises(ValueError, match="check digit"):
        normalise_tracking_number("RR473124828US")


class TestElectronic:
    def test_it_is_closed_without_handing_over(self, desk):
        case_id = desk.in_review()
        chosen(desk, case_id, IssueChannel.ELECTRONIC)
        back(desk, case_id)
        with pytest.raises(WrongChannel):
            issue(desk, case_id, desk.clerk)
        desk.run(complete_case, CompleteCase(case_id))
        case = desk.case(case_id)
        assert (case.state, case.issued_at_ms) == (CaseState.COMPLETED, None)

    def test_a_refusal_is_handed_over_all_the_same(self, desk):
        case_id = desk.in_review()
        chosen(desk, case_id, IssueChannel.ELECTRONIC)
        prepared = desk.run(prepare_decision, desk.refusal(case_id), desk.reviewer)
        confirm = ConfirmDecision(case_id, prepared.decision_id)
        desk.run(confirm_decision, confirm, desk.reviewer)
        desk.run(hand_back, HandBack(case_id), SYSTEM)
        with pytest.raises(ResultNotIssued):
            desk.run(complete_case, CompleteCase(case_id))
        issue(desk, case_id, desk.clerk)


def test_a_changed_way_asks_for_the_receiver_anew(desk, handed_back):
    seen = CheckReceiver(handed_back, Receiver.APPLICANT, IdentityMethod.ORIGINAL_SEEN)
    desk.run(check_receiver, seen)
    chosen(desk, handed_back, IssueChannel.SAME_WINDOW)
    assert desk.case(handed_back).receiver_checked_at_ms is None


def test_an_agent_shows_the_authority(desk, handed_back):
    agent = an_applicant()
    command = CheckReceiver(handed_back, Receiver.AGENT, IdentityMethod.ID_READER, agent)
    with pytest.raises(InvalidInput) as refused:
        desk.run(check_receiver, command)
    assert refused.value.details["field"] == "authority_seen"
    desk.run(check_receiver, replace(command, authority_seen=True))
    assert desk.case(handed_back).receiver_checked_at_ms is not None
