"""Plays docs/scenes/new-outlet.md on a live node: what a reader does is what stands there."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SCENE = Path(__file__).parents[2] / "docs" / "scenes" / "new-outlet.md"
STEP = re.compile(
    r"^\d+\. (?P<verb>[^「`\s]+)\s*(?:「(?P<label>[^」]+)」)?(?: ?`(?P<value>[^`]+)`)?$"
)
WAIT_MS = 30_000
NARROW = {"width": 320, "height": 900}


def steps() -> list[re.Match[str]]:
    lines = SCENE.read_text(encoding="utf-8").splitlines()
    found = [(line, STEP.match(line)) for line in lines if re.match(r"^\d+\.", line)]
    assert [line for line, step in found if step is None] == [], "steps that nobody can play"
    return [step for _line, step in found if step is not None]


async def play(page: Page, step: re.Match[str]) -> None:
    verb, label, value = step["verb"], step["label"] or "", step["value"] or ""
    match verb:
        case "打开":
            await page.goto(value)
        case "填写":
            await page.get_by_label(label, exact=True).first.fill(value)
        case "选择":
            box = page.get_by_role("combobox", name=label, exact=True).first
            await box.select_option(label=value)
        case "点击":
            button = page.get_by_role("button", name=label, exact=True).first
            if await button.evaluate("one => one.type === 'submit'"):
                # What stands on the page before its answer is not what the next step is about.
                async with page.expect_navigation():
                    await button.click()
            else:
                await button.click()
        case "点击链接":
            async with page.expect_navigation():
                await page.get_by_role("link", name=label, exact=True).first.click()
        case "看到":
            await expect(page.get_by_text(label).first).to_be_visible()
        case _:
            raise AssertionError(f"no such verb: {verb}")


async def reflows(page: Page) -> None:
    """Nothing has to be scrolled sideways at 320 px (WCAG 1.4.10)."""
    size = page.viewport_size
    await page.set_viewport_size(NARROW)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= NARROW["width"], page.url
    await page.set_viewport_size(size)


async def test_an_outlet_is_opened_from_nothing_and_its_clerk_opens_a_case(node):
    played = steps()
    assert len(played) > 60
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        context = await browser.new_context(
            base_url=node.url, locale="zh-CN", viewport={"width": 1366, "height": 900}
        )
        context.set_default_timeout(WAIT_MS)
        page = await context.new_page()
        for step in played:
            try:
                await play(page, step)
            except Exception as error:
                raise AssertionError(f"step failed: {step.group()} at {page.url}") from error
            if step["verb"] == "看到" and "/window" not in page.url:
                await reflows(page)
        await page.wait_for_url("**/window/cases/*", timeout=WAIT_MS)
        await browser.close()
