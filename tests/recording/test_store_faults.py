"""A disk that fails: health turns red, the log hears of it, the call goes on, nothing written is
lost, and what could not be kept has its line.
"""

import errno
import os
import subprocess
import threading
import time

import pytest

from casework.clock import SystemClock
from casework.ports import GapCause, TrackInfo, TrackKind, TrackSource
from casework.worker_link.messages import Gap, Health, PartClosed, RecordingFault, RoomClosed
from recording.checks import decode
from recording.parts import PartReader
from recording.worker import call_store
from recording.worker.journal import read_journal
from recording.worker.record_disk import RecordDisk
from recording.worker.recorder import CallRecorder
from scenes.recorder_scene import NanoClock

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))
CALL = "01JD00000000000000000000CA"


class SickDisk(RecordDisk):
    """Fails the named operations while `sick`; a failed write leaves half of its bytes."""

    def __init__(self, failing, error):
        self.failing = failing
        self.error = error
        self.sick = False
        self.refused = 0

    def _check(self, what):
        if self.sick and what in self.failing:
            self.refused += 1
            raise OSError(self.error, os.strerror(self.error))

    def write_at(self, descriptor, data, offset):
        if self.sick and "write" in self.failing:
            super().write_at(descriptor, data[: len(data) // 2], offset)
        self._check("write")
        super().write_at(descriptor, data, offset)

    def sync(self, descriptor):
        self._check("sync")
        super().sync(descriptor)

    def create(self, path, data, mode):
        self._check("create")
        return super().create(path, data, mode)

    def make_directory(self, path):
        self._check("create")
        super().make_directory(path)


@pytest.mark.parametrize(
    ("failing", "error"),
    [({"write"}, errno.ENOSPC), ({"sync"}, errno.EIO), ({"write", "sync", "create"}, errno.EROFS)],
)
def test_a_fault_of_ten_seconds_loses_nothing(
    make_scene, camera, microphone, synthetic, media, failing, error
):
    disk = SickDisk(failing, error)
    scene = make_scene(disk=disk)
    scene.core.expect("clerk", [TrackSource.CAMERA, TrackSource.MICROPHONE])
    video, audio = camera(), microphone()
    scene.open(1)
    scene.open(2)
    start = scene.clock.ns
    stream = list(synthetic.merged([(2, p) for p in video.sent], [(1, p) for p in audio.sent]))
    scene.play([item for item in stream if item[1].at_ns < start + 3 * S], until_ns=start + 3 * S)
    assert scene.health.ok
    disk.sick = True
    scene.play([item for item in stream if item[1].at_ns >= start + 3 * S], until_ns=start + 6 * S)
    scene.until(start + 12 * S)
    assert not scene.health.ok
    assert scene.health.cause == f"store_fault.{errno.errorcode[error]}"
    red = next(e for e in scene.of(Health)[4:] if not e.ok)
    assert red.cause == scene.health.cause
    disk.sick = False
    scene.until(start + 15 * S)
    scene.end()
    assert disk.refused > 5
    [fault] = scene.of(RecordingFault)
    assert (fault.cause, fault.detail) == (GapCause.STORE_FAULT, errno.errorcode[error])
    assert scene.gaps == []
    [closed] = scene.closed
    assert (closed.video_frames, closed.audio_frames) == (len(media.video), len(media.audio))
    reader = PartReader.open(scene.directory, closed.part)
    assert decode(b"".join(reader.plaintexts(KEY))).video_frames == len(media.video)
    assert read_journal(scene.directory) == [e for e in scene.events if not isinstance(e, Health)]


def test_what_memory_cannot_keep_is_a_line_of_the_ledger(
    make_scene, camera, microphone, synthetic, media, monkeypatch
):
    monkeypatch.setattr(call_store, "MAX_WAITING_BYTES", 130_000)
    disk = SickDisk({"sync"}, errno.EIO)
    scene = make_scene(disk=disk)
    video, audio = camera(), microphone()
    scene.open(1)
    scene.open(2)
    start = scene.clock.ns
    stream = list(synthetic.merged([(2, p) for p in video.sent], [(1, p) for p in audio.sent]))
    for track, packet in stream:
        disk.sick = 3 * S < packet.at_ns - start < 8 * S
        scene.play([(track, packet)])
    scene.until(start + 14 * S)
    scene.end()
    recorded = sum(c.video_frames for c in scene.closed)
    heard = sum(c.audio_frames for c in scene.closed)
    by_source = {gap.source: gap for gap in scene.gaps}
    assert len(scene.gaps) == 2
    assert all(gap.cause == GapCause.STORE_FAULT for gap in scene.gaps)
    assert by_source["camera"].frames == len(media.video) - recorded > 10
    assert by_source["microphone"].frames == len(media.audio) - heard > 30
    for closed in scene.closed:
        reader = PartReader.open(scene.directory, closed.part)
        assert decode(b"".join(reader.plaintexts(KEY))).errors == 0


def test_a_disk_that_stands_still_is_told_of_when_it_is_over(make_scene, camera):
    clock = recorder_clock()

    class Slow(RecordDisk):
        for_ns = 0

        def sync(self, descriptor):
            clock.ns += self.for_ns
            super().sync(descriptor)

    disk = Slow()
    scene = make_scene(disk=disk, clock=clock)
    scene.open(2)
    start = clock.ns
    stream = [(2, p) for p in camera().sent]
    scene.play([one for one in stream if one[1].at_ns < start + 3 * S])
    disk.for_ns = 4 * S
    scene.play([one for one in stream if start + 3 * S <= one[1].at_ns < start + 6 * S])
    disk.for_ns = 0
    scene.until(start + 9 * S)
    assert {fault.detail.partition(" for ")[0] for fault in scene.of(RecordingFault)} == {
        "disk stood still"
    }


def test_a_clock_that_is_set_is_told_of_and_moves_no_media(
    make_scene, camera, microphone, synthetic
):
    clock = recorder_clock()
    scene = make_scene(clock=clock)
    scene.core.expect("clerk", [TrackSource.CAMERA, TrackSource.MICROPHONE])
    scene.open(1)
    scene.open(2)
    start = scene.clock.ns
    video, audio = camera(), microphone()
    stream = list(synthetic.merged([(2, p) for p in video.sent], [(1, p) for p in audio.sent]))
    scene.play([one for one in stream if one[1].at_ns < start + 4 * S], until_ns=start + 4 * S)
    assert scene.health.ok
    clock.set_by_ms = -5 * 3_600_000
    scene.until(start + 4 * S + 200 * MS)
    assert scene.health.cause == "clock_step"
    rest = [one for one in stream if one[1].at_ns >= start + 4 * S]
    scene.play(rest, until_ns=start + 11 * S)
    assert scene.health.ok
    scene.end()
    [fault] = scene.of(RecordingFault)
    assert (fault.cause, fault.detail) == (GapCause.CLOCK_STEP, "wall clock set by -18000000 ms")
    assert scene.gaps == []
    [closed] = scene.closed
    assert closed.video_frames == 180


def test_a_disk_that_is_sick_from_the_start_is_tried_until_it_is_well(
    make_scene, camera, synthetic, media
):
    disk = SickDisk({"create"}, errno.EACCES)
    disk.sick = True
    scene = make_scene(disk=disk)
    scene.core.expect("clerk", [TrackSource.CAMERA])
    scene.open(2)
    start = scene.clock.ns
    sent = [(2, p) for p in camera().sent]
    scene.play([i for i in sent if i[1].at_ns < start + 4 * S], until_ns=start + 4 * S)
    assert scene.health.cause == "store_fault.EACCES"
    disk.sick = False
    scene.play([i for i in sent if i[1].at_ns >= start + 4 * S], until_ns=start + 13 * S)
    scene.end()
    assert sum(c.video_frames for c in scene.closed) == len(media.video)
    assert scene.gaps == []


class Feed(threading.Thread):
    """Plays packets into a tap in real time until told to stop, over and over."""

    def __init__(self, recorder, streams):
        super().__init__(daemon=True)
        self.recorder = recorder
        self.streams = streams
        self.stopped = threading.Event()

    def run(self):
        for track, packet in self.streams:
            wait = packet.at_ns - time.monotonic_ns()
            if wait > 0 and self.stopped.wait(wait / 1e9):
                return
            self.recorder.tap.rtp(track, packet.seq, packet.data, 12, time.monotonic_ns())


def recorder_clock():
    """A clock of scenes whose wall time can be set alone."""

    class SetClock(NanoClock):
        set_by_ms = 0

        def wall_ms(self):
            return super().wall_ms() + self.set_by_ms

    return SetClock()


def wait_for(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.faults
def test_a_full_tmpfs_turns_health_red_and_keeps_what_came_before(
    tmp_path, camera, microphone, synthetic
):
    mount = tmp_path / "small"
    mount.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount], capture_output=True, check=False
    )
    if mounted.returncode:
        cannot = pytest.fail if os.environ.get("CI") else pytest.skip
        cannot("needs the right to mount a tmpfs")
    try:
        _fill_and_free(mount, camera, microphone, synthetic)
    finally:
        subprocess.run(["umount", "-l", mount], check=True)


def fill(path):
    with path.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def _fill_and_free(mount, camera, microphone, synthetic):
    events = []

    class Keyframes:
        def request_keyframe(self, track):
            pass

    recorder = CallRecorder(
        CALL,
        KEY,
        mount / CALL,
        {"clerk": [TrackSource.CAMERA, TrackSource.MICROPHONE]},
        Keyframes(),
        SystemClock(),
        events.append,
    )
    recorder.start()
    now = time.monotonic_ns()
    for info in (
        TrackInfo(
            1, "clerk", "counter", TrackSource.MICROPHONE, TrackKind.AUDIO, "opus", 48_000, 1001
        ),
        TrackInfo(2, "clerk", "counter", TrackSource.CAMERA, TrackKind.VIDEO, "vp8", 90_000, 1002),
    ):
        recorder.tap.track_opened(info, now)
    stream = list(
        synthetic.merged([(2, p) for p in camera(now).sent], [(1, p) for p in microphone(now).sent])
    )
    feed = Feed(recorder, stream)
    feed.start()

    def health():
        return next((e for e in reversed(events) if isinstance(e, Health)), None)

    wait_for(lambda: health() is not None and health().ok)
    filler = mount / "filler"
    with pytest.raises(OSError, match="No space"):
        fill(filler)
    full_at = time.monotonic()
    wait_for(lambda: health().cause == "store_fault.ENOSPC")
    red_after = time.monotonic() - full_at
    # The journal's reserve lets a full disk say that it is full.
    wait_for(lambda: any(isinstance(e, RecordingFault) for e in read_journal(mount / CALL)))
    filler.unlink()
    wait_for(lambda: health().ok)
    feed.stopped.set()
    feed.join()
    recorder.close("ended")
    assert recorder.join(20)
    assert red_after < 3.5
    assert isinstance(events[-1], RoomClosed)
    assert not [e for e in events if isinstance(e, Gap)]
    closed = [e for e in events if isinstance(e, PartClosed)]
    for part in closed:
        facts = decode(b"".join(PartReader.open(mount / CALL, part.part).plaintexts(KEY)))
        assert (facts.video_packets, facts.audio_packets) == (part.video_frames, part.audio_frames)
        assert facts.errors == 0
