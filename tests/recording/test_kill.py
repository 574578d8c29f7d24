"""kill -9 at random moments: what is left plays and verifies, and little is lost."""

import os
import pickle
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from casework.clock import SystemClock
from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import Gap, PartClosed, PartOpened, RoomClosed
from recording.checks import decode
from recording.parts import PartReader, list_parts
from recording.reconcile import StillRecordedError, reconcile, unfinished

CALL = "01JD00000000000000000000CA"
KEY = bytes(range(32))
LEGS = ("clerk", "citizen", "reviewer")
SOURCES = [(leg, s) for leg in LEGS for s in (TrackSource.CAMERA, TrackSource.MICROPHONE)]
HERE = Path(__file__).parent
ROOTS = (HERE.parents[1], HERE.parent / "support")


def run_and_kill(directory, media, seconds):
    """Returns the monotonic time (ms) of the kill and the numbers of events that were offered."""
    process = subprocess.Popen(
        [sys.executable, HERE / "kill_target.py", directory, media],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, ROOTS))},
    )
    lines = []
    started = threading.Event()

    def read():
        for line in process.stdout:
            lines.append(line.split())
            if line.startswith("recording"):
                started.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        assert started.wait(30)
        time.sleep(seconds)
    finally:
        killed_ms = time.monotonic_ns() // 1_000_000
        process.send_signal(signal.SIGKILL)
        process.wait()
    reader.join(5)
    process.stdout.close()
    return killed_ms, [int(line[1]) for line in lines if len(line) == 2]


@pytest.mark.faults
def test_five_kills_at_random_moments(tmp_path, media, record_property):
    rng = random.Random()
    moments = [rng.uniform(2.2, 9.5) for _ in range(5)]
    pickled = tmp_path / "media"
    pickled.write_bytes(pickle.dumps((media.video, media.audio)))
    results: dict[int, tuple[int, list[int]]] = {}

    def one(number, seconds):
        results[number] = run_and_kill(tmp_path / f"run{number}" / CALL, pickled, seconds)

    threads = [threading.Thread(target=one, args=item) for item in enumerate(moments)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(results) == [0, 1, 2, 3, 4], moments

    losses = []
    for number, (killed_ms, offered) in results.items():
        root = tmp_path / f"run{number}"
        losses += examine(root, killed_ms, offered)
    record_property("lost_ms", losses)
    assert max(losses) <= 3_000, (moments, losses)


def examine(root, killed_ms, offered):
    directory = root / CALL
    assert list(unfinished(root)) == [CALL]
    clock = SystemClock()
    events = reconcile(directory, CALL, logged=0, expected=SOURCES, clock=clock)
    assert reconcile(directory, CALL, logged=0, expected=SOURCES, clock=clock) == events
    assert list(unfinished(root)) == []
    # Nothing that was offered to the desk is gone.
    assert offered == list(range(1, len(offered) + 1))
    assert [event.n for event in events] == list(range(1, len(events) + 1))
    assert len(events) > len(offered)
    assert isinstance(events[-1], RoomClosed)
    opened = {e.part: e for e in events if isinstance(e, PartOpened)}
    closed = {e.part: e for e in events if isinstance(e, PartClosed)}
    assert sorted(opened) == sorted(closed) == list_parts(directory)
    assert {e.leg for e in opened.values()} == set(LEGS)
    reached = dict.fromkeys(LEGS, 0)
    for part, end in closed.items():
        reader = PartReader.open(directory, part)
        if not reader.records:  # killed within the first segment of a new part
            assert end.segments == end.video_frames == end.audio_frames == 0
            continue
        facts = decode(b"".join(reader.plaintexts(KEY)))
        assert facts.errors == 0
        assert facts.monotonic
        assert (facts.video_packets, facts.audio_packets) == (end.video_frames, end.audio_frames)
        assert facts.video_frames == end.video_frames > 0
        assert reader.found.head == end.record_sha256
        leg = opened[part].leg
        reached[leg] = max(reached[leg], reader.records[-1].last_mono_ms)
    gaps = [e for e in events if isinstance(e, Gap) and e.cause == GapCause.WORKER_RESTART]
    assert sorted((g.leg, g.source) for g in gaps) == sorted(SOURCES)
    assert all(gap.to_mono_ms >= killed_ms for gap in gaps)
    return [killed_ms - last for last in reached.values()]


def test_a_takeover_goes_on_in_new_parts_and_writes_the_gap(
    make_scene, camera, microphone, synthetic, media
):
    first = make_scene()
    start = first.clock.ns
    stream = list(
        synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    )
    first.open(1)
    first.open(2)
    first.play([item for item in stream if item[1].at_ns < start + 5_000_000_000])
    with pytest.raises(StillRecordedError):
        reconcile(first.directory, CALL, logged=0, expected=(), clock=first.clock)
    first.store.abandon()  # the kernel would do as much

    first.clock.ns += 4_000_000_000
    second = make_scene(clock=first.clock)
    known = second.store.last_n
    assert known == len([event for event in first.events if hasattr(event, "n")]) + 1
    again = second.clock.ns
    second.open(11)
    second.open(12)
    rejoined = synthetic.merged(
        [(12, p) for p in camera(again, ssrc=1012).sent],
        [(11, p) for p in microphone(again, ssrc=1011).sent],
    )
    second.play(rejoined, until_ns=again + 14_000_000_000)
    second.end()
    numbers = [event.n for event in second.events if hasattr(event, "n")]
    assert numbers == list(range(known, len(numbers) + known))
    assert second.opened[0].previous == first.opened[0].part
    assert second.opened[0].cause == "worker_restart"
    assert [part.part for part in second.closed] == [first.opened[0].part, second.opened[0].part]
    assert {gap.source for gap in second.gaps} == {"camera", "microphone"}
    for gap in second.gaps:
        assert gap.cause == "worker_restart"
        assert 1_002_000 <= gap.from_mono_ms <= 1_005_000
        assert gap.to_mono_ms == pytest.approx(again // 1_000_000 + 5, abs=3)
    assert second.closed[0].video_frames + second.closed[1].video_frames >= 30 + len(media.video)


SECOND = 1_000_000_000
CAUSES = [GapCause.LEG_GONE, GapCause.BAD_LINE, GapCause.PAUSE]


@pytest.fixture
def away(make_scene, camera, microphone, synthetic):
    """Camera and microphone, until after 6 s the sources named go; then 6 s more."""

    def play(cause, *gone):
        scene = make_scene()
        start = scene.clock.ns
        scene.core.expect("clerk", [TrackSource.CAMERA, TrackSource.MICROPHONE])
        scene.open(2)
        scene.open(1)
        stream = synthetic.merged(
            [(2, p) for p in camera().sent], [(1, p) for p in microphone().sent]
        )
        six = start + 6 * SECOND
        stream = list(stream)
        scene.play([one for one in stream if one[1].at_ns < six], until_ns=six)
        for track in gone:
            scene.close_track(track, cause)
        still = [one for one in stream if one[1].at_ns >= six and one[0] not in gone]
        scene.play(
            [one for one in still if one[1].at_ns < start + 12 * SECOND],
            until_ns=start + 12 * SECOND,
        )
        return scene

    return play


def lines_of(events, source):
    start_ms = 1_000_000
    return [
        (gap.cause, round((gap.from_mono_ms - start_ms) / 100), gap.to_mono_ms - start_ms)
        for gap in events
        if isinstance(gap, Gap) and gap.source is source
    ]


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("deaths", [0, 1, 2])
def test_a_kill_while_a_camera_is_away_loses_nothing_of_its_line(
    away, make_scene, camera, cause, deaths
):
    scene = away(cause, 2)
    events = list(scene.events)
    start = scene.clock.ns - 12 * SECOND
    for death in range(deaths):
        scene.store.abandon()
        scene = make_scene(clock=scene.clock)
        scene.until(start + (20 + 10 * death) * SECOND)
        events += scene.events
    back = start + 60 * SECOND
    scene.until(back)
    scene.open(4, ssrc=2003)
    before = len(scene.events) if deaths == 0 else 0
    pictures = camera(back, ssrc=2003).sent
    scene.play([(4, p) for p in pictures], until_ns=back + 12 * SECOND)
    scene.end()
    [line] = lines_of(scene.events[before:], TrackSource.CAMERA)
    assert line == (cause, 60, pytest.approx(60_005, abs=40))


def test_a_kill_while_only_the_microphone_is_away_tells_since_when(away, make_scene):
    scene = away(GapCause.PAUSE, 1)
    scene.store.abandon()
    scene = make_scene(clock=scene.clock)
    scene.end()
    assert [line[:2] for line in lines_of(scene.events, TrackSource.MICROPHONE)] == [("pause", 60)]
    [camera] = lines_of(scene.events, TrackSource.CAMERA)
    assert camera[0] == GapCause.WORKER_RESTART
    assert camera[1] > 80


@pytest.mark.parametrize("cause", CAUSES)
def test_reconciliation_writes_the_line_of_what_was_away_at_the_kill(away, cause):
    scene = away(cause, 2, 1)
    scene.store.abandon()
    scene.clock.ns += 3 * SECOND
    events = reconcile(scene.directory, CALL, logged=0, expected=(), clock=scene.clock)
    for source in (TrackSource.CAMERA, TrackSource.MICROPHONE):
        assert lines_of(events, source) == [(cause, 60, 15_000)]


def test_what_came_back_before_the_kill_is_not_missing_since_it_went(away, make_scene, camera):
    scene = away(GapCause.PAUSE, 2)
    back = scene.clock.ns
    scene.open(4, ssrc=2003)
    pictures = [p for p in camera(back, ssrc=2003).sent if p.at_ns < back + 6 * SECOND]
    scene.play([(4, p) for p in pictures], until_ns=back + 6 * SECOND)
    assert len(lines_of(scene.events, TrackSource.CAMERA)) == 1
    scene.store.abandon()
    scene = make_scene(clock=scene.clock)
    scene.end()
    [line] = lines_of(scene.events, TrackSource.CAMERA)
    assert line[0] == GapCause.WORKER_RESTART
    assert line[1] > 140


def test_a_torn_tail_is_left_unread(make_scene, camera, synthetic):
    scene = make_scene()
    scene.open(2)
    start = scene.clock.ns
    scene.play([(2, p) for p in camera().sent if p.at_ns < start + 7_000_000_000])
    scene.store.abandon()
    part = scene.opened[0].part
    whole = PartReader.open(scene.directory, part)
    assert len(whole.records) >= 2
    with (scene.directory / f"{part}.bin").open("ab") as file:
        file.write(b"torn segment")
    with (scene.directory / f"{part}.tsv").open("ab") as file:
        file.write(scene.opened[0].part.encode() + b"\t3\t")
    with (scene.directory / "journal.jsonl").open("ab") as file:
        file.write(b'{"type":"heads","ca')
    (scene.directory / ("ee" * 16 + ".bin")).write_bytes(whole.found.header.to_bytes())
    events = reconcile(scene.directory, CALL, logged=1, expected=(), clock=scene.clock)
    assert [event.type for event in events] == ["heads", "part_closed", "gap", "room_closed"]
    assert events[1].segments == len(whole.records)
    assert events[1].bytes == whole.found.bytes
    assert list_parts(scene.directory) == [part]
    assert len(PartReader.open(scene.directory, part).records) == len(whole.records)


def test_a_call_that_never_reached_the_disk_is_closed_too(tmp_path):
    clock = SystemClock()
    events = reconcile(tmp_path / CALL, CALL, logged=0, expected=SOURCES[:1], clock=clock)
    assert [event.type for event in events] == ["gap", "room_closed"]
    assert events[1].parts == 0
