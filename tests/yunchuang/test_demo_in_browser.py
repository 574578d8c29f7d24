"""The demonstration's pages in a real Chromium, and the mode for four tabs on one machine."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import async_playwright, expect

from yunchuang.demo_data import DEMO_PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.demo, pytest.mark.timeout(240)]

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SOUND = """async () => {
  const { Speakers } = await import("signaling/speakers.js");
  const { Capture } = await import("signaling/capture.js");
  const context = new AudioContext();
  const track = context.createMediaStreamDestination().stream.getAudioTracks()[0];
  const [speakers, capture] = [new Speakers(), new Capture()];
  capture.adopt("microphone", track);
  window.sound = () => [!speakers.muted, track.enabled];
  window.choose = (muted) => { speakers.muted = muted; };
  window.silence = () => { track.enabled = false; };
}"""
ON, OFF = [True, True], [False, False]


@asynccontextmanager
async def context_at():
    async with (
        async_playwright() as driver,
        await driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS) as browser,
    ):
        yield await browser.new_context(locale="zh-CN")


async def until(tab, wanted):
    """Playwright's own waiting evaluates a string inside the page, which the policy forbids."""
    async with asyncio.timeout(30):
        while (found := await tab.evaluate("() => window.sound()")) != wanted:
            await asyncio.sleep(0.02)
    return found


async def use(tab):
    """What a person does by clicking into the tab."""
    await tab.evaluate('() => { window.dispatchEvent(new Event("focus")) }')


async def test_of_the_tabs_of_one_browser_only_the_used_one_has_the_sound(demo):
    async with context_at() as context:
        tabs = [await context.new_page() for _ in range(3)]
        for tab in tabs:
            await tab.goto(f"{demo.url}/demo")
            await tab.evaluate(SOUND)
        for used in (tabs[0], tabs[2], tabs[1]):
            await use(used)
            for tab in tabs:
                await until(tab, ON if tab is used else OFF)
        # What a person switched off stays off when the tab is used again.
        await tabs[0].evaluate("() => { window.choose(true) }")
        await use(tabs[0])
        await until(tabs[0], [False, True])
        await tabs[0].evaluate("() => { window.silence() }")
        await use(tabs[1])
        await until(tabs[1], ON)
        await use(tabs[0])
        await until(tabs[1], OFF)
        assert await tabs[0].evaluate("() => window.sound()") == OFF


async def test_outside_a_demonstration_every_page_has_the_sound(demo):
    async with context_at() as context:
        tabs = [await context.new_page() for _ in range(2)]
        for tab in tabs:
            await tab.goto(f"{demo.url}/demo")
            await tab.evaluate(
                """() => { document.querySelector('meta[name="yc-same-machine"]').remove() }"""
            )
            await tab.evaluate(SOUND)
            await use(tab)
        for tab in tabs:
            await until(tab, ON)


async def test_people_are_sent_in_and_away_by_a_button(demo):
    async with context_at() as context:
        page = await context.new_page()
        await page.goto(f"{demo.url}/demo")
        card = page.locator('[data-play="reviewer_answers"]')
        await card.get_by_role("button", name="让审核员来接").click()
        await expect(card.locator(".demo-progress")).to_have_text("在岗，等待呼叫", timeout=60_000)
        await expect(card.get_by_role("button", name="让审核员来接")).to_be_disabled()
        await card.get_by_role("button", name="请他们离开").click()
        await expect(card.locator(".demo-progress")).to_have_text("已离开", timeout=30_000)
        await expect(card.get_by_role("button", name="请他们离开")).to_be_hidden()


async def test_the_auditor_sees_the_verification_turn_red(demo, packaged):
    async with context_at() as context:
        page = await context.new_page()
        await page.goto(f"{demo.url}/demo/tampering")
        await page.fill("[name=number]", "20")
        await page.fill("[name=password]", DEMO_PASSWORD)
        await page.press("[name=password]", "Enter")
        await page.locator(f'option[value="{packaged.package}"]').wait_for(state="attached")
        await page.get_by_label("一条记录").check()
        await page.click("[data-action=tamper]")
        outcome = page.locator("#outcome")
        await expect(outcome).to_contain_text("改动前：完整，未发现改动", timeout=60_000)
        await expect(outcome.locator("[data-verdict]")).to_have_attribute(
            "data-verdict", "tampered"
        )
        await expect(outcome.locator('[data-record*="#"]').first).to_be_visible()
