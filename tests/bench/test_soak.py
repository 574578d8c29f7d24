"""Joins and leaves at a real node, and everything they took is given back; as `make soak` does."""

import secrets

import pytest

from bench.soak.joins import Joins, four_windows
from bench.soak.stock import Stock
from bench.soak.verdict import compare, is_memory_alone

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]

WARM_UP, JOINS, ROUNDS = 50, 150, 3


def test_what_is_more_than_allowed_is_not_back():
    base: Stock = {("desk", "tasks"): 10, ("desk", "rss_mb"): 100, ("worker-0", "legs"): 0}
    after: Stock = {("desk", "tasks"): 13, ("desk", "rss_mb"): 109, ("worker-0", "legs"): 0}
    lines = {line.what: line for line in compare(base, after, rss_mb=9)}
    assert (lines["tasks"].delta, lines["tasks"].is_back) == (3, False)
    assert lines["rss_mb"].is_back
    assert lines["legs"].is_back
    assert not any(line.is_back for line in compare({}, {("worker-0", "legs"): 1}, rss_mb=9))


@pytest.mark.parametrize(
    ("after", "alone"),
    [
        ({("desk", "rss_mb"): 120}, True),
        ({("desk", "rss_mb"): 120, ("desk", "tasks"): 5}, False),
        ({("desk", "tasks"): 5}, False),
        ({("desk", "rss_mb"): 101}, False),
    ],
)
def test_only_memory_is_looked_at_again(after: Stock, alone: bool):
    assert is_memory_alone(compare({("desk", "rss_mb"): 100}, after, rss_mb=9)) is alone


async def test_two_hundred_joins_and_leaves_leave_nothing_behind(tmp_path):
    seed = secrets.randbits(32)
    async with four_windows(tmp_path) as (node, companies):
        joins = Joins(node, companies, seed)
        lines = await joins.run(JOINS, WARM_UP, ROUNDS)
    print(f"\nseed {seed}, {joins.done} joins")
    for line in lines:
        print(f"  {line.process} {line.what}: {line.base:g} -> {line.after:g}")
    assert joins.done >= JOINS
    assert [line for line in lines if not line.is_back] == []
