"""The score of a line: its table, and that it holds still."""

import itertools

import pytest

from casework.model.line import LineFigures, LineLevel, Rung
from casework.policy.line_score import (
    BOUNDS,
    FALL_MS,
    IMPLIED,
    RISE_MS,
    FreezeCount,
    SteadyLevel,
    level_of,
)

GOOD, FAIR, POOR, BAD = LineLevel


def figures(loss=0, rtt=20, jitter=5, freezes=0, down_loss=0):
    return LineFigures(800, 900, loss, down_loss, rtt, jitter, freezes)


@pytest.mark.parametrize(
    ("measured", "level"),
    [
        (figures(), GOOD),
        (figures(rtt=None, jitter=None), GOOD),
        (figures(loss=29), GOOD),
        (figures(loss=30), FAIR),
        (figures(down_loss=99), FAIR),
        (figures(down_loss=100), POOR),
        (figures(loss=149), POOR),
        (figures(loss=150), BAD),
        (figures(rtt=249), GOOD),
        (figures(rtt=250), FAIR),
        (figures(rtt=500), POOR),
        (figures(rtt=1_000), BAD),
        (figures(jitter=39), GOOD),
        (figures(jitter=40), FAIR),
        (figures(jitter=100), POOR),
        (figures(jitter=250), BAD),
        (figures(freezes=1), FAIR),
        (figures(freezes=3), POOR),
        (figures(loss=20, rtt=300, jitter=12), FAIR),  # the poor outlet
        (figures(loss=30, rtt=1_200), BAD),  # the worst figure counts
    ],
)
def test_one_figure_that_reaches_its_bound_is_enough(measured, level):
    assert level_of(measured) is level


@pytest.mark.parametrize("rung", Rung)
def test_a_line_that_was_relieved_is_no_better_for_it(rung):
    assert level_of(figures(), rung) is IMPLIED[rung]
    assert level_of(figures(loss=200), rung) is BAD


def test_bounds_grow_with_the_level():
    worst_first = [bounds for _, bounds in BOUNDS]
    for worse, better in itertools.pairwise(worst_first):
        assert worse.loss_permille > better.loss_permille
        assert worse.rtt_ms > better.rtt_ms
        assert worse.jitter_ms > better.jitter_ms
        assert worse.freezes > better.freezes


def play(*measured: LineLevel, every_ms: int = 2_000) -> list[LineLevel]:
    steady = SteadyLevel()
    return [steady.take(one, at * every_ms) for at, one in enumerate(measured)]


@pytest.mark.parametrize(
    ("measured", "held"),
    [
        ([GOOD], [GOOD]),  # nothing to hold on to yet
        ([BAD], [BAD]),
        ([GOOD, BAD, GOOD, BAD, GOOD], [GOOD] * 5),  # single reports change nothing
        ([GOOD, BAD, BAD, BAD], [GOOD, GOOD, GOOD, BAD]),  # 4 s of it do
        ([GOOD, BAD, FAIR, BAD], [GOOD, GOOD, GOOD, FAIR]),  # to the mildest of them
        ([POOR, *[GOOD] * 6], [POOR] * 6 + [GOOD]),  # 10 s to rise
        ([POOR, GOOD, GOOD, POOR, *[GOOD] * 6], [POOR] * 9 + [GOOD]),
        ([BAD, GOOD, POOR, *[GOOD] * 4], [BAD] * 6 + [POOR]),
        ([FAIR, POOR, POOR, GOOD, POOR, POOR, POOR], [FAIR] * 6 + [POOR]),
    ],
)
def test_a_level_must_hold_to_count(measured, held):
    assert play(*measured) == held


def test_it_falls_sooner_than_it_rises():
    assert FALL_MS < RISE_MS


def test_a_line_that_swings_every_other_report_never_flaps():
    levels = play(*[GOOD, BAD] * 200)
    assert set(levels) == {GOOD}


def test_freezes_count_over_ten_seconds():
    count = FreezeCount()
    assert [count.take(one, at * 2_000) for at, one in enumerate([1, 0, 2, 0, 0, 0, 0, 0, 0])] == [
        1, 1, 3, 3, 3, 3, 2, 2, 0,
    ]  # fmt: skip
