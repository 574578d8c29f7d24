"""Packets and their pace: as a browser's, and the same in every run."""

from itertools import pairwise

import pytest

from bench.media import streams
from bench.media.clip import Clip
from bench.media.schedule import (
    AUDIO_CLOCK_RATE,
    BURST_NS,
    LONGEST_PAYLOAD,
    LOOP_NS,
    VIDEO_CLOCK_RATE,
    make_schedule,
    split,
)


@pytest.mark.parametrize("size", [1, LONGEST_PAYLOAD, LONGEST_PAYLOAD + 1, 7_500, 40_001])
def test_a_frame_is_split_into_equal_packets_with_the_larger_ones_last(size):
    frame = bytes(i % 251 for i in range(size))
    packets = split(frame, 7)
    sizes = [len(packet.payload) for packet in packets]
    assert b"".join(packet.payload for packet in packets) == frame
    assert max(sizes) <= LONGEST_PAYLOAD
    assert sizes == sorted(sizes)
    assert sizes[-1] - sizes[0] <= 1
    assert [packet.first for packet in packets] == [True] + [False] * (len(packets) - 1)
    assert [packet.marker for packet in packets] == [False] * (len(packets) - 1) + [True]


def test_every_packet_of_the_loop_goes_out_once_and_not_before_its_time(schedule, clip):
    assert sum(burst.audio for burst in schedule.bursts) == len(schedule.audio) == len(clip.audio)
    assert sum(burst.video for burst in schedule.bursts) == len(schedule.video)
    sent = 0
    for burst in schedule.bursts:
        for packet in schedule.video[sent : sent + burst.video]:
            assert packet.frame * LOOP_NS // len(clip.video) <= burst.at_ns
        sent += burst.video


def test_bursts_are_five_milliseconds_apart_and_keyframes_do_not_burst(schedule, clip):
    assert all(b.at_ns - a.at_ns >= BURST_NS for a, b in pairwise(schedule.bursts))
    assert all(burst.at_ns % BURST_NS == 0 for burst in schedule.bursts)
    mean = 2.5 * sum(map(len, clip.video)) * BURST_NS / LOOP_NS
    for burst in schedule.bursts:
        assert burst.video * LONGEST_PAYLOAD <= mean + 2 * LONGEST_PAYLOAD
    first_second = [burst for burst in schedule.bursts if burst.at_ns < 1_000_000_000]
    keyframe = [b for b in first_second if b.at_ns < 33_000_000]
    assert len([b for b in keyframe if b.video]) >= 5


def test_a_publisher_begins_with_a_keyframe_at_its_second(schedule):
    for second in (0, 5, 10):
        start = schedule.start(second)
        assert schedule.video[start.video].first
        assert schedule.video[start.video].frame == 30 * second
        assert schedule.bursts[start.burst].at_ns >= second * 1_000_000_000
        assert start.audio == 50 * second


def test_a_clip_that_does_not_fit_its_pace_is_refused(clip):
    frames = (*clip.video[:-1], bytes(200_000))
    with pytest.raises(ValueError, match="too large"):
        make_schedule(Clip(frames, clip.audio))


@pytest.mark.parametrize("video", [False, True])
def test_reports_tell_the_streams_own_clock_whatever_its_frames_weigh(
    schedule, board, monkeypatch, video
):
    """A recorder that believes them begins a part anew when they are 40 ms off."""
    now_ns = 0
    monkeypatch.setattr(streams.time, "time_ns", lambda: now_ns)
    stream = streams.PublishedStream(0, 0, video=video, schedule=schedule, board=board)
    rate = VIDEO_CLOCK_RATE if video else AUDIO_CLOCK_RATE
    zero, off_ms = None, []
    for number, burst in enumerate(schedule.bursts * 2):
        now_ns = 10**18 + burst.at_ns + number // len(schedule.bursts) * LOOP_NS
        for _ in range(burst.video if video else burst.audio):
            stream.next()
            stream.sending()
        if stream.sent:
            report = stream.sender_report()
            rtp = int.from_bytes(report[16:20], "big")
            zero = (rtp, now_ns) if zero is None else zero
            said_ms = ((rtp - zero[0]) % 2**32) / rate * 1_000
            off_ms.append(said_ms - (now_ns - zero[1]) / 1_000_000)
    assert max(map(abs, off_ms)) < 20
