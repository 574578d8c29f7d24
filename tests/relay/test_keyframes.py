"""Keyframe requests are merged and delayed, never dropped; NACKs follow the round trip."""

import asyncio
import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signaling.relay.keyframes import KeyframeThrottle
from signaling.relay.losses import (
    GIVE_UP_NS,
    LONGEST_GAP,
    LOOK_BACK,
    LOOK_BACK_NS,
    MOST_ASKS,
    LossTracker,
)

MS = 1_000_000


async def test_requests_are_merged_and_the_last_comes_on_the_trailing_edge(eventually):
    sent = []
    loop = asyncio.get_running_loop()
    throttle = KeyframeThrottle(loop, lambda: sent.append(time.monotonic()), 200 * MS)
    for _ in range(5):
        throttle.request()
    assert len(sent) == 1
    await eventually(lambda: len(sent) == 2)
    assert sent[1] - sent[0] >= 0.19
    await asyncio.sleep(0.3)
    assert len(sent) == 2


async def test_a_keyframe_that_began_answers_what_waits():
    sent = []
    throttle = KeyframeThrottle(asyncio.get_running_loop(), lambda: sent.append(1), 50 * MS)
    throttle.request()
    throttle.request()
    throttle.keyframe_began(7)
    await asyncio.sleep(0.1)
    assert (len(sent), throttle.last_keyframe_ns) == (1, 7)


def test_a_gap_is_asked_for_after_the_reordering_time_and_then_by_round_trip():
    tracker = LossTracker()
    for number in (1, 2, 5):
        assert tracker.arrived(number, 0)
    assert tracker.due(5 * MS, 100 * MS) == []
    assert tracker.due(10 * MS, 100 * MS) == [3, 4]
    assert tracker.due(100 * MS, 100 * MS) == []
    assert tracker.due(160 * MS, 100 * MS) == [3, 4]
    assert tracker.arrived(3, 170 * MS)
    assert tracker.due(400 * MS, 100 * MS) == [4]
    assert not tracker.arrived(3, 400 * MS)


def test_asking_ends_by_count_or_by_time():
    by_count, by_time = LossTracker(), LossTracker()
    for tracker in (by_count, by_time):
        tracker.arrived(1, 0)
        tracker.arrived(3, 0)
    asks = sum(len(by_count.due(n * 20 * MS, 0)) for n in range(1, 60))
    assert asks == MOST_ASKS
    assert by_count.take_given_up() == [(2, 2)]
    by_time.due(GIVE_UP_NS, 0)
    assert by_time.take_given_up() == [(2, 2)]
    assert not by_time.open
    assert not by_time.arrived(2, GIVE_UP_NS)


def test_asks_reach_over_a_burst_of_loss():
    tracker = LossTracker()
    tracker.arrived(1, 0)
    tracker.arrived(3, 0)
    asked_ms = [n for n in range(2_000) if tracker.due(n * MS, 5 * MS)]
    apart = [later - one for one, later in itertools.pairwise(asked_ms)]
    assert apart[0] == 20
    assert sorted(apart) == apart
    assert max(apart) <= 150
    assert len(asked_ms) == MOST_ASKS
    assert asked_ms[-1] > 700


def test_what_lies_before_the_first_packet_is_asked_for_and_never_given_up():
    tracker = LossTracker()
    tracker.arrived(100, 0)
    tracker.look_back(100, 0)
    assert tracker.due(10 * MS, 0) == list(range(100 - LOOK_BACK, 100))
    assert tracker.arrived(99, 12 * MS)
    assert tracker.arrived(97, 12 * MS)
    assert not tracker.arrived(97, 12 * MS)
    tracker.look_no_further(97)
    assert tracker.due(40 * MS, 0) == [98]
    tracker.due(LOOK_BACK_NS, 0)
    assert not tracker.open
    assert tracker.take_given_up() == []


def test_neighbours_given_up_together_are_one_range():
    tracker = LossTracker()
    tracker.arrived(1, 0)
    tracker.arrived(5, 0)
    tracker.arrived(7, 0)
    tracker.due(GIVE_UP_NS, 0)
    assert tracker.take_given_up() == [(2, 4), (6, 6)]


@pytest.mark.parametrize("gap", [LONGEST_GAP + 2, 20_000])
def test_a_long_hole_is_given_up_at_once(gap):
    tracker = LossTracker()
    tracker.arrived(1, 0)
    tracker.arrived(1 + gap, 0)
    assert tracker.take_given_up() == [(2, gap)]


@given(st.lists(st.integers(0, 900), min_size=1, max_size=200))
def test_every_number_is_received_or_given_up_exactly_once(numbers):
    """What the recorder relies on: no missing number without a line, none with both."""
    tracker = LossTracker()
    taken = [n for n in numbers if tracker.arrived(n, 0)]
    tracker.due(GIVE_UP_NS, 0)
    given_up = [n for a, b in tracker.take_given_up() for n in range(a, b + 1)]
    assert len(set(taken)) == len(taken)
    assert sorted(taken + given_up) == list(range(numbers[0], max(numbers) + 1))
