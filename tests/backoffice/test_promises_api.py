"""Promises in the hall: shown to who reviews and who audits, verified by the duty lead over HTTP and on a page."""

import pytest
from backoffice_screen import shot
from playwright.async_api import expect

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.take_case import TakeCase, take_case
from casework.model.case import Road
from casework.views.commitments import is_barred
from scenes.barriers import no_barriers
from scenes.material_sources import PROMISED, TERMS, filled_without, promised, publish_sources

FOUND = {"result": "breached", "finding": "原单位来函：劳动关系尚未终止。"}


def with_promise(house) -> tuple[str, str]:
    """An accepted case and the promise that it was accepted by."""
    desk = house.desk
    publish_sources(desk)
    case_id = filled_without(desk)
    made = promised(desk, case_id)
    desk.sign(case_id)
    house.run(accept_case, AcceptCase(case_id, Road.DESK), desk.clerk)
    return case_id, made.commitment_id


@pytest.fixture
def case(house) -> tuple[str, str]:
    return with_promise(house)


def path(case):
    return f"/api/v1/lead/promises/{case[0]}/{case[1]}/check"


async def test_no_other_door_leads_here(client, sign_in, case):
    for door, login in (("reviewer", "reviewer1"), ("auditor", "auditor")):
        await sign_in(door, login)
        answer = await client.post(path(case), json=FOUND)
        assert (answer.status, (await answer.json())["code"]) == (403, "P-02")
        assert (await client.get("/lead/promises", allow_redirects=False)).status != 200


async def test_the_reviewer_sees_that_it_goes_by_promise(client, sign_in, house, case):
    await sign_in("reviewer", "reviewer1")
    house.run(take_case, TakeCase(case[0]), house.reviewer)
    shown = await (await client.get(f"/api/v1/review/cases/{case[0]}")).json()
    material = next(one for one in shown["materials"] if one["code"] == PROMISED)
    assert material["promise"]["text"] == TERMS.text
    assert material["promise"]["state"] == "standing"
    assert material["versions"][0]["source"] == "commitment"


async def test_the_lead_records_a_breach_once(client, sign_in, house, case):
    await sign_in("lead", "lead")
    page = await (await client.get("/lead/promises")).text()
    assert TERMS.text in page
    for body in ({**FOUND, "finding": ""}, {**FOUND, "result": "standing"}, {"result": "verified"}):
        assert (await client.post(path(case), json=body)).status == 422
    headers = {"Idempotency-Key": "one-press"}
    for _ in range(2):
        answer = await client.post(path(case), json=FOUND, headers=headers)
        assert answer.status == 200, await answer.text()
    again = await client.post(path(case), json=FOUND)
    assert (await again.json())["code"] == "C-102"
    assert house.types(f"case:{case[0]}").count("desk.commitment.checked") == 1
    assert TERMS.text not in await (await client.get("/lead/promises")).text()
    with house.kernel.store.reading() as conn:
        assert is_barred(conn, case[0])


async def test_an_unknown_promise_is_not_found(client, sign_in, case):
    await sign_in("lead", "lead")
    answer = await client.post(path((case[0], "0" * 26)), json=FOUND)
    assert (answer.status, (await answer.json())["code"]) == (404, "K-02")


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_the_lead_verifies_on_a_page_without_barriers(live_house, server, enter):
    with_promise(live_house)
    page = await enter("lead", "lead", "/lead/promises")
    await expect(page.get_by_text("待核查", exact=True)).to_be_visible()
    await no_barriers(page)
    await shot(page, "promises")
    await page.set_viewport_size({"width": 320, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="承诺不实").click()
    await expect(page.get_by_label("核查情况")).to_be_focused()
    await page.get_by_label("核查情况").fill(FOUND["finding"])
    await page.get_by_role("button", name="承诺不实").click()
    await page.get_by_role("dialog").get_by_role("button", name="记录", exact=True).click()
    await expect(page.get_by_text("没有待核查的承诺")).to_be_visible()
