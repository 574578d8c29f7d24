"""Limits of a leg: written, told, and in the way of an approval while the citizen is not seen."""

import json

import pytest

from casework.actions.end_call import EndCall, end_call
from casework.actions.limit_leg import LimitLeg, limit_leg
from casework.actor import SYSTEM
from casework.errors import NotAllowed
from casework.model.line import Rung
from casework.ports import TrackSource
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.views.lines import lines_of
from casework.views.snapshots import snapshot
from scenes.call_scene import Stage
from scenes.hall_scene import build_hall

MIC, CAMERA = TrackSource.MICROPHONE, TrackSource.CAMERA


@pytest.fixture
def stage(k):
    return Stage(k, build_hall(k.writer))


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
