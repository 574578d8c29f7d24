"""The recorder with its thread: events in order, replay, health, overflow, abort."""

import itertools
import time

import pytest

from casework.clock import SystemClock
from casework.ports import GapCause, TrackInfo, TrackKind, TrackSource
from casework.worker_link.messages import Gap, Health, PartClosed, RecordingFault, RoomClosed
from recording.format import FormatError
from recording.worker import opus
from recording.worker.journal import read_journal
from recording.worker.recorder import CallRecorder
from recording.worker.tap import Lost, QueueTap

CALL = "01JD00000000000000000000CA"
KEY = bytes(range(32))
MIC = TrackInfo(
    1, "clerk", "counter", TrackSource.MICROPHONE, TrackKind.AUDIO, "opus", 48_000, 1001
)


class Keyframes:
    def request_keyframe(self, track):
        pass


@pytest.fixture
def events():
    return []


@pytest.fixture
def recorder(tmp_path, events):
    recorder = CallRecorder(
        CALL,
        KEY,
        tmp_path / CALL,
        {"clerk": [TrackSource.MICROPHONE]},
        Keyframes(),
        SystemClock(),
        events.append,
    )
    yield recorder
    recorder.abort()
    if recorder._thread.ident:
        assert recorder.join(30)


def wait_for(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def say(recorder, sent):
    for packet in sent:
        wait = packet.at_ns - time.monotonic_ns()
        if wait > 0:
            time.sleep(wait / 1e9)
        recorder.tap.rtp(1, packet.seq, packet.data, 12, time.monotonic_ns())


def test_a_short_call(recorder, events, tmp_path, microphone):
    recorder.start()
    wait_for(lambda: any(isinstance(e, Health) for e in events))
    first = events[0]
    assert (first.ok, [t.cause for t in first.tracks]) == (False, ["not_started"])
    now = time.monotonic_ns()
    recorder.tap.track_opened(MIC, now)
    say(recorder, microphone(now).sent[:170])
    wait_for(lambda: next(e for e in reversed(events) if isinstance(e, Health)).ok)
    recorder.close("ended")
    assert recorder.join(30)
    durable = [e for e in events if not isinstance(e, Health)]
    assert [e.type for e in durable] == ["part_opened", "heads", "part_closed", "room_closed"]
    assert [e.n for e in durable] == [1, 2, 3, 4]
    assert durable[-1].reason == "ended"
    assert next(e for e in durable if isinstance(e, PartClosed)).audio_frames == 170
    assert recorder.last_n == 4
    assert recorder.replay(0) == durable
    assert recorder.replay(2) == durable[2:]
    assert read_journal(tmp_path / CALL) == durable


def test_health_says_when_a_track_falls_silent_or_leaves(scene, microphone):
    scene.core.expect("clerk", [TrackSource.MICROPHONE])
    start = scene.clock.ns
    scene.open(1)
    scene.play([(1, p) for p in microphone().sent], until_ns=start + 13_000_000_000)
    assert scene.health.ok
    scene.until(start + 22_000_000_000)
    assert [(t.ok, t.cause) for t in scene.health.tracks] == [(False, "silent")]
    scene.close_track(1, GapCause.LEG_GONE)
    scene.until(start + 24_000_000_000)
    assert [(t.ok, t.cause) for t in scene.health.tracks] == [(False, "gone")]
    scene.core.expect("clerk", [])
    scene.until(start + 26_000_000_000)
    assert (scene.health.ok, scene.health.cause) == (False, "nothing_expected")


def test_a_full_queue_is_a_fault_with_its_line_and_never_blocks(tmp_path, events, microphone):
    recorder = CallRecorder(
        CALL,
        KEY,
        tmp_path / CALL,
        {"clerk": [TrackSource.MICROPHONE]},
        Keyframes(),
        SystemClock(),
        events.append,
        max_queued=60,
    )
    now = time.monotonic_ns() - 10_000_000_000
    recorder.tap.track_opened(MIC, now)
    sent = microphone(now).sent
    for packet in sent[:200]:  # nobody takes them yet: the thread is not started
        recorder.tap.rtp(1, packet.seq, packet.data, 12, packet.at_ns)
    recorder.start()
    wait_for(lambda: any(isinstance(e, RecordingFault) for e in events))
    wait_for(lambda: any(isinstance(e, Health) and e.cause == "tap_overflow" for e in events))
    for packet in sent[200:240]:
        recorder.tap.rtp(1, packet.seq, packet.data, 12, packet.at_ns)
    recorder.close("ended")
    assert recorder.join(30)
    assert [e.cause for e in events if isinstance(e, RecordingFault)] == [GapCause.TAP_OVERFLOW]
    [gap] = [e for e in events if isinstance(e, Gap)]
    assert (gap.cause, gap.frames) == (GapCause.TAP_OVERFLOW, 141)
    assert gap.to_mono_ms - gap.from_mono_ms == pytest.approx(141 * 20, abs=2)
    assert sum(e.audio_frames for e in events if isinstance(e, PartClosed)) == 240 - 141


def test_the_tap_tells_what_it_dropped_where_it_dropped_it(microphone):
    tap = QueueTap(limit=2)
    packets = [(1, p.seq, p.data, 12, 0) for p in microphone(seq=65_534).sent[:6]]
    for packet in packets[:5]:
        tap.rtp(*packet)
    assert tap.dropped_packets == 3
    dropped = Lost(1, 65_536, 65_538, GapCause.TAP_OVERFLOW)
    assert list(tap.take()) == [*packets[:2], dropped]
    for packet in packets[:4]:
        tap.rtp(*packet)
    tap._items.popleft()
    tap.rtp(*packets[5])
    dropped = Lost(1, 65_536, 65_537, GapCause.TAP_OVERFLOW)
    assert list(tap.take()) == [packets[1], dropped, packets[5]]
    assert not tap.take()


def test_a_full_queue_grows_by_no_loss_either(microphone):
    """A disk that hangs must not cost the worker its memory, whatever a sender leaves out."""
    tap = QueueTap(limit=2)
    for packet in microphone(seq=100).sent[:2]:
        tap.rtp(1, packet.seq, packet.data, 12, 0)
    for seq in range(102, 10_000, 2):
        tap.lost(1, seq, seq, 0)
    assert len(tap._items) == 2
    assert tap.take()[2] == Lost(1, 102, 9_998, GapCause.TAP_OVERFLOW)


def test_a_crash_inside_the_recorder_is_a_fault_and_not_the_end(
    recorder, events, microphone, monkeypatch
):
    """A packet that raises costs itself alone: not the others of its turn, nor what came behind."""
    real = opus.duration_us
    calls = itertools.count()

    def broken(packet):
        return 1 // 0 if next(calls) == 17 else real(packet)

    monkeypatch.setattr(opus, "duration_us", broken)
    now = time.monotonic_ns() - 2_000_000_000
    recorder.tap.track_opened(MIC, now)
    for packet in microphone(now).sent[:61]:
        recorder.tap.rtp(1, packet.seq, packet.data, 12, packet.at_ns)
    recorder.tap.track_closed(1, None, packet.at_ns)
    recorder.start()
    recorder.close("ended")
    assert recorder.join(30)
    [fault] = [e for e in events if isinstance(e, RecordingFault)]
    assert fault.detail == "recorder error: ZeroDivisionError"
    assert sum(e.audio_frames for e in events if isinstance(e, PartClosed)) == 60
    assert isinstance(events[-1], RoomClosed)


def test_bad_arguments_are_refused(tmp_path):
    for call, key, error in ((CALL, KEY[:31], ValueError), ("../x", KEY, FormatError)):
        with pytest.raises(error):
            CallRecorder(call, key, tmp_path, {}, Keyframes(), SystemClock(), print)
