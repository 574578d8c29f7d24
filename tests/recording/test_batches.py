"""A turn's packets go to their tracks in batches; what was said between them keeps its place."""

import itertools
import time

from casework.clock import SystemClock
from casework.ports import GapCause
from recording.worker.recorder import TICK_S, CallRecorder
from recording.worker.track_clock import TrackClock

MS = 1_000_000
S = 1_000_000_000


def test_a_loss_told_between_packets_is_the_loss_of_that_packet(scene, microphone):
    sent = microphone().sent[:100]
    scene.open(1)
    scene.play([(1, p) for p in sent[:50]], until_ns=sent[50].at_ns)
    for packet in sent[50:]:  # all in one turn
        if packet is sent[70]:
            scene.lose(1, [packet])
        else:
            scene.hear(1, packet)
    scene.turn()
    scene.end()
    [line] = scene.gaps
    assert (line.frames, line.cause) == (1, GapCause.LOSS)
    assert line.to_mono_ms - line.from_mono_ms == 20
    assert sum(part.audio_frames for part in scene.closed) == 99


def test_a_report_finds_the_clock_where_the_packets_before_it_left_it(
    scene, microphone, monkeypatch
):
    sent = microphone().sent[:100]
    seen = []
    real = TrackClock.sender_report

    def sender_report(clock, ntp, rtp):
        seen.append(clock._last)
        real(clock, ntp, rtp)

    monkeypatch.setattr(TrackClock, "sender_report", sender_report)
    scene.open(1)
    scene.play([(1, p) for p in sent[:50]], until_ns=sent[50].at_ns)
    for packet in sent[50:]:
        scene.hear(1, packet)
        if packet.frame in {60, 80}:
            scene.tap.sender_report(1, packet.frame << 32, 960 * packet.frame, packet.at_ns)
    scene.turn()
    assert seen == [60 * 960, 80 * 960]


def test_a_track_that_closes_and_comes_back_in_one_turn_loses_nothing(
    scene, camera, microphone, synthetic
):
    """Its last packets lie in front of the close, the new track's behind its opening."""
    start = scene.clock.ns
    streams = [(2, p) for p in camera().sent], [(1, p) for p in microphone().sent]
    first = [item for item in synthetic.merged(*streams) if item[1].at_ns < start + 3 * S]
    scene.open(1)
    scene.open(2)
    scene.play(first[:-20])
    for track, packet in first[-20:]:
        scene.hear(track, packet)
    for track in (1, 2):
        scene.close_track(track)
    again = camera(start + 3 * S, ssrc=62), microphone(start + 3 * S, ssrc=61)
    scene.open(11, ssrc=61)
    scene.open(12, ssrc=62)
    scene.hear(2, again[0].sent[0])  # of a track that is closed: nobody's
    streams = [(12, p) for p in again[0].sent], [(11, p) for p in again[1].sent]
    scene.play(synthetic.merged(*streams), until_ns=start + 16 * S)
    scene.end()
    assert scene.gaps == []
    assert [part.sources for part in scene.opened] == [["camera", "microphone"]] * 2
    assert scene.closed[0].audio_frames == len({p.seq for t, p in first if t == 1})
    assert scene.closed[0].video_frames == 45
    assert (scene.closed[1].video_frames, scene.closed[1].audio_frames) == (180, 600)


def test_a_packet_that_fills_a_hole_counts_before_the_deadline(scene, microphone):
    """It came in time, 1.95 s after the loss showed; that the turn is later costs nothing."""
    sent = microphone().sent[:200]
    late = sent[50]
    scene.open(1)
    late.at_ns = sent[51].at_ns + 1_950 * MS
    stream = sorted(sent, key=lambda p: p.at_ns)
    scene.play([(1, p) for p in stream], until_ns=sent[-1].at_ns + S)
    scene.end()
    assert scene.gaps == []
    assert sum(part.audio_frames for part in scene.closed) == 200


def test_a_quiet_recorder_does_not_spin(tmp_path):
    turns = itertools.count()
    recorder = CallRecorder(
        "01JD00000000000000000000CA", bytes(32), tmp_path / "c", {}, None, SystemClock(), id
    )
    real = recorder._core.tick

    def tick():
        next(turns)
        real()

    recorder._core.tick = tick
    began = time.monotonic()
    recorder.start()
    time.sleep(5 * TICK_S)
    recorder.close("ended")
    assert recorder.join(20)
    ticks = (time.monotonic() - began) / TICK_S
    assert 2 <= next(turns) <= ticks + 4  # one arms, one ends
