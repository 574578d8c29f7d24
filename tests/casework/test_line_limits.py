"""Limits of a leg: written, told, and in the way of an approval while the citizen is not seen."""

import json

import pytest

from casework.actions.arm_recording import ArmRecording, arm_recording
from casework.actions.end_call import EndCall, end_call
from casework.actions.leave_leg import LeaveLeg, leave_leg
from casework.actions.limit_leg import LimitLeg, limit_leg
from casework.actions.sound_only import SoundOnly, sound_only
from casework.actor import SYSTEM
from casework.errors import NotAllowed
from casework.model.call import CallKind, CallState, LegState
from casework.model.line import Rung
from casework.policy.call_refusals import NotInThisCall
from casework.ports import TrackSource
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.views.lines import is_sound_only, lines_of
from casework.views.snapshots import snapshot

MIC, CAMERA = TrackSource.MICROPHONE, TrackSource.CAMERA


def limit(stage, leg, up=Rung.FULL, down=Rung.FULL):
    stage.kernel.writer.run_sync(limit_leg, LimitLeg(leg.leg_id, up, down), actor=SYSTEM)


def in_view(stage, call_id):
    with stage.kernel.store.reading() as conn:
        facts = facts_of_call(conn, call_id, mono_ms=stage.kernel.clock.mono_ms())
    assert facts is not None
    return facts.citizen_in_view


def test_each_change_is_one_entry_and_stands_in_the_snapshot(stage):
    call_id, window, _hall = stage.active()
    for _ in range(2):
        limit(stage, window, up=Rung.AUDIO_FIRST)
    limit(stage, window, up=Rung.LOWER_VIDEO, down=Rung.LOWER_VIDEO)
    with stage.kernel.store.reading() as conn:
        leg = snapshot(conn, f"call:{call_id}")["legs"][window.leg_id]
        said = [
            json.loads(one.body)["facts"]
            for one in entries_of(conn, f"call:{call_id}")
            if one.type == "desk.line.limited"
        ]
    assert (leg["up"], leg["down"]) == ("lower_video", "lower_video")
    assert said == [
        {"leg": window.leg_id, "up": "audio_first", "down": "full"},
        {"leg": window.leg_id, "up": "lower_video", "down": "lower_video"},
    ]


@pytest.mark.parametrize("rung", Rung)
def test_the_citizen_is_in_view_while_her_picture_moves_all_the_way(stage, rung):
    call_id, window, hall = stage.active()
    assert in_view(stage, call_id)
    limit(stage, window, up=rung)
    assert in_view(stage, call_id) is rung.moves
    limit(stage, window)
    limit(stage, hall, down=rung)
    assert in_view(stage, call_id) is rung.moves


def test_what_the_counter_sees_is_no_matter_of_evidence(stage):
    call_id, window, hall = stage.active()
    limit(stage, window, down=Rung.AUDIO_FIRST)
    limit(stage, hall, up=Rung.AUDIO_FIRST)
    assert in_view(stage, call_id)


def test_without_a_camera_of_her_own_any_camera_of_the_counter_counts(stage):
    call_id, window, _hall = stage.active(None, MIC, CAMERA)
    limit(stage, window, up=Rung.STILLS)
    assert not in_view(stage, call_id)


def test_a_counter_without_pictures_is_judged_by_its_marks(stage):
    call_id, window, _hall = stage.active(None, MIC)
    limit(stage, window, up=Rung.AUDIO_FIRST)
    assert in_view(stage, call_id)


@pytest.mark.parametrize("away", [LegState.GONE, LegState.CLOSED])
def test_a_tablet_that_is_away_shows_nobody(stage, clock, away):
    hall = stage.hall
    stage.on_duty(hall.reviewers[0])
    call_id = stage.request(kind=CallKind.CONSULT, clerk=hall.tablet_clerk)
    stage.accept(call_id, hall.reviewers[0])
    stage.kernel.writer.run_sync(arm_recording, ArmRecording(call_id), actor=SYSTEM)
    stage.answer(call_id)
    stage.join(call_id, hall.tablet_clerk, MIC, CAMERA)
    tablet = stage.join(call_id, hall.tablet_screen, TrackSource.CITIZEN_CAMERA)
    stage.join(call_id, hall.reviewers[0])
    assert in_view(stage, call_id)
    if away is LegState.CLOSED:
        stage.kernel.writer.run_sync(leave_leg, LeaveLeg(tablet.leg_id), actor=hall.tablet_screen)
    else:
        stage.report(tablet, away)
    clock.advance(600_000)
    assert stage.call(call_id).state is CallState.ACTIVE
    assert not in_view(stage, call_id)
    stage.join(call_id, hall.tablet_screen, TrackSource.CITIZEN_CAMERA)
    assert in_view(stage, call_id)


def test_limits_end_with_the_call_and_only_the_desk_sets_them(stage):
    call_id, window, _hall = stage.active()
    with pytest.raises(NotAllowed):
        stage.kernel.writer.run_sync(
            limit_leg, LimitLeg(window.leg_id, Rung.STILLS, Rung.FULL), actor=stage.hall.clerk
        )
    stage.kernel.writer.run_sync(end_call, EndCall(call_id), actor=stage.hall.reviewers[0])
    limit(stage, window, up=Rung.STILLS)
    with stage.kernel.store.reading() as conn:
        assert lines_of(conn, call_id) == {}


def choose(stage, call_id, *, on, actor=None):
    command = SoundOnly(call_id, on)
    stage.kernel.writer.run_sync(sound_only, command, actor=actor or stage.hall.clerk)


def test_sound_alone_pauses_every_picture_until_it_is_taken_back(stage):
    call_id, window, hall = stage.active()
    limit(stage, window, up=Rung.LOWER_VIDEO)
    for _ in range(2):
        choose(stage, call_id, on=True)
    with stage.kernel.store.reading() as conn:
        state = snapshot(conn, f"call:{call_id}")
        lines = lines_of(conn, call_id)
    assert state["sound_only"] is True
    assert {leg["up"] for leg in state["legs"].values()} == {"audio_first"}
    assert lines[window.leg_id].line_up is Rung.LOWER_VIDEO
    assert not in_view(stage, call_id)
    choose(stage, call_id, on=False, actor=stage.hall.reviewers[0])
    with stage.kernel.store.reading() as conn:
        state = snapshot(conn, f"call:{call_id}")
        said = [e for e in entries_of(conn, f"call:{call_id}") if e.type == "desk.call.sound_only"]
    assert "sound_only" not in state
    assert state["legs"][window.leg_id]["up"] == "lower_video"
    assert state["legs"][hall.leg_id]["up"] == "full"
    assert [json.loads(one.body)["facts"]["on"] for one in said] == [True, False]
    assert in_view(stage, call_id)


def test_a_line_that_carries_no_speech_is_still_told_so(stage):
    call_id, window, _hall = stage.active()
    choose(stage, call_id, on=True)
    limit(stage, window, up=Rung.TELEPHONE)
    with stage.kernel.store.reading() as conn:
        assert lines_of(conn, call_id)[window.leg_id].up is Rung.TELEPHONE


def test_only_the_parties_staff_choose_and_the_choice_ends_with_the_call(stage):
    call_id, _window, _hall = stage.active()
    with pytest.raises(NotAllowed):
        choose(stage, call_id, on=True, actor=stage.hall.screen)
    with pytest.raises(NotInThisCall):
        choose(stage, call_id, on=True, actor=stage.hall.reviewers[1])
    choose(stage, call_id, on=True)
    stage.kernel.writer.run_sync(end_call, EndCall(call_id), actor=stage.hall.reviewers[0])
    with stage.kernel.store.reading() as conn:
        assert not is_sound_only(conn, call_id)
