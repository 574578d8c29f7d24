"""Registering an intake platform in Chromium: by the keyboard, at any width, and without barriers."""

import json

import pytest
from playwright.async_api import expect

from scenes.barriers import no_barriers
from scenes.intake_platform import ISSUER, KID, MAPPING, private_key

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_a_platform_is_registered_with_the_keyboard_and_its_page_reflows(enter):
    page = await enter("admin", "admin", "/admin/platforms")
    await page.get_by_label("平台名称", exact=True).focus()
    await page.keyboard.type("示范市政务服务平台")
    await page.keyboard.press("Tab")
    await page.keyboard.type(ISSUER)
    await page.keyboard.press("Tab")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("示范市政务服务平台")

    key = private_key()
    await page.locator("[name=key]").fill(json.dumps(key.as_dict(private=True)))
    await page.get_by_role("button", name="登记公钥").click()
    await expect(page.get_by_text("J-12")).to_be_visible()
    await page.locator("[name=key]").fill(key.as_pem(private=False).decode())
    await page.locator("[name=kid]:not([type=hidden])").fill(KID)
    await page.get_by_role("button", name="登记公钥").click()
    await expect(page.locator(f"tr[data-kid='{KID}']")).to_contain_text(key.thumbprint())

    await page.locator("[name=mapping]").fill(MAPPING.replace("account:", "no_such:"))
    await page.get_by_role("button", name="保存对应关系").click()
    await expect(page.locator("#bad-rows li")).to_have_count(1)
    await no_barriers(page)
    await page.locator("[name=mapping]").fill(MAPPING)
    await page.get_by_role("button", name="保存对应关系").click()
    await expect(page.locator("tr[data-item='SB-002']")).to_be_visible()

    for width in (1366, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        await no_barriers(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
