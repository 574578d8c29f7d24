"""Security keys over HTTP: made known, offered to their own site alone, and what is refused."""

import pytest
from aiohttp.test_utils import TestClient, TestServer
from backoffice_house import PASSWORD, an_app

from casework.views.actor_keys import authenticators_of
from scenes.authenticator import Authenticator
from scenes.signing import Holder

KEYS = "/api/v1/review/authenticators"


@pytest.fixture
def holder(house) -> Holder:
    return Holder(house.kernel, house.reviewer, 1, origin=house.log.published().origin)


@pytest.fixture
def site(request) -> str:
    return getattr(request, "param", "https://hall.window.example")


@pytest.fixture
async def client(house, site):
    """Signed in as the reviewer, at a desk that is set up for `site`."""
    async with TestClient(TestServer(an_app(house, site=site))) as made:
        form = {"number": "reviewer1", "password": PASSWORD}
        await made.post("/sign-in/reviewer", data=form, allow_redirects=False)
        yield made


def answer_of(holder: Holder, device: Authenticator) -> dict:
    said = f"yunchuang/enrol/v1\n{holder.origin}\n{holder.actor.id}\n".encode()
    made = device.attested(said)
    return {
        "credential": made["id"],
        "attestation_object": made["response"]["attestationObject"],
        "client_data": made["response"]["clientDataJSON"],
    }


async def code_of(answer) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


def held(house, holder):
    with house.kernel.store.reading() as conn:
        return authenticators_of(conn, holder.origin, house.reviewer.id)


async def test_one_is_made_known_for_the_site_that_is_set_up(client, house, holder):
    device = Authenticator(1, "hall.window.example", "https://hall.window.example")
    answer = await client.post(KEYS, json=answer_of(holder, device))
    assert (await answer.json())["id"] == holder.id
    (key,) = held(house, holder)
    assert key.authenticator.party.web_origin == "https://hall.window.example"
    text = await (await client.get("/hall/keys")).text()
    assert "安全密钥" in text
    assert holder.id in text


async def test_one_of_another_site_is_refused(client, house, holder):
    answer = await client.post(KEYS, json=answer_of(holder, holder.device))
    assert await code_of(answer) == (422, "K-01")
    assert held(house, holder) == ()


@pytest.mark.parametrize(
    "body", [{}, {"credential": "", "attestation_object": "", "client_data": ""}]
)
async def test_what_is_no_answer_of_a_browser_is_refused(client, body):
    assert await code_of(await client.post(KEYS, json=body)) == (422, "K-01")


# The address of the test server itself is a number.
@pytest.mark.parametrize(
    "site", ["", "https://192.0.2.7", "http://window.example", "https://["], indirect=True
)
async def test_where_no_site_can_be_one_none_is_taken(client, holder):
    answer = await client.post(KEYS, json=answer_of(holder, holder.device))
    assert await code_of(answer) == (409, "A-10")


async def test_nobody_else_makes_one_known(client, holder):
    async with TestClient(client.server) as stranger:
        answer = await stranger.post(KEYS, json=answer_of(holder, holder.device))
        assert await code_of(answer) == (401, "P-01")
