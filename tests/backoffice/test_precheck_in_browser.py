"""The hall's page of a pre-check, in a real Chromium: a checklist with opinions, and nothing to decide."""

import pytest
from backoffice_screen import connect, shot
from playwright.async_api import expect

from casework.keys.key_ring import KeyRing
from casework.model.call import CallKind, CallState
from casework.model.case import CaseState
from casework.model.opinion import Opinion
from casework.views.opinions import opinions_of
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM
from scenes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

DECIDING = ("approve", "refuse", "return", "supplement", "take")


async def test_opinions_are_noted_in_the_call_and_nothing_can_be_decided(live_house, enter):
    case_id = live_house.desk.signed(DESK_ITEM)
    call_id, _counter, _hall = live_house.stage(case_id).active(
        live_house.reviewer, kind=CallKind.PRECHECK
    )
    page = await enter("reviewer", "reviewer1", f"/hall/call/{call_id}")
    await connect(live_house, call_id)
    first, *rest = [one.code for one in live_house.desk.item(case_id).materials]
    line = page.locator(f"[data-material={first}]")
    await expect(line.locator("[data-action=opinion-meets]")).to_be_enabled()
    await expect(page.locator("#review-title")).to_have_text("材料预审")
    await expect(page.locator("#action-hint")).to_contain_text("不作决定")
    for action in DECIDING:
        await expect(page.locator(f"[data-action={action}]")).to_have_count(0)
    await no_barriers(page)
    await shot(page, "precheck")

    # Why it must be replaced is asked for before anything is sent.
    await line.locator("[data-action=opinion-replace]").click()
    words = line.get_by_role("textbox", name="给窗口的说明")
    await expect(words).to_be_focused()
    await expect(words).to_have_attribute("aria-invalid", "true")
    await words.fill("复印件不清楚，请换原件。")
    await line.locator("[data-action=opinion-replace]").click()
    await expect(line).to_have_attribute("data-opinion", "replace")
    for code in rest:
        other = page.locator(f"[data-material={code}]")
        await other.locator("[data-action=opinion-meets]").click()
        await expect(other).to_have_attribute("data-opinion", "meets")
    await expect(page.locator("[data-left='0']")).to_have_text("每份材料都有意见了")
    await no_barriers(page)
    size = page.viewport_size
    await page.set_viewport_size({"width": 320, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.set_viewport_size(size)

    # A page that is loaded again shows what was noted.
    await page.reload()
    await expect(line).to_have_attribute("data-opinion", "replace")
    await expect(words).to_have_value("复印件不清楚，请换原件。")

    await page.click("[data-action=end-call]")
    await page.click("dialog[open] button[value=yes]")
    await page.click("[data-action=close-wrap-up]")
    await page.wait_for_url("**/hall")
    await until(lambda: live_house.stage(case_id).call(call_id).state is CallState.ENDED)
    assert noted(live_house, case_id) == {
        first: Opinion.REPLACE,
        **dict.fromkeys(rest, Opinion.MEETS),
    }
    assert live_house.desk.case(case_id).state is CaseState.DRAFT


def noted(live_house, case_id: str) -> dict[str, Opinion]:
    keys: KeyRing = live_house.kernel.keys
    with live_house.kernel.store.reading() as conn:
        found = opinions_of(conn, keys, live_house.desk.case(case_id))
    return {one.code: one.opinion for one in found}


async def test_the_ring_and_the_list_say_that_it_is_a_pre_check(live_house, enter):
    case_id = live_house.desk.signed(DESK_ITEM)
    live_house.on_duty("reviewer1")
    page = await enter("reviewer", "reviewer1", "/hall")
    await expect(page.locator("[data-action=presence-free]")).to_be_visible()
    live_house.stage(case_id).request(kind=CallKind.PRECHECK)
    await expect(page.locator("[data-ring] [data-kind=precheck]")).to_have_text("材料预审")
    await expect(page.locator("#queue .line-marks")).to_contain_text("材料预审")
    await no_barriers(page)
