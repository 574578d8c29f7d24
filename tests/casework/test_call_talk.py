"""A taken call: notice and answers, legs, interruptions, hold, marks, end and wrap-up."""

import dataclasses

import pytest
from sqlalchemy import select

from casework.actions.add_person import AddPerson, add_person
from casework.actions.admit_leg import AdmitLeg, admit_leg
from casework.actions.answer_notice import AnswerNotice, answer_notice
from casework.actions.close_wrap_up import CloseWrapUp, close_wrap_up
from casework.actions.end_call import EndCall, end_call
from casework.actions.hold import Hold, hold
from casework.actions.interrupt_call import InterruptCall, interrupt_call
from casework.actions.join_leg import JoinLeg, join_leg
from casework.actions.lease_room import LeaseRoom, lease_room
from casework.actions.leave_leg import LeaveLeg, leave_leg
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.recheck import Recheck, recheck
from casework.actions.record_mark import RecordMark, record_mark
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from casework.actor import SYSTEM, Actor, Role
from casework.clock import ManualClock
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.call import (
    CallKind,
    CallState,
    EndReason,
    LegState,
    MarkKind,
    NoticeAnswer,
    PersonKind,
)
from casework.model.interruption import InterruptionPolicy
from casework.model.notice import CURRENT_NOTICE
from casework.policy.call_refusals import (
    CallStateForbids,
    NoticeUnknown,
    NotInThisCall,
    RecheckNotDue,
    SeatNotYours,
)
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.views.hall import free_reviewers
from casework.views.snapshots import snapshot
from scenes.call_scene import Stage
from scenes.hall_scene import build_hall
from scenes.kernel import Kernel

M, C, CC, D, S = (
    TrackSource.MICROPHONE,
    TrackSource.CAMERA,
    TrackSource.CITIZEN_CAMERA,
    TrackSource.DOCUMENT_CAMERA,
    TrackSource.SCREEN,
)


def admitted(k: Kernel, leg_id: str) -> tuple[TrackSource, ...]:
    return k.writer.run_sync(admit_leg, AdmitLeg(leg_id), actor=SYSTEM).sources


def asked_again(call_id: str) -> Recheck:
    return Recheck(
        call_id, name_confirmed=True, question="您今天为什么来办理？", question_answered=True
    )


def taken(stage: Stage) -> str:
    stage.on_duty(stage.hall.reviewers[0])
    call_id = stage.request()
    stage.accept(call_id, stage.hall.reviewers[0])
    return call_id


def test_without_an_answer_the_call_stands_in_consent(stage, k):
    call_id = taken(stage)
    window = stage.join(call_id, stage.hall.clerk)
    hall = stage.join(call_id, stage.hall.reviewers[0])
    assert stage.call(call_id).state is CallState.CONSENT
    # The clerk's own camera is let in at once; the shared microphone and the citizen are not.
    assert admitted(k, window.leg_id) == (C,)
    assert admitted(k, hall.leg_id) == (M, C, S)
    stage.answer(call_id)
    assert stage.call(call_id).state is CallState.ACTIVE
    assert admitted(k, window.leg_id) == (M, C, CC, D, S)


def test_answered_while_it_rang_the_call_runs_at_once(stage, k):
    call_id, window, hall = stage.active()
    assert stage.call(call_id).state is CallState.ACTIVE
    with k.store.reading() as conn:
        states = conn.scalars(
            select(s.interval.c.state).where(s.interval.c.subject == f"call:{call_id}")
        ).all()
        assert states == ["queued", "offered", "connecting", "active"]
        types = [entry.type for entry in entries_of(conn, f"call:{call_id}")]
    assert types.index("rec.start") < types.index("desk.leg.joined")
    assert window.leg_id != hall.leg_id


def test_a_tablet_carries_the_citizen_on_a_leg_of_its_own(stage, k):
    stage.on_duty(stage.hall.reviewers[0])
    call_id = stage.request(kind=CallKind.CONSULT, clerk=stage.hall.tablet_clerk)
    stage.accept(call_id, stage.hall.reviewers[0])
    window = stage.join(call_id, stage.hall.tablet_clerk, M, C, D)
    citizen = stage.join(call_id, stage.hall.tablet_screen, CC)
    stage.join(call_id, stage.hall.reviewers[0])
    assert admitted(k, citizen.leg_id) == ()
    stage.answer(call_id)
    assert admitted(k, citizen.leg_id) == (CC,)
    assert admitted(k, window.leg_id) == (M, C, D, S)
    # The tablet may go: the call runs on.
    stage.report(citizen, LegState.GONE)
    assert stage.call(call_id).state is CallState.ACTIVE


def test_only_the_citizen_screen_of_this_window_answers_and_only_published_texts(stage, k):
    call_id = taken(stage)
    person = stage.present(call_id)
    good = AnswerNotice(
        call_id, person, NoticeAnswer.AGREED, CURRENT_NOTICE.version, CURRENT_NOTICE.sha256
    )
    with pytest.raises(NotAllowed):
        k.writer.run_sync(answer_notice, good, actor=stage.hall.clerk)
    with pytest.raises(NotInThisCall):
        k.writer.run_sync(answer_notice, good, actor=stage.hall.tablet_screen)
    other_text = AnswerNotice(
        call_id, person, NoticeAnswer.AGREED, CURRENT_NOTICE.version, "0" * 64
    )
    with pytest.raises(NoticeUnknown):
        k.writer.run_sync(answer_notice, other_text, actor=stage.hall.screen)
    for wrong in (stage.present(call_id, PersonKind.CLERK), "nobody"):
        command = AnswerNotice(
            call_id, wrong, NoticeAnswer.AGREED, CURRENT_NOTICE.version, CURRENT_NOTICE.sha256
        )
        with pytest.raises((InvalidInput, NotFound)):
            k.writer.run_sync(answer_notice, command, actor=stage.hall.screen)
    k.writer.run_sync(answer_notice, good, actor=stage.hall.screen)
    k.writer.run_sync(answer_notice, good, actor=stage.hall.screen)  # pressed twice
    with k.store.reading() as conn:
        entries = entries_of(conn, f"call:{call_id}")
    answered = [entry for entry in entries if entry.type == "desk.notice.answered"]
    assert len(answered) == 1
    assert CURRENT_NOTICE.sha256.encode() in answered[0].body
    assert b"agreed" not in answered[0].body


@pytest.mark.parametrize("ringing", [True, False])
def test_a_refusal_ends_the_call_and_stops_the_ringing(stage, k, ringing):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request()
    (stage.offer if ringing else stage.accept)(call_id, reviewer)
    stage.answer(call_id, NoticeAnswer.REFUSED)
    call = stage.call(call_id)
    assert (call.state, call.end_reason) == (CallState.DECLINED_CONSENT, EndReason.REFUSED_NOTICE)
    with k.store.reading() as conn:
        assert [one.staff_id for one in free_reviewers(conn, k.clock.wall_ms())] == [reviewer.id]


def test_a_late_comer_answers_before_the_microphone_opens_again(stage, k):
    call_id, window, _hall = stage.active()
    added = AddPerson(call_id, PersonKind.AGENT)
    k.writer.run_sync(add_person, added, actor=stage.hall.clerk)
    assert stage.call(call_id).state is CallState.CONSENT
    assert admitted(k, window.leg_id) == (C,)
    stage.answer(call_id)
    assert stage.call(call_id).state is CallState.ACTIVE
    # A companion does not answer and changes nothing.
    k.writer.run_sync(add_person, AddPerson(call_id, PersonKind.COMPANION), actor=stage.hall.clerk)
    assert stage.call(call_id).state is CallState.ACTIVE


def test_withdrawing_ends_what_is_filmed(stage, k):
    call_id, window, hall = stage.active()
    person = stage.present(call_id)
    command = WithdrawConsent(call_id, person)
    with pytest.raises(NotAllowed):
        k.writer.run_sync(withdraw_consent, command, actor=stage.hall.reviewers[0])
    k.writer.run_sync(withdraw_consent, command, actor=stage.hall.screen)
    assert stage.call(call_id).state is CallState.WRAP_UP
    assert admitted(k, window.leg_id) == ()
    assert admitted(k, hall.leg_id) == ()
    with k.store.reading() as conn:
        facts = facts_of_call(conn, call_id, mono_ms=k.clock.mono_ms())
    assert facts is not None
    assert facts.notices == {person: NoticeAnswer.WITHDRAWN}


@pytest.mark.parametrize("policy", list(InterruptionPolicy))
def test_a_dropped_leg_interrupts_as_the_item_says(k, policy, clock: ManualClock):
    stage = Stage(k, build_hall(k.writer, policy))
    call_id, window, _hall = stage.active()
    stage.identify(call_id, stage.hall.reviewers[0])
    clock.advance(4_000)
    stage.report(window, LegState.GONE)
    assert stage.call(call_id).state is CallState.INTERRUPTED
    clock.advance(1_000)
    again = stage.join(call_id, stage.hall.clerk)
    assert (again.leg_id, again.incarnation) == (window.leg_id, 2)
    call = stage.call(call_id)
    assert call.state is CallState.ACTIVE
    assert call.recheck_due is (policy is InterruptionPolicy.RESUME_WITH_RECHECK)
    with k.store.reading() as conn:
        facts = facts_of_call(conn, call_id, mono_ms=k.clock.mono_ms())
    assert facts is not None
    stands = facts.identity_on_camera_at_ms is not None
    assert stands is (policy is InterruptionPolicy.RESUME)


def test_a_recheck_lets_the_identity_stand_again(stage, k):
    call_id, window, _hall = stage.active()
    reviewer = stage.hall.reviewers[0]
    with pytest.raises(RecheckNotDue):
        k.writer.run_sync(recheck, asked_again(call_id), actor=reviewer)
    stage.identify(call_id, reviewer)
    stage.report(window, LegState.GONE)
    stage.report(window, LegState.CONNECTED)  # the same leg came back by itself
    now = k.clock.mono_ms()
    k.writer.run_sync(note_health, NoteHealth(call_id, True, None, now, now), actor=SYSTEM)
    for lacking in ({"name_confirmed": False}, {"question_answered": False}, {"question": " "}):
        with pytest.raises(InvalidInput):
            command = dataclasses.replace(asked_again(call_id), **lacking)
            k.writer.run_sync(recheck, command, actor=reviewer)
    k.writer.run_sync(recheck, asked_again(call_id), actor=reviewer)
    with k.store.reading() as conn:
        facts = facts_of_call(conn, call_id, mono_ms=k.clock.mono_ms())
    assert facts is not None
    assert facts.identity_on_camera_at_ms is not None


def test_a_late_report_about_an_older_page_changes_nothing(stage):
    call_id, window, _hall = stage.active()
    stage.join(call_id, stage.hall.clerk)
    stage.report(window, LegState.GONE)
    stage.report(window, LegState.CLOSED)
    assert stage.call(call_id).state is CallState.ACTIVE


def test_losing_the_worker_interrupts_and_a_new_lease_fences(stage, k):
    call_id, _window, _hall = stage.active()
    lease = LeaseRoom(call_id, "worker-1")
    first = k.writer.run_sync(lease_room, lease, actor=SYSTEM).epoch
    k.writer.run_sync(interrupt_call, InterruptCall(call_id), actor=SYSTEM)
    assert stage.call(call_id).state is CallState.INTERRUPTED
    second = k.writer.run_sync(lease_room, lease, actor=SYSTEM).epoch
    assert second == first + 1
    stage.join(call_id, stage.hall.clerk)
    stage.join(call_id, stage.hall.reviewers[0])
    assert stage.call(call_id).state is CallState.ACTIVE


def test_hold_is_the_reviewers_and_survives_a_drop(stage, k):
    call_id, window, _hall = stage.active()
    reviewer = stage.hall.reviewers[0]
    with pytest.raises(NotAllowed):
        k.writer.run_sync(hold, Hold(call_id), actor=stage.hall.clerk)
    k.writer.run_sync(hold, Hold(call_id), actor=reviewer)
    assert stage.call(call_id).state is CallState.HELD
    stage.report(window, LegState.GONE)
    stage.report(window, LegState.CONNECTED)
    assert stage.call(call_id).state is CallState.HELD
    k.writer.run_sync(hold, Hold(call_id, on=False), actor=reviewer)
    assert stage.call(call_id).state is CallState.ACTIVE


def test_seats_are_by_role_and_sources_by_seat(stage, k):
    call_id = taken(stage)
    with pytest.raises(InvalidInput):
        k.writer.run_sync(join_leg, JoinLeg(call_id, (CC,)), actor=stage.hall.reviewers[0])
    with pytest.raises(InvalidInput):
        k.writer.run_sync(join_leg, JoinLeg(call_id, (C,)), actor=stage.hall.screen)
    with pytest.raises(NotInThisCall):
        k.writer.run_sync(join_leg, JoinLeg(call_id, ()), actor=stage.hall.reviewers[1])
    with pytest.raises(NotAllowed):
        k.writer.run_sync(join_leg, JoinLeg(call_id, ()), actor=stage.hall.lead)
    window = stage.join(call_id, stage.hall.clerk)
    with pytest.raises(SeatNotYours):
        k.writer.run_sync(leave_leg, LeaveLeg(window.leg_id), actor=stage.hall.reviewers[0])


def test_marks_are_placed_by_those_who_may(stage, k):
    call_id, _window, _hall = stage.active()
    hall = stage.hall
    k.writer.run_sync(record_mark, RecordMark(call_id, MarkKind.NOT_UNDERSTOOD), actor=hall.screen)
    for actor, kind in (
        (hall.clerk, MarkKind.IDENTITY),
        (hall.screen, MarkKind.NOTICE),
        (hall.reviewers[0], MarkKind.GONE),
    ):
        with pytest.raises(NotAllowed):
            k.writer.run_sync(record_mark, RecordMark(call_id, kind), actor=actor)
    with pytest.raises(InvalidInput):
        k.writer.run_sync(
            record_mark,
            RecordMark(call_id, MarkKind.DECLARATION, case_id="other"),
            actor=hall.reviewers[0],
        )


def test_an_ended_call_waits_for_the_wrap_up(stage, k, clock: ManualClock):
    call_id, _window, _hall = stage.active()
    hall, reviewer = stage.hall, stage.hall.reviewers[0]
    clock.advance(60_000)
    k.writer.run_sync(end_call, EndCall(call_id), actor=hall.clerk)
    call = stage.call(call_id)
    assert (call.state, call.ended_in_order) == (CallState.WRAP_UP, True)
    with k.store.reading() as conn:
        assert free_reviewers(conn, k.clock.wall_ms()) == []
        legs = snapshot(conn, f"call:{call_id}")["legs"]
        assert {leg["state"] for leg in legs.values()} == {"closed"}
        facts = facts_of_call(conn, call_id, mono_ms=k.clock.mono_ms())
    assert facts is not None
    assert facts.ended_in_order_at_ms == call.ended_ms
    # The window may call again at once.
    assert stage.request(kind=CallKind.CONSULT)
    with pytest.raises(NotAllowed):
        k.writer.run_sync(close_wrap_up, CloseWrapUp(call_id), actor=hall.screen)
    k.writer.run_sync(close_wrap_up, CloseWrapUp(call_id), actor=reviewer)
    assert stage.call(call_id).state is CallState.ENDED
    with k.store.reading() as conn:
        (free,) = free_reviewers(conn, k.clock.wall_ms())
    assert free.free_since_ms == k.clock.wall_ms()


def test_a_consultation_closes_with_topic_and_answer(stage, k):
    reviewer = stage.hall.reviewers[0]
    stage.on_duty(reviewer)
    call_id = stage.request(kind=CallKind.CONSULT)
    stage.accept(call_id, reviewer)
    stage.answer(call_id)
    stage.join(call_id, stage.hall.clerk)
    stage.join(call_id, reviewer)
    k.writer.run_sync(end_call, EndCall(call_id), actor=reviewer)
    with pytest.raises(InvalidInput):
        k.writer.run_sync(close_wrap_up, CloseWrapUp(call_id), actor=reviewer)
    with pytest.raises(InvalidInput):
        k.writer.run_sync(
            close_wrap_up, CloseWrapUp(call_id, topic="问" * 2_001, answer="答"), actor=reviewer
        )
    done = CloseWrapUp(call_id, topic="失业金怎么领", answer="带身份证到窗口")
    k.writer.run_sync(close_wrap_up, done, actor=reviewer)
    with k.store.reading() as conn:
        body = entries_of(conn, f"call:{call_id}")[-1].body
    assert "失业金".encode() not in body


def test_an_end_by_the_desk_is_not_in_order(stage, k):
    call_id, window, _hall = stage.active()
    stage.report(window, LegState.GONE)
    with pytest.raises(InvalidInput):
        k.writer.run_sync(end_call, EndCall(call_id), actor=SYSTEM)
    k.writer.run_sync(end_call, EndCall(call_id, EndReason.NOT_RESUMED), actor=SYSTEM)
    call = stage.call(call_id)
    assert (call.state, call.ended_in_order) == (CallState.WRAP_UP, False)
    with pytest.raises(CallStateForbids):
        k.writer.run_sync(end_call, EndCall(call_id), actor=stage.hall.clerk)


def test_a_call_that_never_connects_fails(stage, k):
    call_id = taken(stage)
    k.writer.run_sync(end_call, EndCall(call_id, EndReason.NOT_CONNECTED), actor=SYSTEM)
    assert stage.call(call_id).state is CallState.FAILED


def test_a_clerk_who_relieves_another_takes_the_windows_call_over(stage, k):
    call_id, _window, _hall = stage.active()
    relief = Actor("relief", Role.CLERK, None, stage.hall.outlet, stage.hall.window)
    k.writer.run_sync(end_call, EndCall(call_id), actor=relief)
    assert stage.call(call_id).state is CallState.WRAP_UP
