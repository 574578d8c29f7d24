"""kill -9 at random moments of recorded calls, as `make bench-kills` does fifty times."""

import secrets

import pytest

from bench.kills.campaign import campaign
from bench.kills.plan import Kill, Target, plan
from bench.live.node import make_city

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

SEED = 29
TALK_S = (1.5, 1.0)


def test_a_plan_is_its_seed_and_leaves_no_target_out():
    kills = list(plan(50, SEED))
    assert kills == list(plan(50, SEED))
    assert kills != list(plan(50, SEED + 1))
    assert [kill.lossy for kill in kills[:4]] == [False, True, False, True]
    for target in Target:
        assert sum(kill.target is target for kill in kills) in {16, 17}


async def test_five_kills_and_one_that_nobody_chose(tmp_path):
    (tmp_path / "node").mkdir()
    seed = secrets.randbits(32)
    async with campaign(make_city(tmp_path / "city"), tmp_path / "node", *TALK_S) as kept:
        print(f"\na call lasts {await kept.rehearse():.1f} s; the last kill has seed {seed}")
        for kill in (*plan(5, SEED), *plan(1, seed)):
            outcome = await kept.run(kill)
            print(told(kill, outcome))
            assert outcome.problems == [], told(kill, outcome)


def told(kill: Kill, outcome) -> str:
    return f"  {kill} in {outcome.phase} after {outcome.at_s:.1f} s: lost {outcome.lost_s:.2f} s"
