"""Derived views of a real small recording: two legs, three cameras, a flash, two beeps, a gap."""

import math
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
from array import array
from fractions import Fraction

import av
import pytest

from casework.ports import GapCause, TrackSource
from recording.compose.job import Job
from recording.compose.layout import HEAD_HEIGHT, TILE_HEIGHT, TILE_WIDTH, Layout, fitted
from recording.compose.program import Program, Words, captions_of
from recording.compose.tracks import make_tracks
from recording.compose.video import FRAME_RATE, make_video
from recording.compose.work_folder import AlreadyComposing, FileInTheWay, worked_in
from recording.parts import PartDamagedError
from recording.timeline import read_timeline

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))
RATE = 15
FRAME_S = 1 / RATE
FLASH_S = 2.0
COUNTER_BEEP_S, HALL_BEEP_S = 2.0, 3.0
HALL_LATE_S = 0.4
GAP_S = (3.2, 4.2)
END_S = 5.0
CHUNK = 15
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


def published(synthetic, start_ns, ssrc, from_s, frames, *, sound=False):
    rate, interval = (48_000, 20 * MS) if sound else (90_000, S // RATE)
    publisher = synthetic.Publisher(ssrc, rate, interval, start_ns=start_ns + round(from_s * S))
    publisher.audio(frames) if sound else publisher.video(frames)
    return publisher.sent


@pytest.fixture(scope="module")
def job(tmp_path_factory, synthetic, recorder_scene):
    """The hall comes 0.4 s late and is gone from 3.2 to 4.2 s; flash at 2 s in every camera."""
    scene = recorder_scene.Scene(tmp_path_factory.mktemp("call"))
    zero = scene.clock.ns

    def video(track, from_s, to_s, luma):
        return [
            (track, sent)
            for sent in published(
                synthetic, zero, 1000 + track, from_s, grey_frames(from_s, to_s, luma)
            )
        ]

    def sound(track, from_s, to_s, beep_s):
        packets = beep_packets(from_s, to_s, beep_s)
        sent = published(synthetic, zero, 1000 + track, from_s, packets, sound=True)
        return [(track, one) for one in sent]

    counter = {"leg": "counter", "site": "counter"}
    hall = {"leg": "hall", "site": "hall"}
    scene.open(1, **counter)
    scene.open(2, **counter)
    scene.open(6, source=TrackSource.CITIZEN_CAMERA, **counter)
    everything = list(
        synthetic.merged(
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
    program = Program(recorder_scene.CALL, timeline, NAMES, captions, WORDS, "Asia/Shanghai")
    return Job(program, scene.directory, KEY)


def quiet(_done_ms):
    pass


@pytest.fixture(scope="module")
def video(job, tmp_path_factory):
    """Made without a break."""
    path = tmp_path_factory.mktemp("out") / "call.mp4"
    began = time.monotonic()
    make_video(job, path, quiet, chunk_frames=CHUNK)
    took = time.monotonic() - began
    print(f"{job.program.duration_ms / 1000 / took:.1f} s of call per second")
    return path


@pytest.fixture(scope="module")
def pictures(video):
    """(second, luma plane, bytes a line) of every frame."""
    found = []
    with av.open(video) as container:
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            found.append((float(frame.pts * frame.time_base), bytes(plane), plane.line_size))
    return found


def luma(picture, tile):
    """Mean over a grid of the tile's lower half, where no name stands."""
    _, plane, line = picture
    box = Layout.of(3).tile(tile)
    points = [
        plane[y * line + x]
        for y in range(box.top + TILE_HEIGHT * 2 // 3, box.top + TILE_HEIGHT - 10, 7)
        for x in range(box.left + 10, box.left + TILE_WIDTH - 10, 7)
    ]
    return sum(points) / len(points)


def at(pictures, second):
    return min(pictures, key=lambda one: abs(one[0] - second))


def shown(grey):
    """A grey of the camera as it stands in the video: both have the same narrow range."""
    return pytest.approx(grey, abs=6)


def flashes(times_and_lumas):
    return [when for when, value in times_and_lumas if value > 225]


def beep_of(frames):
    """When the sound first is loud, by the frames' own times."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
    for frame in frames:
        begins = float(frame.pts * frame.time_base)
        for part in resampler.resample(frame):
            samples = array("h", bytes(part.planes[0])[: part.samples * 2])
            loud = next((n for n, one in enumerate(samples) if abs(one) > 3_000), None)
            if loud is not None:
                return begins + loud / 48_000
    return None


def test_the_video_is_as_long_as_the_recording(video, job, pictures):
    with av.open(video) as container:
        assert container.duration / 1e6 == pytest.approx(END_S, abs=0.25)
        assert container.streams.video[0].average_rate == FRAME_RATE
        assert (container.streams.video[0].width, container.streams.video[0].height) == (
            Layout.of(3).width,
            Layout.of(3).height,
        )
        assert container.streams.audio[0].codec_context.name == "aac"
    times = [when for when, _, _ in pictures]
    assert times == pytest.approx([number / FRAME_RATE for number in range(len(times))], abs=1e-3)
    assert len(times) == -(-job.program.duration_ms * FRAME_RATE // 1000)


def test_every_camera_stands_at_its_place(pictures):
    second = at(pictures, 1.5)
    assert luma(second, 0) == shown(GREY["citizen_camera"])
    assert luma(second, 1) == shown(GREY["camera"])
    assert luma(second, 2) == shown(GREY["hall"])


def test_a_gap_is_dark_as_long_as_it_lasts_and_no_longer(pictures, job):
    gap = next(one for one in job.program.timeline.gaps if (one.leg, one.source) == HALL)
    start = job.program.timeline.start_mono_ms
    begins, ends = (gap.from_mono_ms - start) / 1000, (gap.to_mono_ms - start) / 1000
    assert (begins, ends) == pytest.approx(GAP_S, abs=0.2)
    for picture in pictures:
        if begins <= picture[0] < ends - FRAME_S:
            assert luma(picture, 2) < 70, picture[0]
        elif ends + FRAME_S < picture[0] or 0.6 < picture[0] < begins:
            assert luma(picture, 2) > 150, picture[0]
        assert luma(picture, 1) > 40


def test_before_a_leg_came_its_tile_is_dark_too(pictures):
    assert luma(at(pictures, 0.1), 2) < 60


def test_clock_caption_and_mark_are_drawn(pictures):
    layout = Layout.of(3)

    def bright(picture, top, bottom):
        _, plane, line = picture
        return sum(one > 150 for one in plane[top * line : bottom * line])

    assert bright(at(pictures, 0.2), 0, HEAD_HEIGHT) > 300
    foot = layout.foot_top
    assert bright(at(pictures, 0.5), foot, foot + 60) == 0
    assert bright(at(pictures, 1.5), foot, foot + 60) > 100
    assert bright(at(pictures, 0.5), layout.height - 30, layout.height) > 100
    heads = [
        at(pictures, second)[1][: HEAD_HEIGHT * at(pictures, second)[2]] for second in (0.5, 3)
    ]
    assert heads[0] != heads[1]


def test_captions_tell_marks_and_gaps_with_their_cause(job):
    texts = [caption.text for caption in job.program.captions]
    assert texts[:2] == ["告知", "核准"]
    assert any("审核员 01" in text and "leg_gone" in text for text in texts)


def test_flash_and_beeps_are_in_step(pictures, video):
    for tile in (0, 1, 2):
        [flash] = flashes((one[0], luma(one, tile)) for one in pictures)
        assert flash == pytest.approx(FLASH_S, abs=FRAME_S)
    with av.open(video) as container:
        frames = list(container.decode(audio=0))
    first = beep_of(frames)
    assert first == pytest.approx(COUNTER_BEEP_S, abs=FRAME_S)
    later = [one for one in frames if one.pts * one.time_base > 2.5]
    assert beep_of(later) == pytest.approx(HALL_BEEP_S, abs=FRAME_S)
    silent = [one for one in frames if 3.4 < one.pts * one.time_base < 4.9]
    assert beep_of(silent) is None


def test_the_files_say_what_they_are(video, tracks, job):
    for path in (video, tracks):
        with av.open(path) as container:
            said = {name.lower(): text for name, text in container.metadata.items()}
        for name in ("title", "comment"):
            assert "派生视图，不是原始证据" in said[name]
            assert "Derived view, not the original evidence" in said[name]
            assert job.program.call in said[name]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.iterdir()) == [path]


@pytest.fixture(scope="module")
def tracks(job, tmp_path_factory):
    path = tmp_path_factory.mktemp("tracks") / "call.mkv"
    make_tracks(job, path, quiet)
    return path


def test_the_track_file_holds_every_frame_as_it_came(job, tracks):
    expected = {
        lane: [
            frame.data
            for part in job.frames(lane)
            for frame in part.all()
            if frame.video is (lane[1] is not TrackSource.MICROPHONE)
        ]
        for lane in NAMES
    }
    with av.open(tracks) as container:
        titles = [stream.metadata["title"] for stream in container.streams]
        assert titles == [f"{name} ({lane[1]})" for lane, name in NAMES.items()]
        found = {number: [] for number in range(len(titles))}
        for packet in container.demux():
            if packet.size:
                found[packet.stream_index].append(bytes(packet))
    assert list(found.values()) == list(expected.values())
    assert len(expected[CAMERA]) == END_S * RATE


def test_the_tracks_are_in_step(job, tracks):
    for number, lane in enumerate(NAMES):
        with av.open(tracks) as container:
            stream = container.streams[number]
            frames = list(container.decode(stream))
        if lane[1] is TrackSource.MICROPHONE:
            beep = COUNTER_BEEP_S if lane[0] == "counter" else HALL_BEEP_S
            assert beep_of(frames) == pytest.approx(beep, abs=FRAME_S), lane
        else:
            values = [
                (float(one.pts * one.time_base), bytes(one.planes[0])[5_000]) for one in frames
            ]
            [flash] = flashes(values)
            assert flash == pytest.approx(FLASH_S, abs=FRAME_S), lane


VICTIM = """
import pickle, sys, time
from pathlib import Path
from recording.compose.video import make_video
def progress(done_ms):
    if done_ms >= 2_000:
        print("there", flush=True)
        time.sleep(600)
job = pickle.loads(Path(sys.argv[1]).read_bytes())
make_video(job, Path(sys.argv[2]), progress, chunk_frames=int(sys.argv[3]))
"""


@pytest.mark.faults
def test_a_killed_run_goes_on_where_it_stopped(job, video, tmp_path):
    given, target = tmp_path / "job", tmp_path / "out" / "call.mp4"
    target.parent.mkdir()
    given.write_bytes(pickle.dumps(job))
    command = [sys.executable, "-c", VICTIM, given, target, str(CHUNK)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as victim:
        assert victim.stdout.readline() == b"there\n"
        with pytest.raises(AlreadyComposing):
            make_video(job, target, quiet, chunk_frames=CHUNK)
        victim.send_signal(signal.SIGKILL)
    work = target.with_name(".call.mp4.composing")
    assert not target.exists()
    assert sorted(one.name for one in work.glob("chunk-*")) == [
        "chunk-000000.mp4",
        "chunk-000001.mp4",
    ]
    reached = []
    make_video(job, target, reached.append, chunk_frames=CHUNK)
    assert reached[0] == 2_000  # what was finished is not made again
    assert target.read_bytes() == video.read_bytes()
    assert not work.exists()


def test_unfinished_work_of_another_job_is_thrown_away(tmp_path):
    target = tmp_path / "call.mp4"
    with worked_in(target, "first") as work, work.making("piece") as path:
        path.write_bytes(b"1")
    with worked_in(target, "first") as work:
        assert work.has("piece")
    with worked_in(target, "second") as work:
        assert not work.has("piece")


def test_a_failing_run_leaves_nothing_under_the_name(job, tmp_path):
    target = tmp_path / "call.mkv"
    wrong = Job(job.program, job.directory, bytes(32))
    for make in (make_tracks, make_video):
        with pytest.raises(PartDamagedError):
            make(wrong, target, quiet)
        assert not target.exists()


def test_a_file_that_is_there_is_replaced_only_when_asked(job, tmp_path):
    target = tmp_path / "call.mkv"
    target.write_bytes(b"mine")
    with pytest.raises(FileInTheWay):
        make_tracks(job, target, quiet)
    assert target.read_bytes() == b"mine"
    make_tracks(job, target, quiet, force=True)
    assert target.read_bytes()[:4] == b"\x1a\x45\xdf\xa3"


@pytest.mark.parametrize(
    ("tiles", "columns", "rows"), [(0, 1, 1), (1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2), (5, 3, 2)]
)
def test_tiles_share_the_picture(tiles, columns, rows):
    layout = Layout.of(tiles)
    assert (layout.columns, layout.rows) == (columns, rows)
    assert layout.width % 2 == layout.height % 2 == 0


@pytest.mark.parametrize(
    ("size", "expected"),
    [((640, 360), (640, 360)), ((480, 640), (270, 360)), ((1, 4000), (2, 360))],
)
def test_a_picture_keeps_its_proportions(size, expected):
    inner = fitted(*size, Layout.of(1).tile(0))
    assert (inner.width, inner.height) == expected
