"""What goes in comes out: real VP8 and Opus through the recorder, decoded again."""

import random

import pytest

from casework.worker_link.messages import Heads, RoomClosed
from recording.checks import decode
from recording.parts import PartReader

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))


def webm_of(scene, part):
    return b"".join(PartReader.open(scene.directory, part).plaintexts(KEY))


def both(scene, camera, microphone, **more):
    video, audio = camera(**more), microphone()
    scene.open(1)
    scene.open(2)
    return video, audio


def test_clean_line_records_every_frame_in_one_part(scene, camera, microphone, synthetic, media):
    video, audio = both(
        scene, camera, microphone, seq=65_500, timestamp=2**32 - 50_000, picture=32_760
    )
    stream = synthetic.merged([(2, p) for p in video.sent], [(1, p) for p in audio.sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()

    assert [part.sources for part in scene.opened] == [["camera", "microphone"]]
    facts = decode(webm_of(scene, scene.opened[0].part))
    assert (facts.video_packets, facts.audio_packets) == (len(media.video), len(media.audio))
    assert facts.video_frames == len(media.video)
    assert facts.monotonic
    assert facts.errors == 0
    assert scene.gaps == []
    assert scene.closed[0].video_frames == len(media.video)
    assert scene.closed[0].audio_frames == len(media.audio)
    assert isinstance(scene.events[-1], RoomClosed)
    # At the first segment, on which an approval may rest already, and after ten seconds.
    assert [heads.heads[0].segments for heads in scene.of(Heads)] == [1, 7]
    lengths = [r.last_mono_ms - r.first_mono_ms for r in scene.records(scene.opened[0].part)]
    assert all(1_300 <= length <= 1_800 for length in lengths[:-1])


@pytest.mark.parametrize("seed", range(8))
def test_every_missing_frame_lies_in_a_line_and_no_line_lacks_one(
    scene, camera, microphone, synthetic, media, seed
):
    """Loss that NACK never brings back: told by the relay at once, or never told at all."""
    rng = random.Random(seed)
    video, audio = both(scene, camera, microphone)
    kept_v, lost_v = synthetic.lossy(video.sent, 0.04, rng)
    kept_a, lost_a = synthetic.lossy(audio.sent, 0.04, rng)
    stream = synthetic.merged(
        [(2, p) for p in synthetic.reordered(kept_v, rng)],
        [(1, p) for p in synthetic.reordered(kept_a, rng)],
    )
    told = sorted(((1, p) for p in lost_a), key=lambda i: i[1].at_ns) if seed % 2 else []
    told += sorted(((2, p) for p in lost_v), key=lambda i: i[1].at_ns) if seed % 2 else []
    events = sorted(
        [(p.at_ns, 0, t, p) for t, p in stream] + [(p.at_ns + 300 * MS, 1, t, p) for t, p in told],
        key=lambda e: e[:3],
    )
    start = scene.clock.ns
    for at, kind, track, packet in events:
        scene.until(at)
        if kind:
            scene.lose(track, [packet])
        else:
            scene.hear(track, packet)
    scene.until(start + 16 * S)
    scene.end()

    broken = {p.frame for p in lost_v}
    expected_video, waiting = set(), False
    for number in range(len(media.video)):
        if number in broken:
            waiting = True
        elif number % 45 == 0:
            waiting = False
        if not waiting:
            expected_video.add(number)
    recorded = sum(part.video_frames for part in scene.closed)
    assert recorded == len(expected_video)
    assert sum(part.audio_frames for part in scene.closed) == len(kept_a)

    check_ledger(scene, start, "camera", media.video, expected_video, 1000 / 15)
    heard = {p.frame for p in kept_a}
    check_ledger(scene, start, "microphone", media.audio, heard, 20)
    for part in scene.opened:
        facts = decode(webm_of(scene, part.part))
        assert facts.errors == 0
        assert facts.monotonic


def check_ledger(scene, start_ns, source, sent, recorded, interval_ms):
    """Lines and missing frames cover each other; frames sent after the last kept one have no
    line yet, since a gap is written when it closes.
    """
    base = start_ns // MS
    times = {number: base + number * interval_ms + 5 for number in range(len(sent))}
    lines = [gap for gap in scene.gaps if gap.source == source]
    last = max(recorded)
    missing = [n for n in range(last) if n not in recorded]
    slack = 40
    for number in missing:
        assert any(
            g.from_mono_ms - slack <= times[number] <= g.to_mono_ms + slack for g in lines
        ), (source, number)
    for line in lines:
        inside = [
            n for n in missing if line.from_mono_ms - slack <= times[n] <= line.to_mono_ms + slack
        ]
        assert inside, line
    assert sum(line.frames for line in lines) == len(missing)
