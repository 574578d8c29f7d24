"""Sound and picture in one time, whatever the clocks and the line do."""

import io

import av
import pytest

from casework.ports import TrackSource
from recording.parts import PartReader
from recording.worker.tap import SenderReport
from recording.worker.track_clock import LegClock, TrackClock

MS = 1_000_000
S = 1_000_000_000
KEY = bytes(range(32))


def block_times(scene, part):
    """{kind: times in ms} of a part's blocks."""
    data = b"".join(PartReader.open(scene.directory, part).plaintexts(KEY))
    times = {"audio": [], "video": []}
    with av.open(io.BytesIO(data)) as container:
        for packet in container.demux():
            if packet.pts is not None:
                times[packet.stream.type].append(round(packet.pts * packet.time_base * 1000))
    return times


def with_reports(stream, publishers, every_ns=S):
    """Adds a sender report of each publisher every second: (at, track, packet or report)."""
    items = [(p.at_ns, 0, track, p) for track, p in stream]
    last = items[-1][0]
    for track, publisher in publishers.items():
        at = publisher.start_ns + every_ns
        while at < last:
            items.append((at, 1, track, SenderReport(track, *publisher.report(at))))
            at += every_ns
    return sorted(items, key=lambda item: item[:3])


def play(scene, items):
    for at, kind, track, what in items:
        scene.until(at)
        if kind:
            scene.tap.sender_report(track, what.ntp, what.rtp, at)
        else:
            scene.hear(track, what)


def test_reports_correct_a_picture_that_comes_late(scene, media, synthetic):
    """Sound takes 10 ms, the picture 130 ms; arrival alone would put the picture 120 ms late.
    Once both have a report, a keyframe is asked for, and the new part is in step.
    """
    start = scene.clock.ns
    picture = synthetic.Publisher(1002, 90_000, S // 15, start_ns=start, timestamp=777)
    picture.video(media.video, delay_ns=130 * MS)
    sound = synthetic.Publisher(1001, 48_000, 20 * MS, start_ns=start, timestamp=2**32 - 5)
    sound.audio(media.audio, delay_ns=10 * MS)
    scene.open(1)
    scene.open(2)
    stream = list(synthetic.merged([(2, p) for p in picture.sent], [(1, p) for p in sound.sent]))
    play(scene, with_reports(stream, {1: sound, 2: picture}))
    scene.until(start + 14 * S)
    scene.end()
    provisional, aligned = scene.opened
    assert scene.asked
    assert scene.gaps == []
    assert sum(part.video_frames for part in scene.closed) == len(media.video)
    assert sum(part.audio_frames for part in scene.closed) == len(media.audio)
    assert 1_002_900 <= aligned.mono_ms <= 1_003_100  # the keyframe at 3 s
    times = block_times(scene, aligned.part)
    captured = 3_000  # the picture that begins this part was taken 3 s after the start
    first_sound = len(media.audio) - len(times["audio"])
    skew = (times["video"][0] - times["audio"][0]) - (captured - first_sound * 20)
    assert abs(skew) <= 10
    early = block_times(scene, provisional.part)
    assert early["video"][0] - early["audio"][0] == pytest.approx(120, abs=10)  # as they came


def test_reports_that_agree_change_nothing(scene, camera, microphone, synthetic):
    picture, sound = camera(), microphone()
    scene.open(1)
    scene.open(2)
    stream = list(synthetic.merged([(2, p) for p in picture.sent], [(1, p) for p in sound.sent]))
    play(scene, with_reports(stream, {1: sound, 2: picture}))
    scene.until(scene.clock.ns + 2 * S)
    scene.end()
    assert len(scene.opened) == 1


@pytest.mark.parametrize("garbage", [(0, 0), (2**64 - 1, 2**32 - 1), (5 << 32, 12345)])
def test_a_report_that_cannot_be_true_is_not_believed(
    scene, camera, microphone, synthetic, garbage
):
    picture, sound = camera(), microphone()
    scene.open(1)
    scene.open(2)
    stream = list(synthetic.merged([(2, p) for p in picture.sent], [(1, p) for p in sound.sent]))
    items = with_reports(stream, {1: sound})
    items += [(picture.start_ns + n * S, 1, 2, SenderReport(2, *garbage)) for n in (2, 5, 8)]
    play(scene, sorted(items, key=lambda item: item[:3]))
    scene.until(scene.clock.ns + 2 * S)
    scene.end()
    assert len(scene.opened) == 1
    assert scene.gaps == []


def test_block_times_never_go_back_while_a_loss_is_open(
    scene, camera, microphone, synthetic, media
):
    """Every second picture loses a packet that comes back 900 ms later."""
    late = []
    for packet in camera().sent:
        if packet.frame % 2 and packet.seq % 3 == 0:
            packet.at_ns += 900 * MS
        late.append(packet)
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged([(2, p) for p in late], [(1, p) for p in microphone().sent])
    scene.play(stream, until_ns=scene.clock.ns + 14 * S)
    scene.end()
    [part] = scene.opened
    times = block_times(scene, part.part)
    assert len(times["video"]) == len(media.video)
    assert len(times["audio"]) == len(media.audio)
    assert scene.gaps == []
    spacing = {b - a for a, b in zip(times["video"], times["video"][1:], strict=False)}
    assert spacing <= {66, 67, 68}


def test_what_is_resent_after_a_short_blackout_is_no_jump(scene, camera, microphone, synthetic):
    """3 s of nothing, and what was sent meanwhile is brought back in the 1.5 s that NACK has."""
    start = scene.clock.ns
    dark, light, back = start + 4 * S, start + 7 * S, start + 8_600 * MS
    picture, sound = camera(), microphone()
    for packet in (*picture.sent, *sound.sent):
        if dark <= packet.at_ns < light:
            packet.at_ns = back
    scene.open(1)
    scene.open(2)
    stream = synthetic.merged([(2, p) for p in picture.sent], [(1, p) for p in sound.sent])
    scene.play(stream, until_ns=start + 14 * S)
    scene.end()
    assert scene.gaps == []
    [part] = scene.opened
    assert block_times(scene, part.part)["audio"] == list(range(0, 20 * len(sound.sent), 20))


def test_a_drifting_sender_is_laid_anew_before_it_is_off(media):
    """A sender's crystal 200 ppm fast: the estimate follows it within a few milliseconds."""
    clock = TrackClock(48_000, LegClock())
    worst = 0
    for number in range(50 * 600):
        at = number * 20 * MS
        arrival = 5_000 * MS + at + 10 * MS
        clock.observe(round(number * 960 * 1.0002), arrival)
        if number % 500 == 499:
            worst = max(worst, abs(clock.mono_ns(round(number * 960 * 1.0002)) - arrival))
    assert worst <= 8 * MS


def test_two_legs_lie_side_by_side_by_our_clock(scene, camera, synthetic):
    """Both take a picture at the same moment; one line is 40 ms longer at its best."""
    scene.open(2)
    scene.open(4, leg="hall", site="hall", source=TrackSource.CAMERA)
    near, far = camera(), camera(ssrc=1004, timestamp=999_999)
    for packet in far.sent:
        packet.at_ns += 40 * MS
    stream = synthetic.merged([(2, p) for p in near.sent], [(4, p) for p in far.sent])
    scene.play(stream, until_ns=scene.clock.ns + 13 * S)
    scene.end()
    first, second = (part.mono_ms for part in scene.opened)
    assert abs(second - first) == pytest.approx(40, abs=2)
