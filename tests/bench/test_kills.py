"""kill -9 at random moments of recorded calls, as `make bench-kills` does fifty times."""

import secrets
from types import SimpleNamespace

import pytest

from bench.kills.campaign import campaign
from bench.kills.lost import lost_tails
from bench.kills.plan import Kill, Target, plan
from bench.kills.stations import DatedCamera
from bench.live.node import make_city
from outlet_client.agent.tracks import Stage

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


def test_a_call_killed_before_a_part_began_lost_all_that_it_had_sent(tmp_path):
    camera = DatedCamera(Stage(), 1, "station 1")
    camera.sent_at = [10.0, 10.1]
    talk = SimpleNamespace(legs=lambda: {"leg": 1}, cameras={1: camera}, microphones={})
    lost = lost_tails(SimpleNamespace(talk=talk), tmp_path, bytes(32), 10.4)
    assert lost == [pytest.approx(0.4)]
