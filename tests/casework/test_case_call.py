"""A case that needs a call, decided in a real one: the tables of both, nothing replaced."""

import json

import pytest

from casework.actions.arm_recording import ArmRecording, arm_recording
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.hold import Hold, hold
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.return_to_outlet import ReturnToOutlet, return_to_outlet
from casework.actions.sound_only import SoundOnly, sound_only
from casework.errors import NotAllowed
from casework.model.applicant import IdentityMethod
from casework.model.call import CallState, EndReason, LegState, MarkKind
from casework.model.case import CaseState, Outcome
from casework.model.decision import Fault, ReturnReason
from casework.policy.call_facts import RequiredMark
from casework.policy.call_refusals import CallStateForbids
from casework.policy.refusals import (
    CitizenNotInView,
    IdentityNotOnCamera,
    MarksMissing,
    NoPendingDecision,
    RecheckOutstanding,
    RecordingNotHealthy,
    RecordingNotWhole,
)
from casework.ports import TrackSource
from casework.store import schema_call
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.views.case_snapshot import case_snapshot
from casework.views.snapshots import snapshot
from casework.views.timeline import case_timeline
from scenes.call_case import CallCase
from scenes.case_scene import DESK_ITEM, an_applicant


@pytest.fixture
def scene(k) -> CallCase:
    return CallCase(k)


def test_decided_in_the_call(scene, store):
    scene.healthy()
    scene.identify()
    scene.confirm(scene.prepare())
    case = scene.desk.case(scene.case_id)
    assert (case.state, case.outcome) == (CaseState.APPROVED, Outcome.APPROVED)
    with store.reading() as conn:
        entry = entries_of(conn, case.chain)[case.decision_seq]
        marks = conn.execute(schema_call.mark.select()).all()
        lines = case_timeline(conn, scene.case_id)
        assert snapshot(conn, f"case:{scene.case_id}") == case_snapshot(conn, scene.case_id)
    body = json.loads(entry.body)
    assert body["refs"].keys() == {f"call:{scene.call_id}"}
    assert body["facts"]["stream_heads"].keys() == {f"{n:032x}" for n in (1, 2, 3)}
    placed = {(mark.kind, mark.case_id) for mark in marks}
    assert {(MarkKind.IDENTITY, scene.case_id), (MarkKind.DECISION, scene.case_id)} <= placed
    assert {line.call_id for line in lines} == {None, scene.call_id}
    assert [line.at_ms for line in lines] == sorted(line.at_ms for line in lines)


def test_a_still_taken_in_the_call_is_marked_there(scene, store):
    material_id = scene.desk.add(scene.case_id, "id_card")
    with store.reading() as conn:
        marks = conn.execute(schema_call.mark.select()).all()
    assert (MarkKind.MATERIAL, material_id) in {(mark.kind, mark.ref) for mark in marks}


def test_without_the_identity_on_camera_nothing_is_prepared(scene):
    scene.healthy()
    with pytest.raises(IdentityNotOnCamera):
        scene.prepare()


def test_a_red_or_silent_recorder_stops_the_approval(scene, clock):
    scene.healthy()
    scene.identify()
    scene.healthy(ok=False)
    with pytest.raises(RecordingNotHealthy):
        scene.confirm_identity()  # a check that nobody records is none
    with pytest.raises(RecordingNotHealthy):
        scene.prepare()
    scene.healthy()
    decision_id = scene.prepare()
    clock.advance(3_001)
    with pytest.raises(RecordingNotHealthy):
        scene.confirm(decision_id)
    scene.healthy()
    scene.confirm(decision_id)


def test_a_dropped_call_takes_the_prepared_decision_back(scene, clock):
    scene.healthy()
    scene.identify()
    decision_id = scene.prepare()
    scene.stage.report(scene.window, LegState.GONE)
    case = scene.desk.case(scene.case_id)
    assert (case.state, case.pending_decision_id) == (CaseState.IN_FIRST_REVIEW, None)
    with pytest.raises(NoPendingDecision):
        scene.confirm(decision_id)


def test_the_identity_is_confirmed_by_its_own_act_alone(scene):
    with pytest.raises(NotAllowed):
        scene.mark(MarkKind.IDENTITY)


def test_nobody_is_identified_while_nobody_is_seen(scene):
    scene.healthy()
    scene.desk.run(hold, Hold(scene.call_id), scene.desk.reviewer)
    with pytest.raises(CallStateForbids):
        scene.confirm_identity()
    with pytest.raises(CallStateForbids):
        scene.mark(MarkKind.DECLARATION)


def test_nobody_is_approved_while_the_call_is_held(scene, clock):
    scene.healthy()
    scene.identify()
    decision_id = scene.prepare()
    scene.desk.run(hold, Hold(scene.call_id), scene.desk.reviewer)
    clock.advance(2_000)
    scene.healthy()
    with pytest.raises(CitizenNotInView):
        scene.confirm(decision_id)


def test_an_interrupted_call_stops_an_approval_that_does_not_name_it(k, clock):
    scene = CallCase(k, item=DESK_ITEM)
    scene.healthy()
    scene.identify()
    clock.advance(1_000)
    scene.stage.report(scene.window, LegState.GONE)
    assert scene.stage.call(scene.call_id).state is CallState.INTERRUPTED
    with pytest.raises(RecheckOutstanding):
        scene.confirm(scene.desk.prepared(scene.case_id, None).decision_id)


def test_another_applicant_is_identified_anew(scene):
    scene.healthy()
    scene.identify()
    fault = Fault("identity", ReturnReason.IDENTITY_UNCLEAR)
    scene.desk.run(return_to_outlet, ReturnToOutlet(scene.case_id, (fault,)), scene.desk.reviewer)
    same = ConfirmIdentity(scene.case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant())
    scene.desk.run(confirm_identity, same)
    assert scene.desk.case(scene.case_id).camera_call_id == scene.call_id
    other = ConfirmIdentity(scene.case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant(order=3))
    scene.desk.run(confirm_identity, other)
    case = scene.desk.case(scene.case_id)
    assert (case.camera_call_id, case.camera_identity_at_ms) == (None, None)


def test_an_identity_confirmed_in_a_gap_is_no_evidence(scene, clock):
    scene.healthy()
    scene.identify()
    at_ms = clock.mono_ms()
    clock.advance(2_000)
    # Most of it lies before the confirmation, so as a gap it would be short enough.
    scene.gap(5, at_ms - 30_000, at_ms + 1_000)
    scene.healthy()
    with pytest.raises(MarksMissing) as refused:
        scene.prepare()
    assert RequiredMark.IDENTITY in refused.value.details["marks"]
    scene.identify()
    scene.confirm(scene.prepare())


def test_a_page_that_comes_back_without_its_cameras_leaves_a_gap(scene, clock):
    scene.healthy()
    scene.identify()
    scene.stage.join(scene.call_id, scene.desk.clerk, TrackSource.MICROPHONE)
    clock.advance(5_001)
    scene.healthy()  # the worker asks only for what the page now says it has
    with scene.k.store.reading() as conn:
        facts = facts_of_call(conn, scene.call_id, mono_ms=clock.mono_ms())
    assert facts is not None
    assert facts.longest_gap_ms >= 5_001
    with pytest.raises(CitizenNotInView):
        scene.prepare()


def test_a_pause_that_is_just_over_is_a_gap_before_the_ledger_has_its_line(scene, clock):
    scene.healthy()
    scene.identify()
    scene.desk.run(sound_only, SoundOnly(scene.call_id, on=True), scene.desk.reviewer)
    scene.part_ends(5, part=1)
    scene.part(6, scene.window.leg_id, "counter", TrackSource.MICROPHONE)
    clock.advance(90_000)
    scene.healthy()  # while pictures are paused the worker is asked for the sound alone
    scene.desk.run(sound_only, SoundOnly(scene.call_id, on=False), scene.desk.reviewer)
    clock.advance(300)
    with pytest.raises(RecordingNotWhole) as refused:
        scene.prepare()
    assert refused.value.details["gap_ms"] >= 90_000


def test_in_the_call_too_every_mark_must_be_on_record(scene):
    scene.healthy()
    scene.confirm_identity()
    with pytest.raises(MarksMissing) as refused:
        scene.prepare()
    assert refused.value.details == {"marks": [RequiredMark.NOTICE, RequiredMark.DECLARATION]}


def test_a_counter_without_a_camera_shows_nobody(k):
    scene = CallCase(k, TrackSource.MICROPHONE)
    scene.healthy()
    scene.identify()
    with pytest.raises(MarksMissing):
        scene.prepare()


def test_hanging_up_a_dropped_call_does_not_end_it_in_order(scene):
    scene.stage.report(scene.window, LegState.GONE)
    scene.end()
    call = scene.stage.call(scene.call_id)
    assert (call.end_reason, call.ended_in_order) == (EndReason.NOT_RESUMED, False)


def test_after_the_call_the_whole_recording_must_be_known(scene, clock):
    scene.mark(MarkKind.NOTICE)
    scene.mark(MarkKind.DECLARATION)
    scene.healthy()
    scene.identify()
    clock.advance(2_000)
    scene.healthy()
    scene.end()
    # What the recorder still has to say may be a gap, and a failing disk keeps it from saying it.
    with pytest.raises(RecordingNotWhole) as refused:
        scene.prepare()
    assert refused.value.details == {"ended": False}
    scene.recording_ends(5)
    scene.confirm(scene.prepare())


def test_the_health_of_a_recording_does_not_outlive_the_machine(scene, clock):
    scene.healthy()
    scene.identify()
    clock.restart()
    with pytest.raises(RecordingNotHealthy):
        scene.prepare()


def test_only_the_program_speaks_for_the_recorder(scene):
    now = scene.k.clock.mono_ms()
    command = NoteHealth(scene.call_id, True, None, now, now)
    with pytest.raises(NotAllowed):
        scene.desk.run(note_health, command, scene.desk.reviewer)
    with pytest.raises(NotAllowed):
        scene.desk.run(arm_recording, ArmRecording(scene.call_id), scene.desk.reviewer)
