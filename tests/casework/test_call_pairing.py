"""The citizen screen joins its window by a code that works once."""

import pytest
from sqlalchemy import select

from casework.actions.issue_pairing_code import IssuePairingCode, issue_pairing_code
from casework.actions.join_leg import JoinLeg, join_leg
from casework.actions.pair_citizen_screen import PairCitizenScreen, pair_citizen_screen
from casework.actions.revoke_citizen_screen import RevokeCitizenScreen, revoke_citizen_screen
from casework.actor import SYSTEM
from casework.clock import ManualClock
from casework.errors import NotAllowed
from casework.model.call import CallState, LegState
from casework.policy.call_refusals import PairingRefused
from casework.store import schema_call as s
from casework.views.calls import legs_of
from casework.views.snapshots import snapshot
from scenes.call_scene import Stage
from scenes.hall_scene import Hall, build_hall
from scenes.kernel import Kernel


@pytest.fixture
def hall(k: Kernel) -> Hall:
    return build_hall(k.writer)


def test_a_code_pairs_once(k, hall):
    issued = k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=hall.clerk)
    assert len(issued.code) == 8
    paired = k.writer.run_sync(pair_citizen_screen, PairCitizenScreen(issued.code), actor=SYSTEM)
    assert (paired.window_id, paired.outlet_id) == (hall.window, hall.outlet)
    with pytest.raises(PairingRefused):
        k.writer.run_sync(pair_citizen_screen, PairCitizenScreen(issued.code), actor=SYSTEM)
    with k.store.reading() as conn:
        assert snapshot(conn, f"window:{hall.window}")["screen"] is True
        assert issued.code not in str(conn.execute(select(s.pairing_code)).all())


def test_a_code_ends_with_its_time_and_with_the_next_code(k, hall, clock: ManualClock):
    first = k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=hall.clerk)
    second = k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=hall.clerk)
    clock.advance(5 * 60_000)
    for code in (first.code, second.code, "", "x" * 500):
        with pytest.raises(PairingRefused):
            k.writer.run_sync(pair_citizen_screen, PairCitizenScreen(code), actor=SYSTEM)


def test_a_window_has_one_screen(k, hall):
    screens = []
    for _ in range(2):
        issued = k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=hall.clerk)
        command = PairCitizenScreen(issued.code)
        screens.append(k.writer.run_sync(pair_citizen_screen, command, actor=SYSTEM).screen_id)
    alive = select(s.citizen_screen.c.id).where(s.citizen_screen.c.revoked_ms.is_(None))
    with k.store.reading() as conn:
        assert conn.scalars(alive).all() == screens[1:]
    k.writer.run_sync(revoke_citizen_screen, RevokeCitizenScreen(), actor=hall.clerk)
    with k.store.reading() as conn:
        assert conn.scalars(alive).all() == []
        assert snapshot(conn, f"window:{hall.window}")["screen"] is False


def test_only_a_clerk_at_a_window_asks_for_a_code(k, hall):
    for actor in (hall.screen, hall.reviewers[0], hall.lead):
        with pytest.raises(NotAllowed):
            k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=actor)
        with pytest.raises(NotAllowed):
            k.writer.run_sync(revoke_citizen_screen, RevokeCitizenScreen(), actor=actor)


@pytest.mark.parametrize("another", [True, False])
def test_a_screen_that_is_sent_away_leaves_the_call(k, hall, another):
    """Its media too: signing it out alone would leave the picture of the hall on it."""
    stage = Stage(k, hall)
    call_id, window, reviewer = stage.active()
    citizen = k.writer.run_sync(join_leg, JoinLeg(call_id, ()), actor=hall.screen)
    stage.report(citizen, LegState.CONNECTED)
    if another:
        issued = k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=hall.clerk)
        k.writer.run_sync(pair_citizen_screen, PairCitizenScreen(issued.code), actor=SYSTEM)
    else:
        k.writer.run_sync(revoke_citizen_screen, RevokeCitizenScreen(), actor=hall.clerk)
    with k.store.reading() as conn:
        states = {leg.id: leg.state for leg in legs_of(conn, call_id)}
    assert states == {
        window.leg_id: LegState.CONNECTED,
        reviewer.leg_id: LegState.CONNECTED,
        citizen.leg_id: LegState.CLOSED,
    }
    assert stage.call(call_id).state is CallState.ACTIVE
