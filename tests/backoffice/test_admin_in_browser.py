"""The administrator's pages in Chromium: no barrier that axe knows, no scrolling sideways at 320 px, and
everything reached with the keyboard.
"""

import pytest
from playwright.async_api import expect

from backoffice_console.admin_pages import ADMIN_PAGES
from scenes.barriers import no_barriers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NARROW = (320, 800)


def paths(house):
    outlet, person = house.city.outlets["bank"], house.city.actors["reviewer1"].id
    pages = ["/admin", *(page.href for page in ADMIN_PAGES)]
    return [*pages, f"/admin/outlets/{outlet}", f"/admin/staff/{person}"]


@pytest.mark.parametrize("size", [NARROW, (1366, 768)])
async def test_no_page_has_barriers_or_scrolls_sideways(enter, live_house, size):
    page = await enter("admin", "admin", "/admin", size)
    for path in paths(live_house):
        await page.goto(path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        await no_barriers(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0], path


async def test_an_outlet_is_opened_and_closed_with_the_keyboard_alone(enter):
    page = await enter("admin", "admin", "/admin/outlets")
    name = page.get_by_label("网点名称", exact=True)
    await name.focus()
    await page.keyboard.type("键盘网点")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    link = page.get_by_role("link", name="键盘网点")
    await link.focus()
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await page.get_by_text("永久关闭网点").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="关闭网点", exact=True)).to_be_focused()
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.get_by_text("已关闭").first).to_be_visible()
