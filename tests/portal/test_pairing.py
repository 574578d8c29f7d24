"""The citizen screen's sign-in by pairing code."""

import pytest

from casework.actions.issue_pairing_code import IssuePairingCode, issue_pairing_code
from casework.actions.revoke_citizen_screen import RevokeCitizenScreen, revoke_citizen_screen
from casework.actor import Actor, Role
from portal.doors import Door
from portal.keys import SESSIONS


@pytest.fixture
def clerk(town) -> Actor:
    return Actor(town.staff["clerk01"], Role.CLERK, outlet=town.outlet, window=town.windows[0])


@pytest.fixture
def code(k, clerk) -> str:
    return k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=clerk).code


async def pair(client, code: str):
    return await client.post("/pair", data={"code": code}, allow_redirects=False)


async def screen_of(app, answer):
    return await app[SESSIONS].find(Door.CITIZEN, answer.cookies["yc_citizen"].value)


async def test_a_code_opens_the_screen_of_its_window(app, client, town, code):
    answer = await pair(client, f"{code[:4]} {code[4:]}")
    assert (answer.status, answer.headers["Location"]) == (303, "/screen")
    found = await screen_of(app, answer)
    assert found.actor.role is Role.CITIZEN
    assert (found.actor.outlet, found.actor.window) == (town.outlet, town.windows[0])
    assert (found.name, found.window_name, found.outlet_name) == ("", "1号窗口", "城关支行网点")


@pytest.mark.parametrize("wrong", ["", "00000000", "abc", "1" * 40])
async def test_a_wrong_code_is_refused_on_the_page(client, code, wrong):
    answer = await pair(client, wrong if wrong != code else "11111111")
    assert answer.status == 403
    assert 'data-problem="L-09"' in await answer.text()
    assert not answer.cookies


async def test_a_code_works_once_and_for_five_minutes(client, k, clerk, clock, code):
    assert (await pair(client, code)).status == 303
    assert (await pair(client, code)).status == 403
    late = k.writer.run_sync(issue_pairing_code, IssuePairingCode(), actor=clerk).code
    clock.advance(5 * 60_000 + 1)
    assert (await pair(client, late)).status == 403


async def test_a_revoked_screen_is_signed_out(app, client, k, clerk, code):
    answer = await pair(client, code)
    assert await screen_of(app, answer) is not None
    k.writer.run_sync(revoke_citizen_screen, RevokeCitizenScreen(), actor=clerk)
    assert await screen_of(app, answer) is None


async def test_guessing_is_slowed(client, town, settings):
    for _ in range(settings.tries_per_minute_number):
        await pair(client, "00000000")
    answer = await pair(client, "00000000")
    assert (answer.status, 'data-problem="P-06"' in await answer.text()) == (429, True)
