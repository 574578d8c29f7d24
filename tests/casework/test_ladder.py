"""The ladder: what a line is asked to carry, and that it never flaps."""

import itertools
import random

import pytest

from casework.model.line import Rung
from casework.policy.ladder import BASE_WINDOW_MS, FALL_MS, RAMP_MS, RISE_MS, Ladder, Load

FULL, LOWER, AUDIO, STILLS, TELEPHONE = Rung
TICK_MS = 2_000


def after(load: Load, seconds: int = 30, rung: Rung = FULL) -> Rung:
    ladder = Ladder(rung)
    for at in range(0, seconds * 1_000, TICK_MS):
        ladder.take(load, at)
    return ladder.rung


def fallen(load: Load) -> list[Rung]:
    """The rungs a ladder goes through while nothing about the line changes and nobody obeys."""
    ladder, seen = Ladder(), [FULL]
    for at in range(0, 60_000, TICK_MS):
        rung = ladder.take(load, at)
        if rung is not seen[-1]:
            seen.append(rung)
    return seen


@pytest.mark.parametrize(
    ("load", "rung"),
    [
        (Load(1_500, 0), FULL),
        (Load(1_500, 20, 4_000, 300), FULL),  # 2 % of loss is what a line is like
        (Load(300, 0, 320, videos=0), FULL),  # no picture, nothing to lower
        (Load(400, 0, 600, videos=2), FULL),  # an estimate that nobody uses limits nobody
        (Load(1_000, 0, 1_080, videos=2), FULL),
        (Load(850, 0, 900, videos=2), LOWER),  # the poor outlet
        (Load(600, 0, 620, videos=1), FULL),
        (Load(190, 0, 200, videos=1), AUDIO),
        (Load(190, 0, 200, videos=2), AUDIO),
        (Load(58, 0, 60, videos=1), STILLS),
        (Load(30, 0, 32, videos=1), TELEPHONE),
        (Load(30, 0, 32, videos=1, has_sound=False), STILLS),
        (Load(700, 100), LOWER),
        (Load(700, 200), LOWER),  # smaller pictures are all that helps against chance
        (Load(700, 250, videos=0), FULL),
        (Load(60, 400, videos=0), TELEPHONE),  # a call of sound alone has nothing else to try
    ],
)
def test_what_a_steady_line_is_asked_to_carry(load, rung):
    assert after(load) is rung


def test_a_line_that_loses_a_quarter_keeps_speech_first():
    assert fallen(Load(200, 280)) == [FULL, AUDIO]


def test_speech_that_is_lost_itself_ends_at_the_telephone():
    assert fallen(Load(60, 400)) == [FULL, AUDIO, TELEPHONE]


def test_a_queue_before_the_line_counts_what_it_added():
    ladder = Ladder()
    ladder.take(Load(700, 0, rtt_ms=600), 0)  # far away, but steady
    for at in range(TICK_MS, 20_000, TICK_MS):
        ladder.take(Load(700, 0, rtt_ms=640), at)
    assert ladder.rung is FULL
    for at in range(20_000, 30_000, TICK_MS):
        ladder.take(Load(700, 0, rtt_ms=1_100), at)
    assert ladder.rung is LOWER
    for at in range(30_000, 40_000, TICK_MS):
        ladder.take(Load(700, 0, rtt_ms=1_700), at)
    assert ladder.rung is AUDIO


@pytest.mark.parametrize("rtt_ms", [185, 480, 1_100])
def test_another_way_that_is_longer_is_no_queue_for_ever(rtt_ms):
    ladder = Ladder()
    for at in range(0, 60_000, TICK_MS):
        ladder.take(Load(900, 0, 5_000, rtt_ms=30), at)
    for at in range(60_000, 70_000, TICK_MS):  # the direct way fails, and another is found
        ladder.take(Load(900, 300, 5_000, rtt_ms=30), at)
    assert ladder.rung is AUDIO
    for at in range(70_000, 70_000 + BASE_WINDOW_MS + 4 * RISE_MS, TICK_MS):
        ladder.take(Load(900, 0, 5_000, rtt_ms=rtt_ms), at)
    assert ladder.rung is FULL


def test_a_leg_that_connects_anew_is_measured_against_its_new_way_at_once():
    ladder = Ladder()
    for at in range(0, 60_000, TICK_MS):
        ladder.take(Load(900, 0, 5_000, rtt_ms=30), at)
    ladder.connected()
    for at in range(60_000, 90_000, TICK_MS):
        assert ladder.take(Load(900, 0, 5_000, rtt_ms=1_100), at) is FULL


def test_a_sender_that_is_still_rising_is_left_alone():
    ladder = Ladder()
    for at in range(0, RAMP_MS, TICK_MS):
        assert ladder.take(Load(300, 0, 310, videos=2), at) is FULL
    for at in range(RAMP_MS, 60_000, TICK_MS):
        assert ladder.take(Load(1_800, 0, 2_000, videos=2), at) is FULL


def test_a_sender_whose_pictures_were_paused_begins_low_again():
    ladder, at = Ladder(AUDIO), 0
    while ladder.rung is AUDIO:
        ladder.take(Load(50, 0), at)
        at += TICK_MS
    rose = at - TICK_MS
    while at < rose + RAMP_MS:
        assert ladder.take(Load(100, 0, 110, videos=2), at) is LOWER
        at += TICK_MS
    fell = at + FALL_MS
    while at < fell:
        assert ladder.take(Load(190, 0, 200, videos=2), at) is LOWER
        at += TICK_MS
    assert ladder.take(Load(190, 0, 200, videos=2), at) is AUDIO  # it is as narrow as it was


def test_one_bad_report_lowers_nothing():
    ladder = Ladder()
    for at in range(100):
        load = Load(700, 500 if at % 3 == 0 else 0)
        assert ladder.take(load, at * TICK_MS) is FULL


def test_a_line_that_was_away_is_not_narrow_for_that():
    ladder = Ladder()
    for at in range(0, 20_000, TICK_MS):
        ladder.take(Load(1_800, 0, 2_000, videos=2), at)
    ladder.take(Load(700, 600), 20_000)  # the line goes
    ladder.take(Load(100, 900), 32_000)  # and is back
    assert ladder.rung is FULL
    for at in range(34_000, 32_000 + RAMP_MS, TICK_MS):  # its sender begins low
        assert ladder.take(Load(100, 0, 110, videos=2), at) is FULL
    for at in range(40_000, 60_000, TICK_MS):
        ladder.take(Load(190, 0, 200, videos=2), at)
    assert ladder.rung is AUDIO


def test_it_falls_to_the_mildest_that_was_asked_for():
    ladder = Ladder()
    for at, loss in enumerate([300, 120, 300]):
        ladder.take(Load(700, loss), at * TICK_MS)
    assert ladder.rung is LOWER


def test_it_falls_after_four_seconds_and_rises_after_ten():
    assert (FALL_MS, RISE_MS) == (4_000, 10_000)
    ladder, at = Ladder(), 0
    while ladder.rung is FULL:
        ladder.take(Load(200, 300), at)
        at += TICK_MS
    assert at - TICK_MS == FALL_MS
    calm = at
    while ladder.rung is AUDIO:
        ladder.take(Load(50, 0), at)
        at += TICK_MS
    assert ladder.rung is LOWER  # one at a time
    assert at - TICK_MS - calm == RISE_MS


def narrow(kbps: int, rung: Rung, videos: int = 1) -> Load:
    """What a line of so many kbit/s reports under a sender that adapts, but not below its floor."""
    wish = {FULL: 1_500, LOWER: 300, AUDIO: 50, STILLS: 45, TELEPHONE: 30}[rung]
    passed = min(wish, kbps)
    loss = 1_000 * max(0, wish - kbps) // wish
    return Load(passed, min(loss, 80), kbps if wish > kbps else None, 100, videos)


@pytest.mark.parametrize(("kbps", "lowest"), [(900, FULL), (200, AUDIO), (2_000, FULL)])
def test_a_narrow_line_is_tried_ever_more_seldom(kbps, lowest):
    ladder, changes, rung = Ladder(), [], FULL
    for at in range(0, 3_600_000, TICK_MS):
        now = ladder.take(narrow(kbps, ladder.rung), at)
        if now is not rung:
            changes.append(at)
            rung = now
    # An hour of it: at most a try every five minutes, once it is known not to hold.
    assert len(changes) <= 2 * (3_600_000 // 300_000) + 12
    if lowest is FULL:
        assert changes == []
    else:
        held = sum(b - a for a, b in zip(changes[::2], changes[1::2], strict=False))
        assert held > 0.9 * 3_500_000


def test_a_random_line_changes_at_most_every_four_seconds():
    dice, ladder, changes, rung = random.Random(7), Ladder(), [], FULL
    for at in range(0, 1_200_000, TICK_MS):
        load = Load(
            dice.randrange(30, 900), dice.choice([0, 0, 20, 120, 300]), dice.randrange(30, 2_000)
        )
        now = ladder.take(load, at)
        if now is not rung:
            changes.append((at, rung, now))
            rung = now
    times = [at for at, _, _ in changes]
    assert all(b - a >= FALL_MS for a, b in itertools.pairwise(times))
    assert all(now.rank - was.rank == -1 for _, was, now in changes if now.rank < was.rank)
