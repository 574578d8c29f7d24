"""Guides as people read them: without barriers, and on a telephone nothing lies beside the page."""

import pytest

from scenes.barriers import no_barriers
from scenes.counter_pages import new_page, shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

BESIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [320, 1280])
async def test_from_the_first_letters_to_the_guide(live, chromium, complaints, width):
    page = await new_page(
        chromium,
        complaints,
        base_url=str(live.make_url("/")),
        viewport={"width": width, "height": 900},
    )
    await page.goto("/guide")
    await page.fill("#guide-query", "lwpq")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#guides a[data-code='LD-002']")
    assert await page.evaluate(BESIDE) <= 0
    await no_barriers(page)
    await page.click("#guides a[data-code='LD-002']")
    await page.wait_for_selector("#guide[data-code='LD-002']")
    assert await page.evaluate(BESIDE) <= 0
    await no_barriers(page)
    await shot(page, f"guide-{width}")
    assert complaints == []
