"""Sound against picture, told by marks that were seen in two places."""

import random

import pytest

from bench.live.marks import Marks, skew_between

BEEPS = [100.0 + n for n in range(15)]


def later(times, seconds):
    return [at + seconds for at in times]


def test_what_arrives_as_it_was_sent():
    here = Marks(later(BEEPS, 0.2), BEEPS)
    there = Marks(later(here.flashes, 0.3), later(BEEPS, 0.3))
    assert skew_between(here, there) == pytest.approx(0)


@pytest.mark.parametrize("skew_s", [-0.3, -0.1, 0.1, 0.3])
def test_sound_that_lies_elsewhere(skew_s):
    here = Marks(later(BEEPS, 0.2), BEEPS)
    there = Marks(later(here.flashes, 0.05), later(BEEPS, 0.05 + skew_s))
    assert skew_between(here, there) == pytest.approx(skew_s)


@pytest.mark.parametrize("first_s", [0.0, 0.3, 0.45, 0.5, 0.55])
def test_a_sender_whose_picture_runs_away_from_its_sound(first_s):
    """Frames of a busy machine come late, each a little more: flash and beep go round in a circle."""
    dice = random.Random(7)
    flashes = [100.0 + first_s + 1.2 * n for n in range(12)]
    there = Marks([at + dice.uniform(0.03, 0.07) for at in flashes], later(BEEPS, 0.05))
    assert skew_between(Marks(flashes, BEEPS), there) == pytest.approx(0, abs=0.03)


def test_marks_that_one_side_did_not_see():
    here = Marks(BEEPS[::2], BEEPS[1:])
    there = Marks([at for at in BEEPS if at != BEEPS[4]], BEEPS[:-1])
    assert skew_between(here, there) == pytest.approx(0)


def test_too_few_marks_tell_nothing():
    assert skew_between(Marks(BEEPS[:2], BEEPS), Marks(BEEPS, BEEPS)) is None
    assert skew_between(Marks(BEEPS, BEEPS), Marks(BEEPS, [])) is None
    assert skew_between(Marks(BEEPS, []), Marks(BEEPS, BEEPS)) is None
