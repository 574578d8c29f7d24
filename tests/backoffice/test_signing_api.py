"""Signed decisions over HTTP: the key made known, the act shown, the confirmation held against it."""

import dataclasses

import pytest
from aiohttp.test_utils import TestClient, TestServer
from backoffice_house import PASSWORD, an_app

from audit import note
from audit.entry import Entry
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.take_case import TakeCase, take_case
from casework.model.actor_key import SigningRule
from casework.model.case import CaseState, Road
from casework.store.reading import entries_of
from casework.views.act_to_sign import ActToSign, CommittedField
from scenes.case_scene import DESK_ITEM
from scenes.signing import Browser

CASES = "/api/v1/review/cases"
KEYS = "/api/v1/review/signing-keys"


@pytest.fixture
def case_id(house) -> str:
    case_id = house.accepted(DESK_ITEM, Road.DESK)
    house.run(take_case, TakeCase(case_id), house.reviewer)
    return case_id


@pytest.fixture
def decision(house, case_id) -> str:
    """The path of a prepared decision."""
    return f"{CASES}/{case_id}/decision/{house.desk.prepared(case_id).decision_id}"


@pytest.fixture
def browser(house) -> Browser:
    return Browser(house.kernel, house.reviewer, 1, origin=house.log.published().origin)


async def code_of(answer) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


async def enrol(client, browser):
    body = {"kind": "webcrypto-p256", "public_key": note.encode_base64(browser.public_key)}
    return await client.post(KEYS, json=body)


async def signed(client, browser, decision) -> dict:
    """The body of a signed confirmation, made from the answer of the desk alone."""
    told = await (await client.get(f"{decision}/act")).json()
    assert told.pop("origin") == browser.origin
    assert told.pop("authenticators") == []
    fields = tuple(CommittedField(**one) for one in told.pop("fields"))
    made = dataclasses.asdict(browser.signed(ActToSign(**told, fields=fields)))
    del made["origin"]
    return {"signature": made}


def last_entry(house, case_id) -> Entry:
    with house.kernel.store.reading() as conn:
        found = [Entry.decode(one.body) for one in entries_of(conn, f"case:{case_id}")]
    return next(one for one in reversed(found) if one.type == "decision.confirmed")


async def test_a_decision_is_signed(client, sign_in, house, case_id, decision, browser):
    await sign_in("reviewer", "reviewer1")
    assert (await (await enrol(client, browser)).json())["id"] == browser.id
    body = await signed(client, browser, decision)
    answer = await client.post(f"{decision}/confirm", json=body)
    assert (await answer.json())["state"] == "handed_back", await answer.text()
    assert last_entry(house, case_id).akey == browser.id


async def test_what_does_not_fit_has_its_code(client, sign_in, house, case_id, decision, browser):
    await sign_in("reviewer", "reviewer1")
    body = await signed(client, browser, decision)
    assert await code_of(await client.post(f"{decision}/confirm", json=body)) == (409, "A-01")
    await enrol(client, browser)
    other = {"signature": body["signature"] | {"asig": note.encode_base64(bytes(64))}}
    assert await code_of(await client.post(f"{decision}/confirm", json=other)) == (422, "A-06")
    house.run(reveal_field, RevealField(case_id, "applicant.name"), house.reviewer)
    assert await code_of(await client.post(f"{decision}/confirm", json=body)) == (409, "A-05")
    assert house.desk.case(case_id).state is CaseState.IN_FIRST_REVIEW
    body = await signed(client, browser, decision)
    assert (await client.post(f"{decision}/confirm", json=body)).status == 200


@pytest.mark.parametrize(
    "signature",
    [
        {},
        {"akey": "x", "asig": "", "seq": 1, "prev": "0" * 64},
        {"akey": "0" * 64, "asig": "A" * 4097, "seq": 1, "prev": "0" * 64},
        {"akey": "0" * 64, "asig": "", "seq": -1, "prev": "0" * 64},
        {"akey": "0" * 64, "asig": "", "seq": 1, "prev": "0" * 64, "more": 1},
    ],
)
async def test_malformed_signatures_are_told_by_field(client, sign_in, decision, signature):
    await sign_in("reviewer", "reviewer1")
    answer = await client.post(f"{decision}/confirm", json={"signature": signature})
    assert await code_of(answer) == (422, "K-01")


async def test_the_act_is_shown_to_its_reviewer_alone(client, sign_in, decision):
    assert await code_of(await client.get(f"{decision}/act")) == (401, "P-01")
    await sign_in("reviewer", "reviewer2")
    assert await code_of(await client.get(f"{decision}/act")) == (409, "C-14")
    await sign_in("reviewer", "reviewer1")
    answer = await client.get(f"{decision}/act")
    assert answer.headers["Cache-Control"] == "no-store"
    assert {one["field"] for one in (await answer.json())["fields"]} >= {"outcome", "item"}


@pytest.fixture
async def asks_for(house, request):
    """A client of a desk with another rule, signed in as the reviewer."""
    app = an_app(house, signing=request.param)
    async with TestClient(TestServer(app)) as client:
        form = {"number": "reviewer1", "password": PASSWORD}
        await client.post("/sign-in/reviewer", data=form, allow_redirects=False)
        yield client


@pytest.mark.parametrize("asks_for", [SigningRule.REQUIRED], indirect=True)
async def test_where_signatures_are_required_an_unsigned_decision_is_refused(
    asks_for, house, case_id, decision, browser
):
    assert await code_of(await asks_for.post(f"{decision}/confirm", json={})) == (409, "A-07")
    await enrol(asks_for, browser)
    body = await signed(asks_for, browser, decision)
    assert (await asks_for.post(f"{decision}/confirm", json=body)).status == 200


@pytest.mark.parametrize("asks_for", [SigningRule.OFF], indirect=True)
async def test_where_they_are_off_nothing_is_looked_at(asks_for, house, case_id, decision, browser):
    body = await signed(asks_for, browser, decision)
    assert (await asks_for.post(f"{decision}/confirm", json=body)).status == 200
    assert last_entry(house, case_id).akey is None


async def test_a_reviewer_sees_and_revokes_her_own_keys_alone(client, sign_in, house, browser):
    other = Browser(house.kernel, house.city.actors["reviewer2"], 2, origin=browser.origin)
    browser.enrol()
    other.enrol()
    await sign_in("reviewer", "reviewer1")
    text = await (await client.get("/hall/keys")).text()
    assert browser.id in text
    assert other.id not in text
    path = "/api/v1/signing-keys/{}/revoke"
    answer = await client.post(path.format(other.id), json={"reason": "doubted"})
    assert await code_of(answer) == (403, "K-03")
    answer = await client.post(path.format("0" * 64), json={"reason": "doubted"})
    assert await code_of(answer) == (404, "K-02")
    assert (await client.post(path.format(browser.id), json={"reason": "lost"})).status == 200
    assert "已注销" in await (await client.get("/hall/keys")).text()
    assert await code_of(await enrol(client, browser)) == (409, "A-02")


async def test_the_duty_lead_sees_and_revokes_all(client, sign_in, house, browser):
    browser.enrol()
    await sign_in("lead", "lead")
    assert browser.id in await (await client.get("/lead/keys")).text()
    path = f"/api/v1/signing-keys/{browser.id}/revoke"
    assert (await client.post(path, json={"reason": "left"})).status == 200
    assert "data-action=" not in await (await client.get("/lead/keys")).text()


async def test_the_auditor_sees_whether_a_decision_is_signed(client, sign_in, house):
    from casework.actions.view_case import ViewCase, view_case

    def words(case_id: str) -> str:
        viewed = house.run(view_case, ViewCase(case_id, "抽查"), house.city.actors["auditor"])
        return f"/audit/cases/{case_id}?viewing={viewed.entry_seq}"

    await sign_in("auditor", "auditor")
    text = await (await client.get(words(house.decided(DESK_ITEM)))).text()
    assert "未签名" in text
