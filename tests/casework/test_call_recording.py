"""Facts of the recorder on the call's chain, and what a decision may ask of them."""

import json

import pytest
from sqlalchemy import func, select

from casework.actions.log_recording import LogRecording, log_recording
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.record_mark import RecordMark, record_mark
from casework.actor import SYSTEM
from casework.clock import ManualClock
from casework.errors import NotAllowed, NotFound
from casework.model.call import LegState, MarkKind
from casework.model.interruption import InterruptionPolicy
from casework.policy.call_facts import CallFacts, RequiredMark
from casework.ports import ContentFinding, GapCause, TrackSource
from casework.store import schema_call as s
from casework.store.reading import entries_of
from casework.views.call_facts import facts_of_call
from casework.views.snapshots import call_snapshot
from casework.worker_link.messages import (
    MAX_PARTS,
    ContentNoted,
    DurableEvent,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)
from scenes.call_scene import Stage
from scenes.hall_scene import build_hall
from scenes.kernel import Kernel

A, B, C, D = "aa" * 16, "bb" * 16, "cc" * 16, "dd" * 16
HASH = "0" * 64


@pytest.fixture
def stage(k: Kernel) -> Stage:
    return Stage(k, build_hall(k.writer))


class Recorder:
    """Sends the facts a worker would, numbered."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.k = stage.kernel
        self.call_id, self.window, self.hall = stage.active()
        self.n = 0

    def send(self, fact: DurableEvent) -> int:
        return self.k.writer.run_sync(log_recording, LogRecording(fact), actor=SYSTEM).n

    def times(self) -> dict[str, object]:
        self.n += 1
        clock = self.k.clock
        return {
            "call": self.call_id,
            "n": self.n,
            "t_ms": clock.wall_ms(),
            "mono_ms": clock.mono_ms(),
        }

    def open(self, part: str, leg: str, site: str, *sources: TrackSource, **more: object) -> None:
        self.send(
            PartOpened(
                **self.times(),
                part=part,
                leg=leg,
                site=site,
                sources=list(sources),
                commitment=HASH,
                header_sha256=HASH,
                **more,
            )
        )

    def open_both(self) -> None:
        mic = TrackSource.MICROPHONE
        self.open(A, self.window.leg_id, "counter", mic, TrackSource.CITIZEN_CAMERA)
        self.open(B, self.hall.leg_id, "hall", mic, TrackSource.CAMERA)
        self.open(C, self.window.leg_id, "counter", TrackSource.CAMERA)

    def heads(self, **segments: int) -> None:
        parts = {"a": A, "b": B, "c": C, "d": D}
        heads = [
            Head(part=parts[name], segments=count, record_sha256=f"{count:064x}")
            for name, count in segments.items()
        ]
        self.send(Heads(**self.times(), heads=heads))

    def gap(self, from_ms: int, to_ms: int, source: TrackSource = TrackSource.MICROPHONE) -> None:
        times = self.times()
        del times["mono_ms"]
        self.send(
            Gap(
                **times,
                leg=self.window.leg_id,
                source=source,
                cause=GapCause.LOSS,
                from_mono_ms=from_ms,
                to_mono_ms=to_ms,
                frames=3,
            )
        )

    def close(self, part: str, segments: int) -> None:
        self.send(
            PartClosed(
                **self.times(),
                part=part,
                segments=segments,
                bytes=1000,
                record_sha256=f"{segments:064x}",
                audio_frames=50,
                video_frames=30,
                missing_frames=1,
            )
        )

    def end(self) -> None:
        self.send(RoomClosed(**self.times(), reason="closed", parts=3))

    def health(self, *, ok: bool = True, durable_ago_ms: int = 1_000) -> None:
        now = self.k.clock.mono_ms()
        command = NoteHealth(self.call_id, ok, None if ok else "disk", now, now - durable_ago_ms)
        self.k.writer.run_sync(note_health, command, actor=SYSTEM)

    def facts(self) -> CallFacts:
        with self.k.store.reading() as conn:
            facts = facts_of_call(conn, self.call_id, mono_ms=self.k.clock.mono_ms())
        assert facts is not None
        return facts

    def data(self, type_: str) -> list[dict[str, object]]:
        with self.k.store.reading() as conn:
            entries = entries_of(conn, f"call:{self.call_id}")
        return [json.loads(entry.body)["facts"] for entry in entries if entry.type == type_]


@pytest.fixture
def recorder(stage: Stage) -> Recorder:
    return Recorder(stage)


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
    recorder = Recorder(stage)
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    clock.advance(60_000)
    clock.set_wall(clock.wall_ms() - 3_600_000)
    stage.report(recorder.window, LegState.GONE)
    stage.join(recorder.call_id, stage.hall.clerk)
    assert recorder.facts().identity_on_camera_at_ms is None
    stage.identify(recorder.call_id, stage.hall.reviewers[0])
    assert recorder.facts().identity_on_camera_at_ms is not None


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
