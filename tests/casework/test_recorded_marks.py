"""What a decision may ask of the recorded time: marks count where nothing is missing."""

import pytest

from casework.actions.record_mark import RecordMark, record_mark
from casework.clock import ManualClock
from casework.model.call import LegState, MarkKind
from casework.model.interruption import InterruptionPolicy
from casework.policy.call_facts import RequiredMark
from casework.ports import GapCause, TrackSource
from casework.views.call_facts import facts_of_call
from scenes.call_scene import Stage
from scenes.hall_scene import build_hall
from scenes.played_recorder import A, D, PlayedRecorder


def test_a_mark_counts_only_in_recorded_time(recorder, stage, k, clock: ManualClock):
    reviewer = stage.hall.reviewers[0]

    def mark(kind: MarkKind) -> None:
        command = RecordMark(recorder.call_id, kind)
        k.writer.run_sync(record_mark, command, actor=reviewer)

    mark(MarkKind.NOTICE)  # before a part was open
    clock.advance(1_000)
    recorder.open_both()
    clock.advance(1_000)
    stage.identify(recorder.call_id, reviewer)
    at = k.clock.mono_ms()
    clock.advance(2_000)
    recorder.heads(a=1, b=1)
    # No verifier could tell that the clerk's camera was recorded while the log knows no segment.
    assert recorder.facts().marks_recorded == frozenset()
    recorder.heads(a=1, b=1, c=1)
    clock.advance(3_000)
    recorder.health()
    assert recorder.facts().marks_recorded == {RequiredMark.IDENTITY}
    mark(MarkKind.DECLARATION)
    # What is just being written counts while the recording is healthy, and only then.
    assert RequiredMark.DECLARATION in recorder.facts().marks_recorded
    clock.advance(10_000)
    assert recorder.facts().marks_recorded == {RequiredMark.IDENTITY}
    recorder.health()
    assert RequiredMark.DECLARATION in recorder.facts().marks_recorded
    recorder.gap(at - 1, at + 1)
    assert RequiredMark.IDENTITY not in recorder.facts().marks_recorded
    # A gap of the document camera, which nobody requires, costs nothing.
    recorder.gap(at, at + 9_000, TrackSource.DOCUMENT_CAMERA)
    assert recorder.facts().longest_gap_ms == 2


@pytest.mark.parametrize(("cause", "counts"), [(None, True), (GapCause.LEG_GONE, False)])
def test_a_mark_between_two_parts_counts_if_nothing_is_missing_there(
    recorder, stage, k, clock: ManualClock, cause, counts
):
    """A recorder begins another part where clocks are set right: the old one ends with its last
    frame, and the new one begins with the next.
    """
    recorder.open_both()
    clock.advance(3_000)
    recorder.heads(a=1, b=1, c=1)
    recorder.close(A, 1)
    clock.advance(30)
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    clock.advance(30)
    sources = (TrackSource.MICROPHONE, TrackSource.CITIZEN_CAMERA)
    recorder.open(D, recorder.window.leg_id, "counter", *sources, previous=A, cause=cause)
    clock.advance(2_000)
    recorder.heads(b=2, c=2, d=1)
    assert (RequiredMark.IDENTITY in recorder.facts().marks_recorded) is counts


def test_the_longest_gap_counts_from_the_last_check(recorder, stage, k, clock: ManualClock):
    start = k.clock.mono_ms()
    recorder.open_both()
    clock.advance(20_000)
    recorder.heads(a=1, b=1, c=1)
    recorder.gap(start + 1_000, start + 8_000)
    assert recorder.facts().longest_gap_ms == 7_000
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    assert recorder.facts().longest_gap_ms == 0
    clock.advance(3_000)
    recorder.gap(start + 20_001, start + 22_001)
    assert recorder.facts().longest_gap_ms == 2_000


def test_a_check_in_a_gap_mends_nothing(recorder, stage, k, clock: ManualClock):
    start = k.clock.mono_ms()
    recorder.open_both()
    clock.advance(20_000)
    recorder.heads(a=1, b=1, c=1)
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    clock.advance(3_000)
    recorder.gap(start + 15_000, start + 22_000)
    assert recorder.facts().longest_gap_ms == 7_000


def test_one_case_s_identity_is_not_another_s(recorder, stage, k):
    reviewer = stage.hall.reviewers[0]
    stage.identify(recorder.call_id, reviewer, stage.hall.case_id)

    def identified(case_id: str) -> bool:
        with k.store.reading() as conn:
            facts = facts_of_call(
                conn, recorder.call_id, mono_ms=k.clock.mono_ms(), case_id=case_id
            )
        assert facts is not None
        return facts.identity_on_camera_at_ms is not None

    assert identified(stage.hall.case_id)
    assert not identified("another")


def test_a_clock_that_is_set_back_brings_no_lost_evidence_again(k, clock: ManualClock):
    stage = Stage(k, build_hall(k.writer, InterruptionPolicy.RESTART))
    recorder = PlayedRecorder(stage)
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    clock.advance(60_000)
    clock.set_wall(clock.wall_ms() - 3_600_000)
    stage.report(recorder.window, LegState.GONE)
    stage.join(recorder.call_id, stage.hall.clerk)
    assert recorder.facts().identity_on_camera_at_ms is None
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    assert recorder.facts().identity_on_camera_at_ms is not None
