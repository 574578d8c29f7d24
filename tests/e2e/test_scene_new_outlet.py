"""Plays docs/scenes/new-outlet.md on a live node: what a reader does is what stands there."""

import pytest
from playhouse.scene import WAIT_MS, player_at, steps_of
from playwright.async_api import async_playwright

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_an_outlet_is_opened_from_nothing_and_its_clerk_opens_a_case(node):
    played = steps_of("new-outlet.md")
    assert len(played) > 60
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        player = await player_at(browser, node.url)
        await player.play_all(played)
        await player.page.wait_for_url("**/window/cases/*", timeout=WAIT_MS)
        await browser.close()
