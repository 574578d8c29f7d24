"""Derived views of a real small recording: two legs, three cameras, a flash, two beeps, a gap."""

import stat
from array import array

import av
import pytest

from casework.ports import TrackSource
from recording.compose.layout import HEAD_HEIGHT, TILE_HEIGHT, TILE_WIDTH, Layout
from recording.compose.tracks import make_tracks
from recording.compose.video import FRAME_RATE
from scenes.grey_call import (
    CAMERA,
    COUNTER_BEEP_S,
    END_S,
    FLASH_S,
    FRAME_S,
    GAP_S,
    GREY,
    HALL,
    HALL_BEEP_S,
    NAMES,
    RATE,
)


@pytest.fixture(scope="module")
def pictures(composed_video):
    """(second, luma plane, bytes a line) of every frame."""
    found = []
    with av.open(composed_video) as container:
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


def test_the_video_is_as_long_as_the_recording(composed_video, composed, pictures):
    with av.open(composed_video) as container:
        assert container.duration / 1e6 == pytest.approx(END_S, abs=0.25)
        assert container.streams.video[0].average_rate == FRAME_RATE
        assert (container.streams.video[0].width, container.streams.video[0].height) == (
            Layout.of(3).width,
            Layout.of(3).height,
        )
        assert container.streams.audio[0].codec_context.name == "aac"
    times = [when for when, _, _ in pictures]
    assert times == pytest.approx([number / FRAME_RATE for number in range(len(times))], abs=1e-3)
    assert len(times) == -(-composed.program.duration_ms * FRAME_RATE // 1000)


def test_every_camera_stands_at_its_place(pictures):
    second = at(pictures, 1.5)
    assert luma(second, 0) == shown(GREY["citizen_camera"])
    assert luma(second, 1) == shown(GREY["camera"])
    assert luma(second, 2) == shown(GREY["hall"])


def test_a_gap_is_dark_as_long_as_it_lasts_and_no_longer(pictures, composed):
    gap = next(one for one in composed.program.timeline.gaps if (one.leg, one.source) == HALL)
    start = composed.program.timeline.start_mono_ms
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


def test_captions_tell_marks_and_gaps_with_their_cause(composed):
    texts = [caption.text for caption in composed.program.captions]
    assert texts[:2] == ["告知", "核准"]
    assert any("审核员 01" in text and "leg_gone" in text for text in texts)


def test_flash_and_beeps_are_in_step(pictures, composed_video):
    for tile in (0, 1, 2):
        [flash] = flashes((one[0], luma(one, tile)) for one in pictures)
        assert flash == pytest.approx(FLASH_S, abs=FRAME_S)
    with av.open(composed_video) as container:
        frames = list(container.decode(audio=0))
    first = beep_of(frames)
    assert first == pytest.approx(COUNTER_BEEP_S, abs=FRAME_S)
    later = [one for one in frames if one.pts * one.time_base > 2.5]
    assert beep_of(later) == pytest.approx(HALL_BEEP_S, abs=FRAME_S)
    silent = [one for one in frames if 3.4 < one.pts * one.time_base < 4.9]
    assert beep_of(silent) is None


def test_the_files_say_what_they_are(composed_video, tracks, composed):
    for path in (composed_video, tracks):
        with av.open(path) as container:
            said = {name.lower(): text for name, text in container.metadata.items()}
        for name in ("title", "comment"):
            assert "派生视图，不是原始证据" in said[name]
            assert "Derived view, not the original evidence" in said[name]
            assert composed.program.call in said[name]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.iterdir()) == [path]


@pytest.fixture(scope="module")
def tracks(composed, tmp_path_factory):
    path = tmp_path_factory.mktemp("tracks") / "call.mkv"
    make_tracks(composed, path, lambda _ms: None)
    return path


def test_the_track_file_holds_every_frame_as_it_came(composed, tracks):
    expected = {
        lane: [
            frame.data
            for part in composed.frames(lane)
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


def test_the_tracks_are_in_step(composed, tracks):
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
