"""The pre-fill desk: an usher's draft, which a clerk takes over. Nobody types anything twice."""

import asyncio
from dataclasses import replace

import pytest

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.call_visit import CallVisit, call_visit
from casework.actions.close_window import CloseWindow, close_window
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.end_visit import EndVisit, end_visit
from casework.actions.note_at_hand import NoteAtHand, note_at_hand
from casework.actions.open_case import OpenCase, open_case
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.save_form import SaveForm, save_form
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actions.take_case import TakeCase, take_case
from casework.actions.take_over import TakeOver, take_over
from casework.actor import SYSTEM, Actor, Role
from casework.errors import IdempotencyConflict, InvalidInput, NotAllowed, VersionConflict
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState, Priority, Road
from casework.model.visit import VisitStep
from casework.policy.refusals import ClerkMayNotReview, IdentityNotConfirmed, ItemNotGranted
from casework.policy.visit_refusals import (
    NoLongerAtDesk,
    NotTakenOver,
    NoWindowAccepts,
    VisitNotHere,
    VisitOver,
    VisitTaken,
)
from casework.views.case_page import case_page
from casework.views.visits import shown_visit, waiting_visits
from scenes.case_scene import DESK_ITEM, a_value, an_applicant

ORIGIN = "hall.example/log"


class PreFillDesk:
    """An usher, the visit before her, and the window that will serve it."""

    def __init__(self, desk):
        self.desk = desk
        self.usher = desk.city.actors["usher1"]
        self.second = replace(desk.city.actors["clerk2"], window=desk.city.windows["bank/2"])
        opened = desk.run(open_visit, OpenVisit(ORIGIN, Priority.DISABLED), self.usher)
        self.visit = opened.visit_id

    def prepared(self, item_code=DESK_ITEM, **values):
        command = OpenCase(item_code, visit_id=self.visit, **values)
        return self.desk.run(open_case, command, self.usher).case_id

    def filled(self):
        """With everything that an usher can know."""
        item = self.desk.item(self.desk.opened())
        form = {field.code: a_value(field) for field in item.fields}
        codes = tuple(spec.code for spec in item.materials)
        return self.prepared(applicant=an_applicant(item), form=form, at_hand=codes[:1])

    def wait(self):
        command = BeginStep(ORIGIN, self.visit, VisitStep.WAIT)
        self.desk.run(begin_step, command, self.usher)

    def called(self, actor=None):
        return self.desk.run(call_visit, CallVisit(ORIGIN, self.visit), actor or self.desk.clerk)

    def take_over(self, case_id, actor=None, version=None):
        return self.desk.run(take_over, TakeOver(case_id, version), actor or self.desk.clerk)

    def page(self, case_id):
        with self.desk.kernel.store.reading() as conn:
            return case_page(conn, self.desk.kernel.keys, case_id)


@pytest.fixture
def pre_fill(desk):
    return PreFillDesk(desk)


def test_what_the_usher_filled_in_is_there_when_the_clerk_takes_over(pre_fill, desk):
    case_id = pre_fill.filled()
    pre_fill.wait()
    pre_fill.called()
    before = desk.case(case_id)
    assert before.state is CaseState.DRAFT
    assert (before.first_asked_by, before.owner, before.prepared_by) == (pre_fill.usher.id,) * 3
    assert (before.visit_id, before.priority) == (pre_fill.visit, Priority.DISABLED)
    pre_fill.take_over(case_id)
    after = desk.case(case_id)
    assert (after.first_asked_by, after.prepared_by) == (pre_fill.usher.id,) * 2
    assert (after.owner, after.window_id, after.clerk_id) == (
        desk.clerk.id,
        desk.clerk.window,
        None,
    )
    page = pre_fill.page(case_id)
    assert all(value.shown for value in page.form)
    assert {value.label for value in page.applicant} >= {"name", "id_number"}
    assert page.at_hand == (desk.item(case_id).materials[0].code,)
    assert page.people[pre_fill.usher.id].number == "103"


def test_identity_is_always_the_clerk_s_to_confirm_and_acceptance_too(pre_fill, desk):
    case_id = pre_fill.filled()
    confirm = ConfirmIdentity(case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant())
    for action, command in (
        (confirm_identity, confirm),
        (accept_case, AcceptCase(case_id, Road.DESK)),
    ):
        with pytest.raises(NotAllowed):
            desk.run(action, command, pre_fill.usher)
    pre_fill.called()
    pre_fill.take_over(case_id)
    with pytest.raises(IdentityNotConfirmed):
        desk.run(accept_case, AcceptCase(case_id, Road.DESK))
    desk.fill(case_id)
    desk.sign(case_id)
    desk.run(accept_case, AcceptCase(case_id, Road.DESK))
    assert desk.case(case_id).clerk_id == desk.clerk.id


def test_a_clerk_does_nothing_with_a_draft_before_taking_it_over(pre_fill, desk):
    case_id = pre_fill.prepared()
    for action, command in (
        (save_form, SaveForm(case_id, {})),
        (confirm_identity, ConfirmIdentity(case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant())),
    ):
        with pytest.raises(NotTakenOver):
            desk.run(action, command)


def test_the_usher_changes_nothing_any_more_afterwards(pre_fill, desk):
    case_id = pre_fill.prepared()
    desk.run(save_form, SaveForm(case_id, {}), pre_fill.usher)
    pre_fill.called()
    pre_fill.take_over(case_id)
    for action, command in (
        (save_form, SaveForm(case_id, {})),
        (note_at_hand, NoteAtHand(case_id, ())),
    ):
        with pytest.raises(NoLongerAtDesk):
            desk.run(action, command, pre_fill.usher)
    with pytest.raises(NoLongerAtDesk):
        pre_fill.take_over(case_id, pre_fill.second)
    with pytest.raises(NoLongerAtDesk):
        pre_fill.take_over(desk.opened())


def test_two_clerks_take_one_draft_over_and_one_gets_it(pre_fill, desk, k):
    case_id = pre_fill.prepared()
    desk.run(end_visit, EndVisit(ORIGIN, pre_fill.visit), pre_fill.usher)

    async def both():
        return await asyncio.gather(
            *(
                k.writer.run(take_over, TakeOver(case_id), actor=actor)
                for actor in (desk.clerk, pre_fill.second)
            ),
            return_exceptions=True,
        )

    got = asyncio.run(both())
    assert sum(isinstance(one, NoLongerAtDesk) for one in got) == 1
    assert desk.case(case_id).owner in {desk.clerk.id, pre_fill.second.id}


def test_a_draft_goes_where_its_visit_stands(pre_fill, desk):
    case_id = pre_fill.prepared()
    with pytest.raises(VisitNotHere):
        pre_fill.take_over(case_id)
    pre_fill.called(pre_fill.second)
    with pytest.raises(VisitNotHere) as refused:
        pre_fill.take_over(case_id)
    assert refused.value.details == {"number": "A001"}
    pre_fill.take_over(case_id, pre_fill.second)
    with desk.kernel.store.reading() as conn:
        assert shown_visit(conn, pre_fill.visit).step is VisitStep.HANDLE


def test_whoever_comes_back_another_day_finds_the_draft(pre_fill, desk, clock):
    case_id = pre_fill.filled()
    desk.run(end_visit, EndVisit(ORIGIN, pre_fill.visit, left=True), pre_fill.usher)
    clock.advance(3 * 24 * 3_600_000)
    pre_fill.take_over(case_id)
    assert all(value.shown for value in pre_fill.page(case_id).form)


def test_a_window_sees_how_many_drafts_come_with_a_visit(pre_fill, desk, clock):
    cases = [pre_fill.prepared(), pre_fill.prepared("SB-005")]
    pre_fill.wait()
    with desk.kernel.store.reading() as conn:
        waiting = waiting_visits(conn, desk.clerk.outlet, clock.wall_ms())
        shown = shown_visit(conn, pre_fill.visit)
    assert [one.prepared for one in waiting] == [2]
    assert [(one.case_id, one.prepared) for one in shown.cases] == [(id_, True) for id_ in cases]
    assert [one.step for one in shown.steps] == [VisitStep.GUIDE, VisitStep.FILL, VisitStep.WAIT]


def test_what_an_usher_may_open_is_what_the_window_may(pre_fill, desk, k):
    with pytest.raises(InvalidInput):
        desk.run(open_case, OpenCase(DESK_ITEM), pre_fill.usher)
    with pytest.raises(InvalidInput):
        pre_fill.prepared(at_hand=("no such thing",))
    case_id = pre_fill.prepared()
    with pytest.raises(InvalidInput):
        desk.run(note_at_hand, NoteAtHand(case_id, ("no such thing",)), pre_fill.usher)
    grant = SetItemGrant(ORIGIN, desk.clerk.outlet, DESK_ITEM, ItemGrant.NONE)
    desk.run(set_item_grant, grant, desk.city.actors["admin"])
    with pytest.raises(ItemNotGranted):
        pre_fill.prepared()
    pre_fill.called()
    with pytest.raises(ItemNotGranted):
        pre_fill.take_over(case_id)


def test_a_draft_needs_a_visit_that_waits_and_a_window_that_accepts(pre_fill, desk):
    pre_fill.called()
    with pytest.raises(VisitTaken):
        pre_fill.prepared()
    desk.run(end_visit, EndVisit(ORIGIN, pre_fill.visit))
    with pytest.raises(VisitOver):
        pre_fill.prepared()
    pre_fill.visit = desk.run(open_visit, OpenVisit(ORIGIN), pre_fill.usher).visit_id
    for number in "123":
        window = desk.city.windows[f"bank/{number}"]
        desk.run(close_window, CloseWindow(ORIGIN, window), SYSTEM)
    with pytest.raises(NoWindowAccepts):
        pre_fill.prepared()


def test_the_usher_of_another_outlet_does_not_touch_it(pre_fill, desk):
    case_id = pre_fill.prepared()
    other = Actor("x", Role.USHER, None, desk.city.outlets["community"])
    with pytest.raises(NotAllowed):
        desk.run(save_form, SaveForm(case_id, {}), other)
    desk.run(save_form, SaveForm(case_id, {}), replace(pre_fill.usher, id="usher-2"))


def test_who_prepared_a_case_does_not_review_it(pre_fill, desk):
    case_id = pre_fill.filled()
    pre_fill.called()
    pre_fill.take_over(case_id)
    desk.fill(case_id)
    desk.sign(case_id)
    desk.run(accept_case, AcceptCase(case_id, Road.DESK))
    as_reviewer = replace(desk.reviewer, id=pre_fill.usher.id)
    with pytest.raises(ClerkMayNotReview):
        desk.run(take_case, TakeCase(case_id), as_reviewer)


def test_a_stale_page_and_a_repeated_request(pre_fill, desk, k):
    command = OpenCase(DESK_ITEM, visit_id=pre_fill.visit)
    run = k.writer.run_sync
    first = run(open_case, command, actor=pre_fill.usher, idempotency_key="key")
    assert run(open_case, command, actor=pre_fill.usher, idempotency_key="key") == first
    with pytest.raises(IdempotencyConflict):
        other = replace(command, item_code="SB-005")
        run(open_case, other, actor=pre_fill.usher, idempotency_key="key")
    desk.run(save_form, SaveForm(first.case_id, {}), pre_fill.usher)
    with pytest.raises(VersionConflict):
        stale = NoteAtHand(first.case_id, (), first.version)
        desk.run(note_at_hand, stale, pre_fill.usher)
    pre_fill.called()
    with pytest.raises(VersionConflict):
        pre_fill.take_over(first.case_id, version=first.version)
