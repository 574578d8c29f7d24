"""The lock of a review, separation of duties, returns, and the way back to the window."""

import dataclasses

import pytest
from sqlalchemy import insert, select

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.change_road import ChangeRoad, change_road
from casework.actions.check_receiver import CheckReceiver, Receiver, check_receiver
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.expire_leases import ExpireLeases, expire_leases
from casework.actions.fix_returned import FixReturned, fix_returned
from casework.actions.hand_back import HandBack, hand_back
from casework.actions.issue_case import IssueCase, issue_case
from casework.actions.open_case import OpenCase, open_case
from casework.actions.rate_case import RateCase, rate_case
from casework.actions.release_case import ReleaseCase, release_case
from casework.actions.renew_lease import RenewLease, renew_lease
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.save_form import SaveForm, save_form
from casework.actions.set_presence import SetPresence, set_presence
from casework.actions.steps.review_lock import LEASE_MS
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_next import TakeNext, take_next
from casework.actions.view_case import ViewCase, view_case
from casework.actor import SYSTEM, Actor, Role
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.applicant import IdentityMethod
from casework.model.call import Presence
from casework.model.case import CaseState, Priority, Road
from casework.model.decision import Fault, ReturnReason
from casework.model.rating import RatingGivenBy, RatingLevel
from casework.policy.refusals import (
    AlreadyRated,
    CaseLocked,
    ClerkMayNotReview,
    FaultsMissing,
    LeaseLost,
    NotCertified,
    NothingToTake,
    NotMended,
    PurposeMissing,
    ReceiverNotChecked,
    ResultNotIssued,
    ReviewerMayNotIssue,
    WrongRoad,
)
from casework.store import schema_case as s
from casework.store import schema_org as org
from casework.store.reading import entries_of
from casework.store.tx import Tx
from casework.views.case_page import case_page
from scenes.case_scene import (
    DESK_ITEM,
    INSTANT_ITEM,
    NO_OUTPUT_ITEM,
    Desk,
    a_stored,
    an_id_number,
)


@pytest.fixture
def second(desk: Desk) -> Actor:
    """Another reviewer of the same group."""
    return desk.city.actors["reviewer2"]


def certify(desk: Desk, actor: Actor) -> Actor:
    """The same person as a reviewer: posts changed, as they do in small offices."""

    def write(tx: Tx, staff_id: str) -> None:
        tx.conn.execute(
            insert(org.certificate).values(
                id=staff_id, staff_id=staff_id, group_code="insurance", from_ms=0
            )
        )

    desk.run(write, actor.id, SYSTEM)
    return Actor(actor.id, Role.REVIEWER)


class TestLock:
    def test_a_taken_case_is_locked_for_others(self, desk, second):
        case_id = desk.in_review()
        for action, command in (
            (take_case, TakeCase(case_id)),
            (release_case, ReleaseCase(case_id)),
            (renew_lease, RenewLease(case_id)),
        ):
            with pytest.raises(CaseLocked) as refused:
                desk.run(action, command, second)
            assert refused.value.details["holder"] == "01"

    def test_a_page_that_was_reloaded_takes_its_case_again(self, desk):
        case_id = desk.in_review()
        assert desk.run(take_case, TakeCase(case_id), desk.reviewer).case_id == case_id

    def test_a_lock_that_ran_out_is_lost(self, desk, second, clock):
        case_id = desk.in_review()
        clock.advance(LEASE_MS)
        with pytest.raises(LeaseLost):
            desk.run(renew_lease, RenewLease(case_id), desk.reviewer)
        desk.run(take_case, TakeCase(case_id), second)
        with pytest.raises(CaseLocked):
            desk.run(release_case, ReleaseCase(case_id), desk.reviewer)

    def test_a_renewed_lock_lives_on(self, desk, clock):
        case_id = desk.in_review()
        version = desk.case(case_id).version
        for _ in range(3):
            clock.advance(LEASE_MS - 1)
            desk.run(renew_lease, RenewLease(case_id), desk.reviewer)
        assert desk.case(case_id).version == version

    def test_the_program_takes_back_what_nobody_keeps(self, desk, clock):
        case_id = desk.in_review()
        assert desk.run(expire_leases, ExpireLeases(), SYSTEM).released == ()
        clock.advance(LEASE_MS)
        assert desk.run(expire_leases, ExpireLeases(), SYSTEM).released == (case_id,)
        assert desk.case(case_id).state is CaseState.ACCEPTED
        with pytest.raises(NotAllowed):
            desk.run(expire_leases, ExpireLeases(), desk.reviewer)


class TestSeparation:
    def test_a_clock_that_is_set_back_prolongs_no_lock(self, desk, second, clock):
        case_id = desk.in_review()
        desk.prepared(case_id)
        clock.set_wall(clock.wall_ms() - 3_600_000)
        done = desk.run(expire_leases, ExpireLeases(), SYSTEM)
        assert (done.released, done.reverted) == ((case_id,), (case_id,))
        case_id = desk.in_review()
        clock.set_wall(clock.wall_ms() - 3_600_000)
        with pytest.raises(LeaseLost):
            desk.run(renew_lease, RenewLease(case_id), desk.reviewer)
        desk.run(take_case, TakeCase(case_id), second)
        assert desk.case(case_id).reviewer_id == second.id

    def test_a_clock_that_is_put_right_by_seconds_disturbs_nobody(self, desk, clock):
        case_id = desk.in_review()
        clock.set_wall(clock.wall_ms() - 30_000)
        desk.run(renew_lease, RenewLease(case_id), desk.reviewer)

    def test_a_reviewer_needs_the_certificate_of_the_group(self, desk):
        with pytest.raises(NotCertified):
            desk.run(take_case, TakeCase(desk.accepted()), desk.city.actors["reviewer3"])

    @pytest.mark.parametrize("login", ["clerk1", "clerk2"])
    def test_nobody_reviews_what_he_handled_at_the_window(self, desk, login):
        case_id = desk.signed()
        # A colleague helps: one act at the window is a hand in the case.
        desk.run(save_form, SaveForm(case_id, {}), desk.city.actors["clerk2"])
        desk.sign(case_id)
        desk.run(accept_case, AcceptCase(case_id, Road.DESK))
        reviewer = certify(desk, desk.city.actors[login])
        with pytest.raises(ClerkMayNotReview):
            desk.run(take_case, TakeCase(case_id), reviewer)
        with pytest.raises(NothingToTake):
            desk.run(take_next, TakeNext(), reviewer)

    def test_nobody_issues_what_he_reviewed(self, desk):
        case_id = desk.in_review()
        desk.decided(case_id)
        desk.run(hand_back, HandBack(case_id), SYSTEM)
        at_the_window = dataclasses.replace(desk.clerk, id=desk.reviewer.id)
        with pytest.raises(ReviewerMayNotIssue):
            command = CheckReceiver(case_id, Receiver.APPLICANT, IdentityMethod.ID_READER)
            desk.run(check_receiver, command, at_the_window)
        with pytest.raises(ReviewerMayNotIssue):
            desk.run(issue_case, IssueCase(case_id, a_stored(case_id)), at_the_window)

    def test_releasing_does_not_wash_the_hands(self, desk):
        case_id = desk.in_review()
        desk.run(release_case, ReleaseCase(case_id), desk.reviewer)
        at_the_window = dataclasses.replace(desk.clerk, id=desk.reviewer.id)
        with pytest.raises(ReviewerMayNotIssue):
            desk.run(change_road, ChangeRoad(case_id, Road.CALL), at_the_window)

    def test_another_reviewer_does_not_hand_back(self, desk, second):
        case_id = desk.in_review()
        desk.decided(case_id)
        with pytest.raises(NotAllowed):
            desk.run(hand_back, HandBack(case_id), second)
        desk.run(hand_back, HandBack(case_id), desk.reviewer)


class TestPool:
    def test_taken_in_order_of_acceptance_the_priority_lane_first(self, desk, clock):
        first = desk.accepted()
        clock.advance(1000)
        later = desk.accepted()
        clock.advance(1000)
        urgent = desk.run(open_case, OpenCase(DESK_ITEM, Priority.ELDERLY)).case_id
        desk.fill(urgent)
        desk.sign(urgent)
        desk.run(accept_case, AcceptCase(urgent, Road.DESK))
        order = [desk.run(take_next, TakeNext(), desk.reviewer).case_id for _ in range(3)]
        assert order == [urgent, first, later]
        with pytest.raises(NothingToTake):
            desk.run(take_next, TakeNext(), desk.reviewer)

    def test_cases_on_the_call_road_wait_for_their_call(self, desk):
        desk.accepted(road=Road.CALL)
        with pytest.raises(NothingToTake):
            desk.run(take_next, TakeNext(), desk.reviewer)

    def test_instant_cases_are_not_reviewed(self, desk):
        case_id = desk.filled(INSTANT_ITEM)
        desk.run(accept_case, AcceptCase(case_id, Road.WINDOW))
        with pytest.raises(WrongRoad):
            desk.run(take_case, TakeCase(case_id), desk.reviewer)

    def test_only_reviewers_take(self, desk):
        with pytest.raises(NotAllowed):
            desk.run(take_next, TakeNext())


class TestReturn:
    def back(self, desk: Desk, case_id: str, *faults: Fault) -> None:
        desk.run(return_to_outlet, ReturnToOutlet(case_id, faults), desk.reviewer)

    def test_a_return_says_what(self, desk):
        case_id = desk.in_review()
        with pytest.raises(FaultsMissing):
            self.back(desk, case_id)
        for fault in (
            Fault("no_such", ReturnReason.BLURRED),
            Fault("form:no_such", ReturnReason.FORM_MISTYPED),
            Fault("id_card", ReturnReason.OTHER),
        ):
            with pytest.raises(InvalidInput):
                self.back(desk, case_id, fault)

    def test_what_was_asked_must_be_mended(self, desk):
        case_id = desk.in_review()
        faults = (
            Fault("id_card", ReturnReason.BLURRED),
            Fault("form:last_employer", ReturnReason.FORM_MISTYPED),
        )
        self.back(desk, case_id, *faults)
        desk.add(case_id, "id_card")
        with pytest.raises(NotMended) as refused:
            desk.run(fix_returned, FixReturned(case_id))
        assert refused.value.details["targets"] == ["form:last_employer"]
        desk.run(save_form, SaveForm(case_id, {"last_employer": "更正企业"}))
        desk.sign(case_id)
        desk.run(fix_returned, FixReturned(case_id))
        assert desk.case(case_id).state is CaseState.ACCEPTED

    def test_the_note_is_shown_to_the_window_and_not_to_the_log(self, desk, store, keys):
        case_id = desk.in_review()
        self.back(desk, case_id, Fault("id_card", ReturnReason.OTHER, "国徽面缺失"))
        with store.reading() as conn:
            assert case_page(conn, keys, case_id).faults[0].note == "国徽面缺失"
            entry = entries_of(conn, f"case:{case_id}")[-1]
        assert entry.type == "desk.case.returned"
        assert "国徽" not in entry.body.decode()

    def test_it_comes_back_to_the_same_reviewer_while_he_is_on_duty(self, desk, second):
        case_id = desk.in_review()
        self.back(desk, case_id, Fault("id_card", ReturnReason.BLURRED))
        desk.add(case_id, "id_card")
        desk.run(fix_returned, FixReturned(case_id))
        desk.run(set_presence, SetPresence(Presence.FREE), desk.reviewer)
        with pytest.raises(NothingToTake):
            desk.run(take_next, TakeNext(), second)
        desk.run(set_presence, SetPresence(Presence.OFF), desk.reviewer)
        assert desk.run(take_next, TakeNext(), second).case_id == case_id

    def test_the_returned_one_comes_first(self, desk, clock):
        case_id = desk.in_review()
        self.back(desk, case_id, Fault("id_card", ReturnReason.BLURRED))
        clock.advance(1000)
        desk.accepted()
        desk.add(case_id, "id_card")
        desk.run(fix_returned, FixReturned(case_id))
        assert desk.run(take_next, TakeNext(), desk.reviewer).case_id == case_id


class TestIssue:
    @pytest.fixture
    def handed_back(self, desk: Desk) -> str:
        case_id = desk.in_review()
        desk.decided(case_id)
        desk.run(hand_back, HandBack(case_id), SYSTEM)
        return case_id

    def test_the_receiver_is_checked_first(self, desk, handed_back):
        with pytest.raises(ReceiverNotChecked):
            desk.run(issue_case, IssueCase(handed_back, a_stored(handed_back)))

    def test_an_agent_is_named(self, desk, handed_back):
        command = CheckReceiver(handed_back, Receiver.AGENT, IdentityMethod.ID_READER)
        with pytest.raises(InvalidInput):
            desk.run(check_receiver, command)

    def test_a_result_is_issued_before_the_case_is_closed(self, desk, handed_back):
        with pytest.raises(ResultNotIssued):
            desk.run(complete_case, CompleteCase(handed_back))

    def test_without_output_nothing_is_issued(self, desk):
        case_id = desk.in_review(NO_OUTPUT_ITEM)
        desk.decided(case_id)
        desk.run(hand_back, HandBack(case_id), SYSTEM)
        desk.run(complete_case, CompleteCase(case_id))
        assert desk.case(case_id).state is CaseState.COMPLETED

    def test_a_rating_from_the_clerk_s_page_is_flagged_and_counts_once(self, desk, handed_back, k):
        receiver = CheckReceiver(handed_back, Receiver.APPLICANT, IdentityMethod.ID_READER)
        desk.run(check_receiver, receiver)
        desk.run(issue_case, IssueCase(handed_back, a_stored(handed_back)))
        rating = RateCase(handed_back, RatingLevel.SATISFIED, RatingGivenBy.OWN_INPUT)
        desk.run(rate_case, rating)
        with k.store.reading() as conn:
            row = conn.execute(select(s.case_rating)).one()
        assert (row.given_by, row.flagged) == ("staff_device", True)
        with pytest.raises(AlreadyRated):
            desk.run(rate_case, rating, desk.screen)


class TestLooking:
    def test_an_auditor_says_why(self, desk, store):
        case_id, auditor = desk.accepted(), desk.city.actors["auditor"]
        with pytest.raises(PurposeMissing):
            desk.run(view_case, ViewCase(case_id, " "), auditor)
        desk.run(view_case, ViewCase(case_id, "季度抽查"), auditor)
        with store.reading() as conn:
            entry = entries_of(conn, f"case:{case_id}")[-1]
        assert entry.type == "desk.case.viewed"
        assert "抽查" not in entry.body.decode()
        with pytest.raises(NotAllowed):
            desk.run(view_case, ViewCase(case_id, "好奇"))

    def test_each_reveal_is_an_entry(self, desk, store):
        case_id = desk.filled()
        for _ in range(2):
            shown = desk.run(reveal_field, RevealField(case_id, "applicant.id_number"))
            assert shown.value == an_id_number(1)
        for field in ("applicant.nothing", "form.nothing", "after.account", "nothing"):
            with pytest.raises(NotFound):
                desk.run(reveal_field, RevealField(case_id, field))
        with store.reading() as conn:
            types = [entry.type for entry in entries_of(conn, f"case:{case_id}")]
        assert types.count("desk.field.revealed") == 2
