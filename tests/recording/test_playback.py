"""A part played back: evidence bytes, the seekable view, ranges, and the timeline of a call."""

import io
import random

import av
import pytest

from casework.ports import GapCause
from recording.checks import decode
from recording.parts import PartDamagedError, PartReader, WrongKeyError
from recording.playback import PlainStream, SeekableView, SeekIndex
from recording.timeline import read_timeline
from recording.webm_index import WebmError, read_clusters, read_header

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))


@pytest.fixture
def recorded(scene, camera, microphone, synthetic):
    """One leg, twelve seconds, one part."""
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    return PartReader.open(scene.directory, scene.opened[0].part)


def test_any_range_of_the_plain_stream_is_its_bytes(recorded):
    whole = b"".join(recorded.plaintexts(KEY))
    stream = PlainStream(recorded, KEY)
    assert stream.size == len(whole)
    rng = random.Random(1)
    for _ in range(50):
        start = rng.randrange(stream.size)
        end = rng.randrange(start, stream.size + 10)
        assert b"".join(stream.read(start, end)) == whole[start:end]
    assert b"".join(stream.read(0, stream.size)) == whole


def test_the_seekable_view_jumps_to_every_keyframe(recorded, media):
    stream = PlainStream(recorded, KEY)
    view = SeekableView(stream, SeekIndex.build(stream), 2)
    data = b"".join(view.read(0, view.size))
    assert len(data) == view.size
    rng = random.Random(2)
    for _ in range(50):
        start = rng.randrange(view.size)
        end = rng.randrange(start, view.size + 10)
        assert b"".join(view.read(start, end)) == data[start:end]
    assert decode(data).video_frames == len(media.video)
    with av.open(io.BytesIO(data)) as container:
        assert container.duration == pytest.approx(12_000_000, abs=100_000)
        for second in (10, 4, 7, 0):
            container.seek(second * 1_000_000)
            packet = next(p for p in container.demux(video=0) if p.pts is not None)
            assert packet.is_keyframe
            assert packet.pts * packet.time_base == pytest.approx(second // 3 * 3, abs=0.02)


def test_a_sound_part_is_seekable_too(scene, microphone):
    scene.open(1)
    scene.play([(1, p) for p in microphone().sent], until_ns=scene.clock.ns + 13 * S)
    scene.end()
    stream = PlainStream(PartReader.open(scene.directory, scene.opened[0].part), KEY)
    view = SeekableView(stream, SeekIndex.build(stream), 1)
    data = b"".join(view.read(0, view.size))
    with av.open(io.BytesIO(data)) as container:
        container.seek(6_000_000)
        packet = next(p for p in container.demux(audio=0) if p.pts is not None)
        assert 3.5 <= packet.pts * packet.time_base <= 6


def test_a_wrong_key_is_told_from_damage(recorded):
    with pytest.raises(WrongKeyError):
        PlainStream(recorded, bytes(32))
    with pytest.raises(WrongKeyError):
        list(recorded.plaintexts(bytes(32)))
    content = bytearray(recorded.path.read_bytes())
    at = recorded.records[2].offset + 100
    content[at] ^= 1
    recorded.path.write_bytes(content)
    with pytest.raises(PartDamagedError) as caught:
        list(recorded.plaintexts(KEY))
    assert caught.value.record == 2
    stream = PlainStream(recorded, KEY)
    assert stream.segment(1)
    with pytest.raises(PartDamagedError):
        stream.segment(2)


@pytest.mark.parametrize("change", ["drop", "swap", "double", "edit"])
def test_records_that_do_not_follow_each_other_are_refused(scene, recorded, change):
    path = scene.directory / f"{recorded.part}.tsv"
    lines = path.read_bytes().splitlines(keepends=True)
    if change == "drop":
        del lines[1]
    elif change == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    elif change == "double":
        lines.insert(1, lines[1])
    else:
        fields = lines[1].split(b"\t")
        fields[13] = b"1000000"
        lines[1] = b"\t".join(fields)
    path.write_bytes(b"".join(lines))
    with pytest.raises(PartDamagedError):
        PartReader.open(scene.directory, recorded.part)


def test_the_timeline_lays_legs_side_by_side(scene, camera, microphone, synthetic):
    start = scene.clock.ns
    scene.open(1)
    scene.open(2)
    first = synthetic.merged([(2, p) for p in camera().sent], [(1, p) for p in microphone().sent])
    later = camera(start + 4 * S, ssrc=22)
    scene.play([item for item in first if item[1].at_ns < start + 4 * S])
    assert read_timeline(scene.directory).parts[0].open
    scene.open(22, leg="hall", site="hall", ssrc=22)
    both = synthetic.merged(
        [
            item
            for item in synthetic.merged(
                [(2, p) for p in camera().sent], [(1, p) for p in microphone().sent]
            )
            if item[1].at_ns >= start + 4 * S
        ],
        [(22, p) for p in later.sent],
    )
    scene.play(both, until_ns=start + 17 * S)
    scene.close_track(1, GapCause.LEG_GONE)
    scene.end()
    timeline = read_timeline(scene.directory)
    assert timeline.ended
    assert [span.leg for span in timeline.parts] == ["clerk", "hall"]
    assert [span.mime for span in timeline.parts] == [
        'video/webm; codecs="vp8, opus"',
        'video/webm; codecs="vp8"',
    ]
    ahead = timeline.parts[1].start_mono_ms - timeline.parts[0].start_mono_ms
    assert ahead == pytest.approx(4_000, abs=5)
    assert timeline.end_mono_ms - timeline.start_mono_ms == pytest.approx(16_000, abs=100)
    assert timeline.wall_ms == 1_760_000_000_000 + timeline.start_mono_ms
    assert [(gap.source, gap.cause) for gap in timeline.gaps] == [("microphone", "leg_gone")]


def test_foreign_webm_is_refused(recorded):
    plain = b"".join(recorded.plaintexts(KEY))
    header = read_header(plain)
    with pytest.raises(WebmError):
        read_header(b"\x1a\x45\xdf\xa3 not ours")
    with pytest.raises(WebmError):
        read_clusters(plain[:-1], header.size, 0)
    with pytest.raises(WebmError):
        read_clusters(plain, header.size + 1, 0)
