"""`make bench-call` with one call: every figure is there, and none is absurd."""

import math

import pytest

from bench.calls.__main__ import Plan, line, measure
from bench.calls.figures import Figures, breakdown, percentile, rows
from bench.calls.moments import Moment, all_seen, first, seen

pytestmark = pytest.mark.timeout(180)

ABSURD_MS = 10_000


def frame(at_ms, station, number):
    return Moment(at_ms, "frame", [station, number])


def test_everybody_is_seen_when_the_last_is():
    pages = {1: [frame(10, 3, 7), frame(30, 3, 8)], 3: [frame(20, 1, 5), frame(45, 2, 9)]}
    sees = {1: {3}, 3: {1, 2}}
    assert all_seen(pages, sees, 0) == 45
    assert all_seen(pages, sees, 15) == 45
    assert seen(pages[1], {3}, 15) == 30
    assert all_seen(pages, sees, 35) == math.inf, "one of them sees nothing new"
    assert first([Moment(5, "press", "accept")], "press", "accept", 6) == math.inf


def test_percentiles_are_values_that_were_measured():
    values = [float(n) for n in range(20, 0, -1)]
    assert (percentile(values, 50), percentile(values, 95)) == (10, 19)
    assert percentile([7.0], 95) == 7
    calls = [Figures(n, 2 * n, {10: 3 * n}, {"ring: asked": math.inf}) for n in values]
    found = {(row.metric, *row.params.values()): row.value for row in rows(calls)}
    assert found == {
        ("call/ring_ms_p50",): 10,
        ("call/ring_ms_p95",): 19,
        ("call/first_frame_ms_p50",): 20,
        ("call/first_frame_ms_p95",): 38,
        ("call/recover_ms_p50", 10): 30,
        ("call/recover_ms_p95", 10): 57,
    }
    assert list(breakdown(calls)) == [], "what never happened took no time"


@pytest.mark.browser
async def test_one_call_rings_shows_and_comes_back():
    [call] = await measure(Plan(calls=1, blackouts=(2,)))
    print(line(1, call))
    assert 0 < call.ring < call.steps["ring: ring shown"] + 1 < ABSURD_MS
    assert 0 < call.first_frame < ABSURD_MS
    assert 0 < call.recover[2] < ABSURD_MS
    assert 0 < call.steps["call: accepted"] < call.steps["call: hall sees"]
