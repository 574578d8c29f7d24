"""Facts of the recorder on the call's chain, and what the pages are shown of them."""

import pytest
from sqlalchemy import func, select

from casework.actions.log_recording import LogRecording, log_recording
from casework.clock import ManualClock
from casework.errors import NotAllowed, NotFound
from casework.model.call import LegState
from casework.ports import ContentFinding, GapCause, TrackSource
from casework.store import schema_call as s
from casework.views.snapshots import call_snapshot
from casework.worker_link.messages import (
    MAX_PARTS,
    ContentNoted,
    Head,
    Heads,
    PartClosed,
    RecordingFault,
)
from scenes.played_recorder import HASH, A, B, C


def test_expected_tracks_grow_as_legs_join(recorder):
    assert recorder.data("rec.start") == [{"format": "yunchuang/rec/v1", "tracks": []}]
    tracks = [track for one in recorder.data("rec.expect") for track in one["tracks"]]
    assert {"site": "hall", "source": "camera"} in tracks
    assert {"site": "counter", "source": "microphone"} in tracks
    assert {"site": "counter", "source": "citizen_camera"} in tracks
    assert len(tracks) == 5


def test_facts_become_entries_in_order_and_once(recorder):
    recorder.open_both()
    recorder.heads(a=2, b=1)
    recorder.n -= 1
    recorder.heads(a=9, b=9)  # a repetition after a lost acknowledgement: known already
    recorder.gap(10, 20)
    assert [one["part"] for one in recorder.data("rec.part")] == [A, B, C]
    assert recorder.data("rec.head") == [
        {
            "heads": [
                {"part": A, "segments": 2, "record_sha256": f"{2:064x}"},
                {"part": B, "segments": 1, "record_sha256": f"{1:064x}"},
            ]
        }
    ]
    (gap,) = recorder.data("rec.gap")
    assert (gap["site"], gap["cause"], gap["frames"]) == ("counter", "loss", 3)
    assert recorder.facts().stream_heads[A] == f"{2:064x}"


def test_the_end_names_every_part_and_late_segments_are_said(recorder):
    recorder.open_both()
    recorder.close(A, 5)
    recorder.heads(b=3)
    recorder.end()
    (end,) = recorder.data("rec.end")
    assert [(part["part"], part["segments"]) for part in end["parts"]] == [
        (A, 5),
        (B, 3),
        (C, 0),
    ]
    recorder.close(B, 4)
    recorder.close(B, 4)
    assert [one["segments"] for one in recorder.data("rec.late")] == [4]
    recorder.end()
    assert len(recorder.data("rec.end")) == 1


def test_heads_change_nothing_that_pages_are_shown(recorder, k):
    """So no snapshots are made for them; whatever a page follows must not depend on them."""

    def shown():
        with k.store.reading() as conn:
            return call_snapshot(conn, recorder.call_id)

    recorder.open_both()
    before = shown()
    recorder.heads(a=1, b=1, c=1)
    assert shown() == before
    recorder.end()
    before = shown()
    recorder.heads(b=2)
    assert (shown(), len(recorder.data("rec.late"))) == (before, 1)


def test_facts_of_unknown_calls_and_by_others_are_refused(recorder, k, stage):
    fault = RecordingFault(
        call="01JUNKNOWN", n=1, t_ms=0, mono_ms=0, cause=GapCause.STORE_FAULT, detail="disk"
    )
    with pytest.raises(NotFound):
        recorder.send(fault)
    with pytest.raises(NotAllowed):
        k.writer.run_sync(log_recording, LogRecording(fault), actor=stage.hall.clerk)


def test_health_ages(recorder, clock: ManualClock):
    assert not recorder.facts().healthy_now
    recorder.health()
    assert recorder.facts().healthy_now
    clock.advance(3_001)
    assert not recorder.facts().healthy_now
    recorder.health(durable_ago_ms=6_001)
    assert not recorder.facts().healthy_now
    recorder.health(ok=False)
    assert not recorder.facts().healthy_now
    recorder.health()
    recorder.send(
        RecordingFault(**recorder.times(), cause=GapCause.STORE_FAULT, detail="no space left")
    )
    assert not recorder.facts().healthy_now
    assert recorder.data("rec.fault") == [{"cause": "store_fault", "detail": "no space left"}]


def test_what_is_odd_about_a_picture_stands_on_the_timeline_and_refuses_nothing(recorder, k):
    recorder.health()
    camera = {"leg": recorder.window.leg_id, "source": TrackSource.CAMERA}
    recorder.send(ContentNoted(**recorder.times(), **camera, finding=ContentFinding.FROZEN))
    recorder.send(ContentNoted(**recorder.times(), **camera, finding=None))
    assert recorder.facts().healthy_now
    told = recorder.data("rec.content")
    assert [(one["site"], one["source"], one["finding"]) for one in told] == [
        ("counter", "camera", "frozen"),
        ("counter", "camera", None),
    ]
    with k.store.reading() as conn:
        marks = call_snapshot(conn, recorder.call_id)["marks"].values()
    assert [(one["kind"], one["ref"]) for one in marks][-1] == ("content", "camera.frozen")


def test_an_interrupted_call_is_never_healthy(recorder, stage):
    recorder.health()
    stage.report(recorder.window, LegState.GONE)
    assert not recorder.facts().healthy_now


def test_the_log_takes_as_many_parts_as_a_recorder_may_open(recorder, k):
    """Each of these facts is one entry, and an entry has a limit."""
    parts = [f"{n:032x}" for n in range(MAX_PARTS)]
    many = 2**40
    for part in parts:
        recorder.open(part, recorder.window.leg_id, "counter", TrackSource.MICROPHONE)
    recorder.send(
        Heads(
            **recorder.times(),
            heads=[Head(part=part, segments=many, record_sha256=HASH) for part in parts],
        )
    )
    with k.store.reading() as conn:
        assert conn.scalar(select(func.count()).select_from(s.part)) == MAX_PARTS
    for part in parts:
        recorder.send(
            PartClosed(
                **recorder.times(),
                part=part,
                segments=many + 1,
                bytes=many,
                record_sha256=HASH,
                audio_frames=many,
                video_frames=many,
                missing_frames=many,
            )
        )
    recorder.end()
    (end,) = recorder.data("rec.end")
    assert len(end["parts"]) == MAX_PARTS
