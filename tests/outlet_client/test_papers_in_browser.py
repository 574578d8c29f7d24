"""单据 on the case page: a press prints into a tab of its own, and the next one says 补打."""

import pytest
from playwright.async_api import expect

from casework.model.case import Road
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM, Desk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_papers_are_printed_from_the_case(window, k, city, live):
    case_id = Desk(k, city).accepted(DESK_ITEM, Road.DESK)
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    papers = window.get_by_role("region", name="单据")
    receipt = papers.locator("[data-paper=acceptance_receipt]")
    await expect(receipt).to_have_attribute("data-copies", "0")
    await expect(papers.locator("li")).to_have_count(1)
    await no_barriers(window)
    async with (
        window.context.expect_page() as opened,
        window.context.expect_event(
            "response", lambda one: one.url.endswith("/papers/acceptance_receipt/0/1.pdf")
        ) as answered,
    ):
        await papers.get_by_role("button", name="打印 受理回执", exact=True).click()
    assert (await answered.value).headers["content-type"] == "application/pdf"
    await (await opened.value).close()
    await expect(receipt).to_have_attribute("data-copies", "1")
    await expect(receipt).to_contain_text("已打印 1 次")
    async with window.context.expect_page() as opened:
        await papers.get_by_role("button", name="补打小票 受理回执", exact=True).click()
    await (await opened.value).close()
    await expect(receipt).to_have_attribute("data-copies", "2")
    await window.set_viewport_size({"width": 320, "height": 700})
    wide = await window.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide
    await expect(papers.get_by_role("button", name="补打 受理回执", exact=True)).to_be_visible()
