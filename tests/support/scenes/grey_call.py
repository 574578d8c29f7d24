"""A small recording to compose files of: two legs, three grey cameras, a flash, two beeps, a gap."""

import math
from array import array
from fractions import Fraction

import av

from casework.ports import GapCause, TrackSource
from recording.compose.job import Job
from recording.compose.program import Program, Words, captions_of
from recording.timeline import read_timeline
from scenes.recorder_scene import CALL, KEY, Scene
from scenes.synthetic import Publisher, merged

MS = 1_000_000
S = 1_000_000_000
RATE = 15
FRAME_S = 1 / RATE
FLASH_S = 2.0
COUNTER_BEEP_S, HALL_BEEP_S = 2.0, 3.0
HALL_LATE_S = 0.4
GAP_S = (3.2, 4.2)
END_S = 5.0
CHUNK = 15
"""Frames of a piece of the video."""
GREY = {"camera": 60, "citizen_camera": 120, "hall": 190}
CAMERA, CITIZEN = ("counter", TrackSource.CAMERA), ("counter", TrackSource.CITIZEN_CAMERA)
HALL = ("hall", TrackSource.CAMERA)
NAMES = {
    CITIZEN: "群众",
    CAMERA: "柜员 101",
    ("counter", TrackSource.MICROPHONE): "柜台声音",
    HALL: "审核员 01",
    ("hall", TrackSource.MICROPHONE): "审核员声音 01",
}
WORDS = Words(
    derived="派生视图，不是原始证据 / Derived view, not the original evidence",
    not_recorded="未录制",
    missing="录像中断：%(cause)s",
    gap="中断：%(name)s，%(cause)s，%(seconds)s 秒",
    causes={cause: cause.value for cause in GapCause},
)


def grey_frames(from_s, to_s, luma):
    """VP8 of one grey, white for one frame at the flash."""
    context = av.CodecContext.create("libvpx", "w")
    context.width, context.height, context.pix_fmt = 320, 180, "yuv420p"
    context.time_base = Fraction(1, RATE)
    context.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    packets = []
    for number in range(round((to_s - from_s) * RATE)):
        flash = abs(from_s + number / RATE - FLASH_S) < FRAME_S / 2
        frame = av.VideoFrame(320, 180, "yuv420p")
        for plane, value in zip(frame.planes, (255 if flash else luma, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts = number
        packets += [bytes(packet) for packet in context.encode(frame)]
    return packets


def beep_packets(from_s, to_s, beep_s):
    """Opus: silence, and a tone of 200 ms from `beep_s` on."""
    context = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format = 48_000, "mono", "s16"
    packets = []
    for number in range(round((to_s - from_s) * 50)):
        begins = from_s + number / 50
        times = [begins + sample / 48_000 for sample in range(960)]
        loud = [beep_s <= t < beep_s + 0.2 for t in times]
        tone = zip(times, loud, strict=True)
        samples = array("h", (int(12_000 * math.sin(6283 * t)) * on for t, on in tone))
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts = 48_000, number * 960
        packets += [bytes(packet) for packet in context.encode(frame)]
    return packets


def published(start_ns, ssrc, from_s, frames, *, sound=False):
    rate, interval = (48_000, 20 * MS) if sound else (90_000, S // RATE)
    publisher = Publisher(ssrc, rate, interval, start_ns=start_ns + round(from_s * S))
    publisher.audio(frames) if sound else publisher.video(frames)
    return publisher.sent


def grey_call(directory):
    """The job to compose it: the hall comes 0.4 s late and is gone from 3.2 to 4.2 s; flash at 2 s in every camera."""
    scene = Scene(directory)
    zero = scene.clock.ns

    def video(track, from_s, to_s, luma):
        return [
            (track, sent)
            for sent in published(zero, 1000 + track, from_s, grey_frames(from_s, to_s, luma))
        ]

    def sound(track, from_s, to_s, beep_s):
        packets = beep_packets(from_s, to_s, beep_s)
        sent = published(zero, 1000 + track, from_s, packets, sound=True)
        return [(track, one) for one in sent]

    counter = {"leg": "counter", "site": "counter"}
    hall = {"leg": "hall", "site": "hall"}
    scene.open(1, **counter)
    scene.open(2, **counter)
    scene.open(6, source=TrackSource.CITIZEN_CAMERA, **counter)
    everything = list(
        merged(
            sound(1, 0, END_S, COUNTER_BEEP_S),
            video(2, 0, END_S, GREY["camera"]),
            video(6, 0, END_S, GREY["citizen_camera"]),
            sound(3, HALL_LATE_S, GAP_S[0], HALL_BEEP_S),
            video(4, HALL_LATE_S, GAP_S[0], GREY["hall"]),
            sound(13, GAP_S[1], END_S, 0),
            video(14, GAP_S[1], END_S, GREY["hall"]),
        )
    )
    acts = [
        (HALL_LATE_S, lambda: (scene.open(3, **hall), scene.open(4, **hall))),
        (
            GAP_S[0] + 0.05,
            lambda: [scene.close_track(one, GapCause.LEG_GONE) for one in (3, 4)],
        ),
        (GAP_S[1], lambda: (scene.open(13, **hall), scene.open(14, **hall))),
    ]
    at = 0
    for second, act in acts:
        until = [item for item in everything[at:] if item[1].at_ns < zero + round(second * S)]
        scene.play(until, until_ns=zero + round(second * S))
        act()
        at += len(until)
    scene.play(everything[at:], until_ns=zero + round((END_S + 0.2) * S))
    scene.end()
    timeline = read_timeline(scene.directory)
    marks = [(1_000, "告知"), (2_500, "核准")]
    captions = captions_of(timeline, NAMES, marks, WORDS)
    program = Program(CALL, timeline, NAMES, captions, WORDS, "Asia/Shanghai")
    return Job(program, scene.directory, KEY)
