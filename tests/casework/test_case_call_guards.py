"""What a call must have been like for an approval: each guard with its own refusal."""

import dataclasses
import json

import pytest

from casework.actions.confirm_decision import ConfirmDecision, confirm_decision
from casework.actions.confirm_identity_on_camera import (
    ConfirmIdentityOnCamera,
    confirm_identity_on_camera,
)
from casework.actions.prepare_decision import prepare_decision
from casework.actions.steps import call_evidence
from casework.errors import InvalidInput
from casework.model.call import NoticeAnswer
from casework.model.case import CaseState, Outcome, Road
from casework.policy.call_facts import CallFacts, RequiredMark
from casework.policy.precheck_refusals import PrecheckDecidesNothing
from casework.policy.recording_guard import DECISION_WINDOW_MS
from casework.policy.refusals import (
    CallRequired,
    CitizenNotInView,
    DecisionTooLate,
    IdentityNotOnCamera,
    MarksMissing,
    NoticeNotAgreed,
    RecordingNotHealthy,
    RecordingNotWhole,
    WrongCall,
)
from casework.store.reading import entries_of
from scenes.case_scene import CALL_ITEM, DESK_ITEM, Desk

CALL = "01JCALL0000000000000000000"


@pytest.fixture
def facts(desk: Desk, monkeypatch):
    """What the call's tables would say; a test changes it between the acts."""
    said = {
        "facts": CallFacts(
            call_id=CALL,
            state="active",
            running=True,
            case_ids=frozenset(),
            reviewer_id=desk.reviewer.id,
            notices={"person": NoticeAnswer.AGREED},
            identity_on_camera_at_ms=1,
            healthy_now=True,
            recording_ended=True,
            marks_recorded=frozenset(RequiredMark),
            longest_gap_ms=0,
        )
    }

    def read(_conn, call_id, *, mono_ms, case_id):
        assert mono_ms > 0
        assert case_id
        return said["facts"] if call_id == CALL else None

    monkeypatch.setattr(call_evidence, "facts_of_call", read)

    def change(**values):
        said["facts"] = dataclasses.replace(said["facts"], **values)

    return change


@pytest.fixture
def in_call(desk: Desk, facts, monkeypatch):
    """Makes a case that is in review by call, its identity confirmed on camera."""
    target = "casework.actions.confirm_identity_on_camera.place_mark"
    monkeypatch.setattr(target, lambda *_args, **_kwargs: "mark")

    def make(item: str = CALL_ITEM) -> str:
        case_id = desk.in_review(item, Road.CALL)
        facts(case_ids=frozenset({case_id}))
        desk.run(confirm_identity_on_camera, confirmation(case_id), desk.reviewer)
        return case_id

    return make


def confirmation(case_id: str, **values) -> ConfirmIdentityOnCamera:
    command = ConfirmIdentityOnCamera(
        case_id=case_id,
        call_id=CALL,
        face_matches=True,
        document_shown=True,
        question="您原来的开户银行是哪一家？",
        question_answered=True,
    )
    return dataclasses.replace(command, **values)


class TestCall:
    def test_a_call_item_is_approved_in_its_call(self, desk, in_call):
        case_id = in_call()
        prepared = desk.prepared(case_id, CALL)
        desk.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer)
        assert desk.case(case_id).outcome is Outcome.APPROVED

    def test_not_without_a_call(self, desk, in_call):
        with pytest.raises(CallRequired):
            desk.prepared(in_call())

    def test_not_in_a_pre_check(self, desk, in_call, facts):
        case_id = in_call()
        facts(precheck=True)
        with pytest.raises(PrecheckDecidesNothing):
            desk.prepared(case_id, CALL)

    def test_not_in_somebody_else_s_call(self, desk, in_call, facts):
        case_id = in_call()
        with pytest.raises(WrongCall):
            desk.prepared(case_id, "01JOTHER000000000000000000")
        facts(reviewer_id="another")
        with pytest.raises(WrongCall):
            desk.prepared(case_id, CALL)

    def test_not_in_a_call_about_another_case(self, desk, in_call, facts):
        case_id = in_call()
        facts(case_ids=frozenset({"another"}))
        with pytest.raises(WrongCall):
            desk.prepared(case_id, CALL)

    @pytest.mark.parametrize("answer", [None, NoticeAnswer.REFUSED, NoticeAnswer.WITHDRAWN])
    def test_not_without_everybody_s_agreement(self, desk, in_call, facts, answer):
        case_id = in_call()
        facts(notices={"one": NoticeAnswer.AGREED, "two": answer})
        with pytest.raises(NoticeNotAgreed):
            desk.prepared(case_id, CALL)

    def test_not_without_the_identity_on_camera(self, desk, facts):
        case_id = desk.in_review(CALL_ITEM, Road.CALL)
        facts(case_ids=frozenset({case_id}))
        with pytest.raises(IdentityNotOnCamera):
            desk.prepared(case_id, CALL)

    def test_not_after_a_restart_took_the_identity_away(self, desk, in_call, facts):
        case_id = in_call()
        facts(identity_on_camera_at_ms=None)
        with pytest.raises(IdentityNotOnCamera):
            desk.prepared(case_id, CALL)

    def test_no_healthy_recording_no_approval(self, desk, in_call, facts):
        case_id = in_call()
        facts(healthy_now=False)
        with pytest.raises(RecordingNotHealthy):
            desk.prepared(case_id, CALL)

    def test_nobody_is_approved_whose_picture_is_paused(self, desk, in_call, facts):
        case_id = in_call()
        facts(citizen_in_view=False)
        with pytest.raises(CitizenNotInView):
            desk.run(confirm_identity_on_camera, confirmation(case_id), desk.reviewer)
        with pytest.raises(CitizenNotInView):
            desk.prepared(case_id, CALL)
        facts(citizen_in_view=True)
        prepared = desk.prepared(case_id, CALL)
        facts(citizen_in_view=False)
        with pytest.raises(CitizenNotInView):
            desk.run(
                confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer
            )

    def test_a_recording_that_fails_before_the_confirmation_stops_it(self, desk, in_call, facts):
        case_id = in_call()
        prepared = desk.prepared(case_id, CALL)
        facts(healthy_now=False)
        with pytest.raises(RecordingNotHealthy):
            desk.run(
                confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer
            )
        assert desk.case(case_id).state is CaseState.IN_FIRST_REVIEW

    def test_a_gap_longer_than_the_item_allows(self, desk, in_call, facts):
        case_id = in_call()
        facts(longest_gap_ms=5000)
        assert desk.prepared(case_id, CALL)

    def test_a_gap_just_too_long(self, desk, in_call, facts):
        case_id = in_call()
        facts(longest_gap_ms=5001)
        with pytest.raises(RecordingNotWhole) as refused:
            desk.prepared(case_id, CALL)
        assert refused.value.details == {"gap_ms": 5001, "limit_s": 5}

    def test_half_an_hour_after_a_call_that_ended_in_order(self, desk, in_call, facts, clock):
        case_id = in_call()
        ended = {"state": "ended", "running": False, "healthy_now": False}
        facts(**ended, ended_in_order_at_ms=clock.wall_ms() - DECISION_WINDOW_MS)
        assert desk.prepared(case_id, CALL)

    def test_not_later_and_not_after_a_failed_call(self, desk, in_call, facts, clock):
        case_id = in_call()
        facts(running=False, ended_in_order_at_ms=clock.wall_ms() - DECISION_WINDOW_MS - 1)
        with pytest.raises(DecisionTooLate):
            desk.prepared(case_id, CALL)
        facts(ended_in_order_at_ms=None)
        with pytest.raises(DecisionTooLate):
            desk.prepared(case_id, CALL)

    def test_a_clock_that_is_set_back_gives_no_more_time(self, desk, in_call, facts, clock):
        case_id = in_call()
        facts(running=False, ended_in_order_at_ms=clock.wall_ms() + 3_600_000)
        with pytest.raises(DecisionTooLate):
            desk.prepared(case_id, CALL)

    @pytest.mark.parametrize("mark", RequiredMark)
    def test_afterwards_every_mark_must_lie_in_recorded_time(
        self, desk, in_call, facts, clock, mark
    ):
        case_id = in_call()
        facts(
            running=False,
            ended_in_order_at_ms=clock.wall_ms(),
            marks_recorded=frozenset(RequiredMark) - {mark},
        )
        with pytest.raises(MarksMissing) as refused:
            desk.prepared(case_id, CALL)
        assert refused.value.details == {"marks": [mark.value]}

    def test_a_refusal_needs_no_recording(self, desk, in_call, facts):
        case_id = in_call()
        facts(healthy_now=False)
        command = dataclasses.replace(desk.refusal(case_id), call_id=CALL)
        prepared = desk.run(prepare_decision, command, desk.reviewer)
        desk.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer)
        assert desk.case(case_id).state is CaseState.REFUSED

    def test_an_item_that_needs_no_call_is_approved_in_a_poor_one(self, desk, in_call, facts):
        case_id = in_call(DESK_ITEM)
        facts(healthy_now=False)
        assert desk.prepared(case_id, CALL)

    @pytest.mark.parametrize("field", ["face_matches", "document_shown", "question_answered"])
    def test_a_doubtful_identity_is_not_confirmed(self, desk, in_call, field):
        case_id = in_call()
        with pytest.raises(InvalidInput) as refused:
            command = confirmation(case_id, **{field: False})
            desk.run(confirm_identity_on_camera, command, desk.reviewer)
        assert refused.value.details == {"field": field}

    def test_no_identity_on_camera_without_a_running_call(self, desk, in_call, facts):
        case_id = in_call()
        facts(running=False)
        with pytest.raises(RecordingNotHealthy):
            desk.run(confirm_identity_on_camera, confirmation(case_id), desk.reviewer)

    def test_the_decision_refers_to_the_call(self, desk, in_call, facts, store):
        case_id = in_call()
        facts(stream_heads={"ab" * 16: "cd" * 32})
        prepared = desk.prepared(case_id, CALL)
        desk.run(confirm_decision, ConfirmDecision(case_id, prepared.decision_id), desk.reviewer)
        with store.reading() as conn:
            body = json.loads(entries_of(conn, f"case:{case_id}")[-1].body)
        assert body["type"] == "decision.confirmed"
        assert body["facts"]["call"] == CALL
        assert body["facts"]["call_required"] is True
        assert body["facts"]["stream_heads"] == {"ab" * 16: "cd" * 32}
