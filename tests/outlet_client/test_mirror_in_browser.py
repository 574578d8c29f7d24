"""What the clerk's page shows on the citizen's screen, over a line that brings things late."""

import asyncio
from urllib.parse import urljoin

import pytest
from playwright.async_api import Page, expect

from scenes import counter as t
from scenes.counter_pages import begin, confirm, identify, paired, step, write
from scenes.held_requests import HeldFollow, hold

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

LONGER_THAN_BETWEEN_TWO_S = 0.7
"""A page that did not wait for its mirror's answer would have sent the next one by then."""


async def test_a_signature_outlives_a_late_answer(window, chromium, complaints):
    """A task that went and came back would wipe what has been written of it."""
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints)
    await until_to_be_signed(window)
    await screen.click("[data-action=compared]")
    async with hold(screen, "**/api/v1/screen") as late:
        await window.click("[data-step=materials] [data-action=open-step]")
        await expect(screen.locator("#task[data-task=wait]")).to_be_visible()
        await late.until_asked(1)
        await window.click("[data-step=sign] [data-action=open-step]")
        await expect(screen.locator("#task[data-task=sign]")).to_be_visible()
        # It asks once more since it was told something meanwhile: the late answer has been read then.
        late.let_go(1)
        await late.until_asked(2)
        await write(screen)
        late.let_newest_go_first()
        await confirm(screen)
        await step(window, "accept")
    assert complaints == []


async def test_the_newest_mirror_arrives_last(window, chromium, complaints):
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints)
    async with hold(window, "**/api/v1/window/mirror", requests=True) as late:
        await window.fill('[name="applicant.name"]', "群众乙")
        await late.until_asked(1)
        await window.fill('[name="applicant.name"]', "群众丁")
        await asyncio.sleep(LONGER_THAN_BETWEEN_TWO_S)
        late.let_newest_go_first()
        await late.until_asked(2)
    await expect(screen.locator("dd").first).to_have_text("群*丁")
    assert complaints == []


async def test_what_is_shown_before_the_window_is_followed_is_read(window, chromium, complaints):
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints)
    late = HeldFollow("window")
    late.hold()
    await screen.route_web_socket("**/ws/citizen", late.connect)
    await screen.reload()
    await late.until_asked()
    await until_to_be_signed(window)
    late.let_go()
    await expect(screen.locator("#task[data-task=read_back]")).to_be_visible()
    assert complaints == []


async def test_what_is_told_while_the_case_begins_to_be_followed_is_read(
    window, chromium, complaints
):
    """The screen would stay with the case as it was first read, and have nothing to be signed."""
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints)
    await until_all_is_there(window)
    case = window.url
    await window.goto(urljoin(case, "/window"))
    late = HeldFollow("case", answers=True)
    await screen.route_web_socket("**/ws/citizen", late.connect)
    await screen.reload()
    await late.until_follows("window")
    late.hold()
    await window.goto(case)
    await late.until_asked()
    await window.click("#main-action")
    await step(window, "sign")
    await late.until_told(type="screen.show", task="read_back")
    late.let_go()
    await expect(screen.locator("#task[data-task=read_back]")).to_be_visible()
    assert complaints == []


async def until_to_be_signed(window: Page) -> None:
    await until_all_is_there(window)
    await window.click("#main-action")
    await step(window, "sign")


async def until_all_is_there(window: Page) -> None:
    await identify(window)
    await window.click("#main-action")
    await step(window, "fill")
    await window.fill('[name="form.new_account"]', t.CARD)
    await window.fill('[name="form.new_bank"]', "城关支行")
    await window.select_option('[name="form.reason"]', "补换社会保障卡")
    await window.click("#main-action")
    await step(window, "materials")
    await window.click("#capture")
    await expect(window.locator("[data-material=id_card]")).to_contain_text("1/2 页")
    for material in ("id_card", "bank_card"):
        await window.click("#capture")
        await expect(
            window.locator(f"[data-material={material}][data-enough=true]")
        ).to_be_visible()
