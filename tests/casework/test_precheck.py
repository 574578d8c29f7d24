"""预审: a reviewer looks at a draft's materials in a call; nothing is decided in it."""

from dataclasses import replace

import pytest

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.attach_case import AttachCase, attach_case
from casework.actions.cancel_call import CancelCall, cancel_call
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.confirm_identity_on_camera import (
    ConfirmIdentityOnCamera,
    confirm_identity_on_camera,
)
from casework.actions.end_call import EndCall, end_call
from casework.actions.note_opinion import NoteOpinion, note_opinion
from casework.actions.prepare_decision import prepare_decision
from casework.actions.request_call import RequestCall, request_call
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.take_case import TakeCase, take_case
from casework.actor import Actor, Role
from casework.errors import InvalidInput, NotAllowed
from casework.model.call import CallKind, CallState, LegState, MarkKind
from casework.model.case import CaseState, Road
from casework.model.merge_patch import merge
from casework.model.opinion import MAX_OPINION_WORDS, Opinion
from casework.model.supplement import NoticePoint, NoticeReason
from casework.policy.call_refusals import CallStateForbids, CaseNotCallable, NotInThisCall
from casework.policy.precheck_refusals import (
    NoPrecheck,
    PrecheckDecidesNothing,
    PrecheckNotOver,
)
from casework.policy.refusals import ClerkMayNotReview, NotCertified, StateForbids, WrongCall
from casework.store.reading import entries_of, events_after, stream_seq
from casework.views.call_facts import facts_of_call
from casework.views.case_page import case_page
from casework.views.case_snapshot import case_snapshot
from casework.views.grants import certified_groups
from casework.views.snapshots import snapshot
from scenes.call_scene import Stage
from scenes.case_scene import CALL_ITEM, DESK_ITEM, Desk

P = CallKind.PRECHECK


class Precheck:
    """A signed draft of the bank's clerk, and a hall that can be called about it."""

    def __init__(self, desk: Desk, item: str = DESK_ITEM) -> None:
        self.desk = desk
        self.case_id = desk.signed(item)
        self.stage = Stage(desk.kernel, desk.hall(self.case_id))
        self.code = desk.item(self.case_id).materials[0].code

    def begin(self) -> str:
        call_id, _, self.leg = self.stage.active(self.desk.reviewer, kind=P)
        return call_id

    def note(
        self, call_id: str, opinion: Opinion = Opinion.MEETS, words: str = "", code: str = ""
    ) -> None:
        command = NoteOpinion(self.case_id, call_id, code or self.code, opinion, words)
        self.desk.run(note_opinion, command, self.desk.reviewer)

    def end(self, call_id: str) -> None:
        self.desk.run(end_call, EndCall(call_id), self.desk.reviewer)

    def accept(self, road: Road = Road.DESK) -> None:
        self.desk.run(accept_case, AcceptCase(self.case_id, road))

    def opinions(self) -> list[tuple[str, Opinion, str]]:
        with self.desk.kernel.store.reading() as conn:
            page = case_page(conn, self.desk.kernel.keys, self.case_id)
        return [(one.code, one.opinion, one.words) for one in page.opinions]


@pytest.fixture
def scene(desk: Desk) -> Precheck:
    return Precheck(desk)


def test_the_hall_is_called_about_a_draft_and_the_draft_stays_one(scene, store):
    before = scene.desk.case(scene.case_id)
    call_id = scene.begin()
    call = scene.stage.call(call_id)
    assert (call.kind, call.state, call.reviewer_id) == (
        P,
        CallState.ACTIVE,
        scene.desk.reviewer.id,
    )
    assert call.group == before.group_code
    after = scene.desk.case(scene.case_id)
    assert (after.state, after.reviewer_id, after.version) == (
        CaseState.DRAFT,
        None,
        before.version,
    )
    with store.reading() as conn:
        called = entries_of(conn, after.chain)[-1]
        types = [entry.type for entry in entries_of(conn, f"call:{call_id}")]
    assert called.type == "desk.case.called"
    assert b'"precheck":true' in called.body
    assert {"desk.call.requested", "rec.start"} <= set(types)


def test_opinions_are_kept_with_the_accepted_case_and_the_newest_of_a_call_stands(scene, store):
    call_id = scene.begin()
    codes = [spec.code for spec in scene.desk.item(scene.case_id).materials]
    for code in codes:
        scene.note(call_id, code=code)
    scene.note(call_id, Opinion.REPLACE, "  复印件不清楚，请换原件。 ")
    scene.end(call_id)
    scene.desk.run(close_wrap_up, CloseWrapUp(call_id), scene.desk.reviewer)
    scene.accept()
    expected = dict.fromkeys(codes, (Opinion.MEETS, ""))
    expected[scene.code] = (Opinion.REPLACE, "复印件不清楚，请换原件。")
    assert {code: (opinion, words) for code, opinion, words in scene.opinions()} == expected
    # It binds nobody: what was called unfit is accepted, taken and decided as any other.
    scene.desk.run(take_case, TakeCase(scene.case_id), scene.desk.reviewer)
    scene.desk.decided(scene.case_id)
    assert scene.desk.case(scene.case_id).state is CaseState.APPROVED
    with store.reading() as conn:
        noted = [
            entry
            for entry in entries_of(conn, f"case:{scene.case_id}")
            if entry.type == "desk.precheck.noted"
        ]
    assert len(noted) == len(codes) + 1
    for entry in noted:
        # Which material, what was thought and why are sealed.
        assert not any(
            word.encode() in entry.body for word in (*codes, "meets", "replace", "复印件")
        )


def test_snapshot_and_events_tell_the_opinions_without_their_words(scene, store):
    call_id = scene.begin()
    with store.reading() as conn:
        known = snapshot(conn, f"case:{scene.case_id}")
        seq = stream_seq(conn, f"case:{scene.case_id}")
    scene.note(call_id, Opinion.REPLACE, "照片反光")
    scene.note(call_id, Opinion.MISSING)
    with store.reading() as conn:
        for event in events_after(conn, f"case:{scene.case_id}", seq):
            assert "照片反光" not in str(event.data)
            known = merge(known, event.data)
        fresh = case_snapshot(conn, scene.case_id)
    assert known == fresh
    assert fresh["opinions"][call_id][scene.code]["opinion"] == "missing"


def test_an_opinion_marks_the_recording(scene, store):
    call_id = scene.begin()
    scene.note(call_id)
    with store.reading() as conn:
        marks = snapshot(conn, f"call:{call_id}")["marks"].values()
    placed = [one for one in marks if one["kind"] == MarkKind.MATERIAL]
    assert [(one["ref"], one["case"]) for one in placed] == [(scene.code, scene.case_id)]


def test_opinions_are_noted_until_the_wrap_up_is_closed(scene):
    call_id = scene.begin()
    scene.end(call_id)
    assert scene.stage.call(call_id).state is CallState.WRAP_UP
    scene.note(call_id, Opinion.MISSING)
    scene.desk.run(close_wrap_up, CloseWrapUp(call_id), scene.desk.reviewer)
    with pytest.raises(CallStateForbids):
        scene.note(call_id)
    assert scene.opinions() == [(scene.code, Opinion.MISSING, "")]


def test_nobody_has_seen_anything_before_the_parties_met(scene):
    scene.stage.on_duty(scene.desk.reviewer)
    call_id = scene.stage.request(kind=P)
    scene.stage.accept(call_id, scene.desk.reviewer)
    with pytest.raises(CallStateForbids):
        scene.note(call_id)


def test_words_are_needed_where_a_material_must_be_replaced_and_have_a_limit(scene):
    call_id = scene.begin()
    for opinion, words in (
        (Opinion.REPLACE, ""),
        (Opinion.REPLACE, "   "),
        (Opinion.MEETS, "字" * (MAX_OPINION_WORDS + 1)),
    ):
        with pytest.raises(InvalidInput) as refused:
            scene.note(call_id, opinion, words)
        assert refused.value.details["field"] == "words"
    with pytest.raises(InvalidInput) as refused:
        scene.note(call_id, code="no_such_material")
    assert refused.value.details["field"] == "material"
    assert scene.opinions() == []


def test_only_the_reviewer_of_the_call_notes_and_never_who_had_a_hand_in_the_draft(scene):
    call_id = scene.begin()
    desk, command = scene.desk, NoteOpinion(scene.case_id, call_id, scene.code, Opinion.MEETS)
    others = scene.stage.hall.reviewers
    same_group = next(one for one in others[1:] if _certified(desk, one, scene.case_id))
    with pytest.raises(NotInThisCall):
        desk.run(note_opinion, command, same_group)
    with pytest.raises(NotAllowed):
        desk.run(note_opinion, command, desk.clerk)
    with pytest.raises(NotCertified):
        desk.run(note_opinion, command, replace(desk.reviewer, id="0" * 26))
    with pytest.raises(ClerkMayNotReview):
        desk.run(note_opinion, command, Actor(desk.clerk.id, Role.REVIEWER))


def _certified(desk: Desk, reviewer: Actor, case_id: str) -> bool:
    with desk.kernel.store.reading() as conn:
        groups = certified_groups(conn, reviewer.id, desk.kernel.clock.wall_ms())
    return desk.case(case_id).group_code in groups


def test_only_drafts_are_pre_checked_and_drafts_are_called_about_in_no_other_way(scene):
    desk = scene.desk
    for kind in (CallKind.REVIEW, CallKind.CONSULT):
        with pytest.raises(CaseNotCallable):
            desk.run(request_call, RequestCall(kind, scene.case_id))
    with pytest.raises(InvalidInput):
        desk.run(request_call, RequestCall(P))
    with pytest.raises(InvalidInput):
        desk.run(request_call, RequestCall(P, scene.case_id, present=()))
    scene.accept()
    with pytest.raises(CaseNotCallable):
        desk.run(request_call, RequestCall(P, scene.case_id))
    desk.run(take_case, TakeCase(scene.case_id), desk.reviewer)
    with pytest.raises(CaseNotCallable):
        desk.run(request_call, RequestCall(P, scene.case_id), desk.reviewer)


def test_no_further_case_comes_into_a_pre_check(scene):
    other = scene.desk.accepted()
    call_id = scene.begin()
    with pytest.raises(CaseNotCallable):
        scene.desk.run(attach_case, AttachCase(call_id, other))


def test_a_case_is_not_accepted_while_its_pre_check_waits_or_runs(scene):
    scene.stage.on_duty(scene.desk.reviewer)
    waiting = scene.stage.request(kind=P)
    with pytest.raises(PrecheckNotOver):
        scene.accept()
    scene.desk.run(cancel_call, CancelCall(waiting))
    call_id = scene.begin()
    with pytest.raises(PrecheckNotOver):
        scene.accept()
    scene.stage.report(scene.leg, LegState.GONE)
    assert scene.stage.call(call_id).state is CallState.INTERRUPTED
    with pytest.raises(PrecheckNotOver):
        scene.accept()
    scene.stage.report(scene.leg, LegState.CONNECTED)
    scene.end(call_id)
    scene.accept()
    assert scene.desk.case(scene.case_id).state is CaseState.ACCEPTED


def test_nothing_rests_on_a_pre_check_while_it_runs(scene):
    call_id = scene.begin()
    desk = scene.desk
    for command in (desk.approval(scene.case_id, call_id), desk.refusal(scene.case_id)):
        with pytest.raises(StateForbids):
            desk.run(prepare_decision, command, desk.reviewer)
    with pytest.raises(StateForbids):
        desk.run(take_case, TakeCase(scene.case_id), desk.reviewer)


@pytest.mark.parametrize("item", [DESK_ITEM, CALL_ITEM])
def test_nothing_rests_on_a_pre_check_after_it(desk, store, item):
    scene = Precheck(desk, item)
    call_id = scene.begin()
    scene.end(call_id)
    scene.accept(Road.CALL)
    desk.run(take_case, TakeCase(scene.case_id), desk.reviewer)
    refusal = replace(desk.refusal(scene.case_id), call_id=call_id)
    for command in (desk.approval(scene.case_id, call_id), refusal):
        with pytest.raises(PrecheckDecidesNothing):
            desk.run(prepare_decision, command, desk.reviewer)
    seen = ConfirmIdentityOnCamera(scene.case_id, call_id, True, True, "您今天办什么？", True)
    with pytest.raises(PrecheckDecidesNothing):
        desk.run(confirm_identity_on_camera, seen, desk.reviewer)
    point = NoticePoint(scene.code, NoticeReason.MISSING, "请补交。", "")
    with pytest.raises(PrecheckDecidesNothing):
        desk.run(
            require_supplement,
            RequireSupplement(scene.case_id, (point,), 5, call_id),
            desk.reviewer,
        )
    with store.reading() as conn:
        facts = facts_of_call(conn, call_id, mono_ms=desk.kernel.clock.mono_ms())
    assert facts is not None
    assert facts.marks_recorded == frozenset()


def test_an_interrupted_pre_check_asks_for_nothing_again(desk):
    scene = Precheck(desk, CALL_ITEM)
    call_id = scene.begin()
    scene.stage.report(scene.leg, LegState.GONE)
    scene.note(call_id, Opinion.MISSING)
    scene.stage.report(scene.leg, LegState.CONNECTED)
    call = scene.stage.call(call_id)
    assert (call.state, call.recheck_due, call.evidence_from_ms) == (
        CallState.ACTIVE,
        False,
        None,
    )


def test_in_a_review_call_no_opinion_is_noted(desk):
    case_id = desk.accepted(CALL_ITEM, Road.CALL)
    review = Stage(desk.kernel, desk.hall(case_id))
    review.active(desk.reviewer)
    other = desk.signed()
    material = desk.item(other).materials[0].code
    with review.kernel.store.reading() as conn:
        running = snapshot(conn, f"window:{desk.clerk.window}")["call"]
    with pytest.raises(NoPrecheck):
        desk.run(note_opinion, NoteOpinion(other, running, material, Opinion.MEETS), desk.reviewer)


def test_the_clerk_tells_the_citizen_once_what_the_opinions_ask_for(scene):
    call_id = scene.begin()
    scene.note(call_id, Opinion.MISSING, "缺背面")
    scene.end(call_id)
    point = NoticePoint(scene.code, NoticeReason.MISSING, "请补交背面。", "原件")
    scene.desk.run(require_supplement, RequireSupplement(scene.case_id, (point,), 5))
    assert scene.desk.case(scene.case_id).state is CaseState.SUPPLEMENT_REQUIRED
    assert scene.opinions() == [(scene.code, Opinion.MISSING, "缺背面")]
    with pytest.raises(StateForbids):
        scene.note(call_id)


def test_a_second_pre_check_by_somebody_else_stands_beside_the_first(scene):
    first = scene.begin()
    scene.note(first, Opinion.MISSING)
    scene.end(first)
    scene.desk.run(close_wrap_up, CloseWrapUp(first), scene.desk.reviewer)
    scene.desk.kernel.clock.advance(60_000)
    second = scene.begin()
    scene.note(second)
    assert [opinion for _, opinion, _ in scene.opinions()] == [Opinion.MISSING, Opinion.MEETS]


def test_the_call_of_another_case_gives_no_opinion_on_this_one(scene):
    call_id = scene.begin()
    other = scene.desk.signed()
    with pytest.raises(NoPrecheck):
        scene.desk.run(
            note_opinion,
            NoteOpinion(other, call_id, scene.code, Opinion.MEETS),
            scene.desk.reviewer,
        )
    accepted = scene.desk.in_review()
    with pytest.raises(WrongCall):
        scene.desk.prepared(accepted, call_id)
