"""The duty lead's wall and the auditor's pages in a real Chromium."""

import pytest
from backoffice_screen import shot
from playwright.async_api import expect

from casework.model.call import AwayReason, Presence
from scenes.barriers import no_barriers
from scenes.case_scene import CALL_ITEM, DESK_ITEM

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_the_wall_shows_queue_staff_and_alerts(live_house, enter):
    live_house.on_duty("reviewer2", Presence.AWAY, AwayReason.MEETING)
    live_house.stage(live_house.accepted(CALL_ITEM)).request()
    page = await enter("lead", "lead", "/lead", size=(1920, 1080))
    await expect(page.locator("[data-alert=empty_hall]")).to_be_visible()
    await no_barriers(page)
    await shot(page, "wall")
    scrolls = await page.evaluate("document.documentElement.scrollHeight > innerHeight")
    assert not scrolls


async def test_the_auditor_finds_opens_and_verifies(live_house, enter):
    case_id = live_house.decided(DESK_ITEM)
    for _ in range(6):
        live_house.desk.opened(CALL_ITEM)
    page = await enter("auditor", "auditor", "/audit")
    await no_barriers(page)
    await shot(page, "audit-list")
    await page.click(f"a[href='/audit/cases/{case_id}']")
    await no_barriers(page)
    await page.click("[data-purpose] >> nth=0")
    await shot(page, "audit-purpose")
    await page.click("[data-action=state-purpose]")
    await expect(page.locator("#moments .audit-moment").first).to_be_visible()
    await no_barriers(page)
    await page.click("[data-action=verify]")
    await expect(page.locator("[data-verdict=good]")).to_be_visible()
    await shot(page, "audit-case")
