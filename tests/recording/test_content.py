"""Content checks: what keyframes and audio levels tell, and what becomes of a decoder that fails."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from casework.ports import ContentFinding, GapCause, TrackSource
from casework.worker_link.messages import ContentNoted, Health
from recording.content.decoder import decode_keyframe
from recording.content.look import COLUMNS, LENGTH, ROWS, Look
from recording.worker import content_helper
from recording.worker.content_helper import ContentHelper
from recording.worker.picture_watch import PictureWatch
from recording.worker.sound_watch import SoundWatch
from scenes.waiting import DEADLINE_S, wait_until

S = 1_000_000_000
LEVEL_ID = 1


def look(name, luma=None):
    """A picture with something in it; `name` tells one from another."""
    cells = luma or bytes((x * 5 + y * 3) % 200 + 20 for y in range(ROWS) for x in range(COLUMNS))
    return Look(name.encode().ljust(16, b"\0"), cells)


class Scripted:
    """Answers from a list, at once."""

    def __init__(self, looks):
        self.looks = looks
        self.asked = []

    def check(self, keyframe, answer):
        self.asked.append(keyframe)
        answer(self.looks(len(self.asked) - 1))


KEYFRAME = b"\x10\x00\x00\x9d\x01\x2a" + (640).to_bytes(2, "little") + (360).to_bytes(2, "little")


def found(source, looks, seconds):
    """What is found at each of `seconds` when a keyframe comes every second."""
    watch = PictureWatch.of(source, Scripted(looks))
    findings = {}
    for second in range(1, max(seconds) + 1):
        watch.keyframe(KEYFRAME, second * S)
        if second in seconds:
            findings[second] = watch.finding(second * S)
    return list(findings.values())


def test_a_keyframe_in_ten_seconds_is_looked_at():
    checker = Scripted(lambda n: look(str(n)))
    watch = PictureWatch.of(TrackSource.CAMERA, checker)
    for second in range(60):
        watch.keyframe(KEYFRAME, second * S)
    assert len(checker.asked) == 6


def test_the_very_same_picture_for_half_a_minute_is_a_frozen_camera():
    same = found(TrackSource.CITIZEN_CAMERA, lambda _: look("same"), [25, 35])
    assert same == [None, ContentFinding.FROZEN]


def test_a_paper_may_lie_still_a_minute_and_noise_lets_it_lie_for_ever():
    def noisy(n):
        return look(str(n))

    document = found(TrackSource.DOCUMENT_CAMERA, lambda _: look("same"), [35, 75])
    assert document == [None, ContentFinding.FROZEN]
    assert found(TrackSource.DOCUMENT_CAMERA, noisy, [600]) == [None]
    assert found(TrackSource.CAMERA, noisy, [55, 75]) == [None, ContentFinding.STILL]


def test_who_moves_is_not_still():
    def moving(n):
        return look(str(n), bytes((x * 5 + n * 9) % 200 + 20 for x in range(ROWS * COLUMNS)))

    assert found(TrackSource.CAMERA, moving, [300]) == [None]


@pytest.mark.parametrize("value", [2, 60, 235])
def test_a_picture_of_one_colour_is_a_covered_camera_and_a_dark_one_of_any(value):
    flat = found(TrackSource.CAMERA, lambda n: look(str(n), bytes([value] * 576)), [5])
    sheet = found(TrackSource.DOCUMENT_CAMERA, lambda n: look(str(n), bytes([value] * 576)), [5])
    assert flat == [ContentFinding.BLACK]
    assert sheet == ([ContentFinding.BLACK] if value < 24 else [None])


def test_without_answers_nobody_knows():
    assert found(TrackSource.CAMERA, lambda _: None, [300]) == [None]
    first_only = found(
        TrackSource.CAMERA, lambda n: look("black", bytes(576)) if n == 0 else None, [9, 40]
    )
    assert first_only == [ContentFinding.BLACK, None]


def test_frames_that_cost_too_much_are_not_asked_about():
    checker = Scripted(lambda _: look("x"))
    watch = PictureWatch.of(TrackSource.CAMERA, checker)
    huge = KEYFRAME[:6] + (16_383).to_bytes(2, "little") * 2
    watch.keyframe(huge, S)
    watch.keyframe(KEYFRAME + bytes(2 << 20), S)
    assert checker.asked == []


def packet(level, *, before=b"\x22\xaa\xbb\xcc"):
    """An RTP packet with two header extensions, of which the audio level is the second."""
    elements = before + bytes([LEVEL_ID << 4, level])
    elements += bytes(-len(elements) % 4)
    head = b"\x90\x6f" + bytes(10) + b"\xbe\xde" + (len(elements) // 4).to_bytes(2, "big")
    return head + elements + b"opus"


def heard(levels):
    """`levels` (second -> level) of a microphone that sends ten packets a second."""
    watch = SoundWatch(LEVEL_ID)
    findings = []
    for second, level in enumerate(levels, start=1):
        data = packet(level)
        watch.take([(1, n, data, len(data) - 4, second * S) for n in range(10)])
        findings.append(watch.finding(second * S))
    return findings


def test_digital_silence_is_a_dead_microphone_and_a_quiet_room_is_only_quiet():
    assert heard([127] * 29)[-1] is None
    assert heard([127] * 31)[-1] is ContentFinding.DEAD
    assert heard([70] * 60)[-1] is None
    assert heard([70] * 61)[-1] is ContentFinding.QUIET
    assert heard([70] * 60 + [30] + [70] * 50)[-1] is None
    assert set(heard([30, 127] * 60)) == {None}


def test_a_sender_without_levels_is_never_judged():
    watch = SoundWatch(LEVEL_ID)
    bare = b"\x80\x6f" + bytes(10) + b"opus"
    for second in range(1, 200):
        watch.take([(1, second, bare, 12, second * S)])
    assert watch.finding(200 * S) is None


@pytest.mark.parametrize("junk", [b"", b"\x10", b"\x1f\x00", b"\xff" * 8, b"\x00" * 7])
def test_extensions_of_any_kind_are_read_without_harm(junk):
    watch = SoundWatch(LEVEL_ID)
    data = packet(30, before=junk)
    watch.take([(1, 1, data, len(data) - 4, S), (1, 2, data[:14], 14, S)])
    watch.finding(S)


# --- the decoder and its process --------------------------------------------------------------


def test_the_decoder_tells_pictures_apart(media):
    keyframes = media.video[0], media.video[45]
    one, other = (decode_keyframe(frame) for frame in keyframes)
    assert decode_keyframe(keyframes[0]) == one
    assert one != other
    assert min(one.luma) < max(one.luma)
    assert decode_keyframe(b"\x10\x00\x00\x9d\x01\x2anonsense") is None


def ask(helper, keyframe, seconds=20.0):
    answers, done = [], threading.Event()

    def take(look):
        answers.append(look)
        done.set()

    helper.check(keyframe, take)
    assert done.wait(seconds)
    return answers[0]


@pytest.fixture
def helper(monkeypatch):
    monkeypatch.setattr(content_helper, "FIRST_PAUSE_S", 0.2)
    made = ContentHelper()
    made.start()
    yield made
    made.stop()
    assert made.join(30)


def test_the_process_answers_behind_everything_else_and_ends_with_its_worker(helper, media):
    assert ask(helper, media.video[0]) == decode_keyframe(media.video[0])
    assert ask(helper, b"no keyframe") is None
    process = helper._process
    assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE
    helper.stop()
    assert helper.join(30)
    assert process.returncode is not None


def test_a_process_that_dies_is_started_again(helper, media):
    assert ask(helper, media.video[0]) is not None
    helper._process.send_signal(signal.SIGKILL)
    helper._process.wait()
    assert ask(helper, media.video[0]) is None  # nobody can say
    deadline = time.monotonic() + 30
    while ask(helper, media.video[0]) is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert helper.started == 2


def test_a_process_that_cannot_live_is_not_started_again_and_again(media):
    helper = ContentHelper([sys.executable, "-c", "raise SystemExit(3)"])
    helper.start()
    for _ in range(50):
        assert ask(helper, media.video[0]) is None
    assert helper.started == 1
    helper.stop()
    assert helper.join(30)


HANGS = [sys.executable, "-c", "import time; time.sleep(3600)"]


def test_nobody_waits_for_a_process_that_hangs(monkeypatch, media):
    monkeypatch.setattr(content_helper, "ANSWER_S", 3600.0)
    helper = ContentHelper(HANGS)
    helper.start()
    answers = []
    for _ in range(1000):  # far more than wait in line
        helper.check(media.video[0], answers.append)
    assert answers == []
    wait_until(lambda: helper._process is not None, "the process was started")
    helper._process.kill()
    wait_until(lambda: answers, "one was answered")
    assert set(answers) == {None}
    helper.stop()
    assert helper.join(30)


def test_a_process_that_hangs_costs_looks_alone(monkeypatch, media):
    monkeypatch.setattr(content_helper, "ANSWER_S", 0.3)
    helper = ContentHelper(HANGS)
    helper.start()
    for _ in range(1000):
        helper.check(media.video[0], lambda _: None)
    assert ask_soon(helper, media.video[0])
    helper.stop()
    assert helper.join(30)


def ask_soon(helper, keyframe):
    """Asks until there is room in the queue; True once it was answered."""
    done = threading.Event()
    deadline = time.monotonic() + DEADLINE_S
    while not done.wait(0.1):
        assert time.monotonic() < deadline
        helper.check(keyframe, lambda _: done.set())
    return True


def test_a_recorder_never_loads_a_decoder():
    code = "import sys, recording.worker.recorder; sys.exit('av' in sys.modules)"
    assert subprocess.run([sys.executable, "-P", "-c", code], check=False).returncode == 0


# --- in a recorder ----------------------------------------------------------------------------


@pytest.fixture
def watched(make_scene, camera, microphone, synthetic, media):
    """Plays camera and microphone for some rounds of twelve seconds, with a scripted checker."""

    def play(looks, rounds, *, site="counter"):
        scene = make_scene(pictures=Scripted(looks))
        scene.core.expect("clerk", [TrackSource.CAMERA, TrackSource.MICROPHONE])
        scene.open(1, site=site)
        scene.open(2, site=site)
        pictures = camera(frames=media.video * rounds)
        sound = microphone(packets=media.audio * rounds)
        scene.play(synthetic.merged([(2, p) for p in pictures.sent], [(1, p) for p in sound.sent]))
        return scene

    return play


def shown(health):
    return next((one.content for one in health.tracks if one.source is TrackSource.CAMERA), None)


def test_a_frozen_camera_is_warned_of_noted_and_then_red(watched):
    scene = watched(lambda _: look("same"), 7)
    health = scene.of(Health)
    warned = next(one for one in health if shown(one) is ContentFinding.FROZEN)
    red = next(one for one in health if one.cause == "content.frozen")
    assert warned.ok
    assert not red.ok
    assert health.index(red) - health.index(warned) in range(27, 33)
    [noted] = scene.of(ContentNoted)
    assert (noted.source, noted.finding) == (TrackSource.CAMERA, ContentFinding.FROZEN)
    assert scene.gaps == []


def test_a_picture_in_which_nothing_moves_is_red_after_a_while(watched):
    scene = watched(lambda n: look(str(n)), 10)
    assert [one.finding for one in scene.of(ContentNoted)] == [ContentFinding.STILL]
    assert scene.health.cause == "content.still"


def test_what_the_hall_shows_is_warned_of_and_no_more(watched):
    scene = watched(lambda n: look(str(n), bytes(576)), 5, site="hall")
    assert scene.health.ok
    assert shown(scene.health) is ContentFinding.BLACK


@pytest.mark.parametrize("site", ["counter", "citizen"])
def test_a_black_camera_at_the_citizens_side_is_red_wherever_she_is(watched, site):
    scene = watched(lambda n: look(str(n), bytes(576)), 5, site=site)
    assert not scene.health.ok
    assert scene.health.cause == "content.black"


def test_a_camera_that_shows_something_again_is_well(watched):
    scene = watched(lambda n: look(str(n), bytes(576) if n < 5 else None), 7)
    found = [one.finding for one in scene.of(ContentNoted)]
    assert found == [ContentFinding.BLACK, None]
    assert any(one.cause == "content.black" for one in scene.of(Health))
    assert scene.health.ok


@pytest.mark.parametrize("away_s", [2, 60])
def test_a_black_camera_that_goes_and_comes_back_is_black_since_the_first_look(
    make_scene, camera, away_s
):
    scene = make_scene(pictures=Scripted(lambda n: look(str(n), bytes(576))))
    scene.core.expect("clerk", [TrackSource.CAMERA])
    at, red = scene.clock.ns, []
    for turn in range(4):
        scene.open(2 + 2 * turn, ssrc=2000 + turn)
        sent = camera(at, ssrc=2000 + turn).sent
        before = len(scene.events)
        scene.play([(2 + 2 * turn, p) for p in sent if p.at_ns < at + 9 * S], until_ns=at + 9 * S)
        told = [one for one in scene.events[before:] if isinstance(one, Health)]
        red.append(any(one.cause == "content.black" for one in told))
        scene.close_track(2 + 2 * turn, GapCause.PAUSE)
        at += (9 + away_s) * S
        scene.until(at)
    assert not red[0]
    assert red[3]


def test_a_look_that_is_fine_ends_what_was_odd_before_a_pause(make_scene, camera):
    scene = make_scene(pictures=Scripted(lambda n: look(str(n), None if n == 1 else bytes(576))))
    scene.core.expect("clerk", [TrackSource.CAMERA])
    at = scene.clock.ns
    for track, seconds in ((2, 9), (4, 9), (6, 12)):
        scene.open(track, ssrc=2000 + track)
        sent = [p for p in camera(at, ssrc=2000 + track).sent if p.at_ns < at + seconds * S]
        scene.play([(track, p) for p in sent], until_ns=at + seconds * S)
        scene.close_track(track, GapCause.PAUSE)
        at += 40 * S
        scene.until(at)
    black = ContentFinding.BLACK
    assert [one.finding for one in scene.of(ContentNoted)] == [black, None, black]
    assert not any(one.cause == "content.black" for one in scene.of(Health))


def test_health_tells_its_reasons(scene, camera, microphone, synthetic):
    scene.core.expect("clerk", [TrackSource.CAMERA, TrackSource.MICROPHONE])
    scene.open(1)
    scene.open(2)
    video, audio = camera(), microphone()
    start = scene.clock.ns
    stream = synthetic.merged([(2, p) for p in video.sent], [(1, p) for p in audio.sent])
    scene.play([one for one in stream if one[1].at_ns < start + 10 * S], until_ns=start + 10 * S)
    picture, sound = scene.health.tracks
    assert scene.health.ok
    assert picture.bytes > sound.bytes > 1000
    assert picture.durable_ago_ms < 3_000
    assert picture.keyframe_ago_ms <= 3_200
    assert sound.keyframe_ago_ms is None
    scene.until(start + 14 * S + S // 2)
    assert [one.cause for one in scene.health.tracks] == ["silent", "silent"]


def test_a_decoder_whose_worker_is_gone_before_its_answer_ends_quietly():
    ours, theirs = socket.socketpair()
    asked = LENGTH.pack(len(KEYFRAME)) + KEYFRAME
    with ours, theirs:
        ours.sendall(asked)
        ours.close()
        done = subprocess.run(
            [sys.executable, "-P", "-m", "recording.content"],
            stdin=theirs,
            capture_output=True,
            timeout=DEADLINE_S,
            check=False,
        )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
