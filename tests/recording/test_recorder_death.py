"""What ends a recorder ends neither the call nor its recording: it begins anew in new parts."""

import itertools
import threading
import time

import pytest

from casework.clock import SystemClock
from casework.ports import GapCause, TrackInfo, TrackKind, TrackSource
from casework.worker_link.messages import Gap, Health, PartClosed, RecordingFault, RoomClosed
from recording.checks import decode
from recording.parts import PartReader
from recording.worker import recorder as recorder_module
from recording.worker.journal import read_journal
from recording.worker.recorder import CallRecorder

pytestmark = pytest.mark.faults

CALL = "01JD00000000000000000000CA"
KEY = bytes(range(32))
RESTS_S = (0.1, 0.2, 0.4, 0.8)


class Deadly:
    """Something that nobody foresaw, raised where the recorder's thread is not guarded."""

    def __init__(self, recorder):
        self.armed = threading.Event()
        self.deaths = 0
        self.every_time = False
        self._take = recorder._queue.take
        recorder._queue.take = self

    def __call__(self):
        if self.armed.is_set():
            if not self.every_time:
                self.armed.clear()
            self.deaths += 1
            raise SystemError("nobody foresaw this")
        return self._take()


class Call:
    """A recorder with its thread, and somebody who is seen and heard in real time."""

    def __init__(self, directory, camera, microphone, synthetic):
        self.events = []
        self.recorder = CallRecorder(
            CALL,
            KEY,
            directory,
            {"clerk": [TrackSource.CAMERA, TrackSource.MICROPHONE]},
            self,
            SystemClock(),
            self.events.append,
        )
        self.directory = directory
        self.asked = []
        self.deadly = Deadly(self.recorder)
        self.recorder.start()
        now = time.monotonic_ns()
        for number, source, kind, codec, rate in (
            (1, TrackSource.MICROPHONE, TrackKind.AUDIO, "opus", 48_000),
            (2, TrackSource.CAMERA, TrackKind.VIDEO, "vp8", 90_000),
        ):
            info = TrackInfo(number, "clerk", "counter", source, kind, codec, rate, 1000 + number)
            self.recorder.tap.track_opened(info, now)
        self._stream = synthetic.merged(
            [(2, p) for p in camera(now).sent], [(1, p) for p in microphone(now).sent]
        )
        self._stop = threading.Event()
        self._feed = threading.Thread(target=self._talk, daemon=True)
        self._feed.start()

    def request_keyframe(self, track):
        self.asked.append(track)

    def _talk(self):
        for track, packet in self._stream:
            if self._stop.wait(max(0.0, (packet.at_ns - time.monotonic_ns()) / 1e9)):
                return
            self.recorder.tap.rtp(track, packet.seq, packet.data, 12, time.monotonic_ns())

    def of(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    def until(self, condition, seconds=10.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.events[-3:]
            time.sleep(0.02)

    def is_well(self):
        return bool(self.of(Health)) and self.of(Health)[-1].ok

    def end(self):
        self._stop.set()
        self._feed.join()
        self.recorder.close("ended")
        assert self.recorder.join(20)


@pytest.fixture
def call(tmp_path, camera, microphone, synthetic, monkeypatch):
    made = Call(tmp_path / CALL, camera, microphone, synthetic)
    yield made
    made._stop.set()
    made.recorder.abort()
    assert made.recorder.join(30)


def test_a_recorder_that_dies_is_red_at_once_and_goes_on_in_new_parts(call):
    call.until(call.is_well)
    before = len(call.events)
    call.deadly.armed.set()
    call.until(lambda: any(not e.ok for e in call.events[before:] if isinstance(e, Health)))
    call.until(call.is_well)
    call.end()
    assert call.deadly.deaths == 1
    [fault] = call.of(RecordingFault)
    assert (fault.cause, fault.detail) == (GapCause.WORKER_RESTART, "recorder died: SystemError")
    gaps = {gap.source: gap for gap in call.of(Gap)}
    assert set(gaps) == {TrackSource.CAMERA, TrackSource.MICROPHONE}
    assert {gap.cause for gap in gaps.values()} == {GapCause.WORKER_RESTART}
    assert (
        gaps[TrackSource.MICROPHONE].to_mono_ms - gaps[TrackSource.MICROPHONE].from_mono_ms < 4_000
    )
    assert 2 in call.asked
    closed = call.of(PartClosed)
    assert len(closed) >= 2
    for part in closed:
        facts = decode(b"".join(PartReader.open(call.directory, part.part).plaintexts(KEY)))
        assert (facts.video_packets, facts.audio_packets) == (part.video_frames, part.audio_frames)
        assert facts.errors == 0
    durable = [event for event in call.events if not isinstance(event, Health)]
    assert [event.n for event in durable] == list(range(1, len(durable) + 1))
    assert durable == read_journal(call.directory)
    assert isinstance(durable[-1], RoomClosed)


def test_a_death_while_a_camera_is_paused_loses_nothing_of_its_line(call):
    call.until(call.is_well)
    paused = time.monotonic_ns()
    call.recorder.tap.track_closed(2, GapCause.PAUSE, paused)
    call.until(lambda: ("clerk", TrackSource.CAMERA) in call.recorder._core.absent)
    call.deadly.armed.set()
    call.until(lambda: call.deadly.deaths == 1)
    call.end()
    [line] = [gap for gap in call.of(Gap) if gap.source is TrackSource.CAMERA]
    assert line.cause is GapCause.PAUSE
    assert line.from_mono_ms == pytest.approx(paused // 1_000_000, abs=300)


def test_deadlines_that_raise_turn_after_turn_begin_anew_too(call, monkeypatch):
    call.until(call.is_well)
    monkeypatch.setattr(recorder_module, "MAX_FAILED", 3)
    core = call.recorder._core

    def broken():
        raise ZeroDivisionError

    core.tick = broken
    call.until(lambda: call.recorder._core is not core)
    call.until(call.is_well)
    call.end()
    details = [fault.detail for fault in call.of(RecordingFault)]
    assert "recorder died: RecorderStuckError" in details
    assert isinstance(call.events[-1], RoomClosed)


def test_deadlines_that_never_hold_are_one_fault_and_rest_longer_each_time(call, monkeypatch):
    call.until(call.is_well)
    monkeypatch.setattr(recorder_module, "MAX_FAILED", 1)
    monkeypatch.setattr(recorder_module, "RESTART_S", 0.1)
    call.recorder._pause_s = 0.1
    armed = call.recorder._make
    born, cores = [], []

    def broken(self=None):
        raise ZeroDivisionError

    def make():
        store, core = armed()
        ticks = core.tick

        def tick():
            ticks()
            raise ZeroDivisionError

        core.tick = tick
        born.append(time.monotonic())
        cores.append(core)
        return store, core

    call.recorder._make = make
    call.recorder._core.tick = broken
    call.until(lambda: len(born) == 5, seconds=15)
    pauses = [after - before for before, after in itertools.pairwise(born)]
    # Each at least twice the one before; a busy machine only makes them longer.
    assert all(pause >= shortest for pause, shortest in zip(pauses, RESTS_S, strict=True))
    assert not call.of(Health)[-1].ok
    call.recorder._make = armed
    call.until(lambda: call.recorder._core not in cores, seconds=15)
    call.until(call.is_well)
    call.end()
    details = [fault.detail for fault in call.of(RecordingFault)]
    assert details.count("recorder died: RecorderStuckError") == 1
    assert details.count("recorder error: ZeroDivisionError") <= 1
    assert isinstance(call.events[-1], RoomClosed)


def test_a_source_that_never_came_is_missing_since_it_was_expected_and_not_since_a_death(call):
    began_ms = time.monotonic_ns() // 1_000_000
    call.recorder.set_expected("citizen", [TrackSource.CITIZEN_CAMERA])
    call.until(
        lambda: ("citizen", TrackSource.CITIZEN_CAMERA) in call.recorder._core._expected_since
    )
    known_ms = time.monotonic_ns() // 1_000_000
    time.sleep(1.0)
    call.deadly.armed.set()
    call.until(lambda: call.deadly.deaths == 1)
    call.end()
    [line] = [gap for gap in call.of(Gap) if gap.source is TrackSource.CITIZEN_CAMERA]
    assert began_ms <= line.from_mono_ms <= known_ms


def test_one_that_cannot_live_leaves_the_end_to_the_reconciliation(call):
    call.until(call.is_well)
    call.deadly.every_time = True
    call.deadly.armed.set()
    call.until(lambda: call.deadly.deaths > 1)
    call.end()
    assert not call.of(RoomClosed)
    assert not call.of(Health)[-1].ok
