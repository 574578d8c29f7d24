"""A window's key shown to the desk, over HTTP."""

import pytest

from audit.note import encode_base64
from outlet_client.api.device import PATH, PROPOSALS_PER_MINUTE
from scenes.signing import Browser


@pytest.fixture
def app(live_app):
    return live_app


async def test_a_clerk_shows_keys_so_often_and_no_more(clerk, sign_in, clock, k, city):
    def body(secret: int) -> dict[str, str]:
        shown = Browser(k, city.actors["clerk1"], secret).public_key
        return {"public_key": encode_base64(shown)}

    for _ in range(PROPOSALS_PER_MINUTE):
        assert (await clerk.post(PATH, body(5)))[0] == 200
    refused = await clerk.client.post(PATH, json=body(5))
    assert (refused.status, (await refused.json())["code"]) == (429, "P-06")
    wait_s = 60 // PROPOSALS_PER_MINUTE
    assert refused.headers["Retry-After"] == str(wait_s)
    # Nobody else has to wait, and asking how a key stands is no try.
    elsewhere = await sign_in("clerk3", "community/1")
    assert (await elsewhere.post(PATH, body(6)))[0] == 200
    assert (await clerk.get(PATH))[0] == 200
    clock.advance(wait_s * 1_000)
    assert (await clerk.post(PATH, body(5)))[0] == 200
