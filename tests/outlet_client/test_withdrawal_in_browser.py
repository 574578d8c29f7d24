"""Taking back the agreement to be recorded, on the citizen's screen and at the window."""

import pytest
from playwright.async_api import Page, expect

from casework.model.call import CallState, NoticeAnswer
from scenes.asked_citizen import Asked, slow
from scenes.barriers import no_barriers
from scenes.counter_pages import shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

WITHDRAW = "[data-action=withdraw-consent]"
WITHDRAWN = (CallState.DECLINED_CONSENT, [NoticeAnswer.WITHDRAWN])
AGREED = (CallState.QUEUED, [NoticeAnswer.AGREED])
YES, NO = "dialog[open] button[value=yes]", "dialog[open] button[value='']"


async def agreed(asked: Asked) -> str:
    """The citizen has agreed, and the call waits for a reviewer."""
    call_id = await asked.call()
    await asked.screen.click("[data-action=notice-agree]")
    await expect(asked.screen.locator("#task[data-task=wait]")).to_be_visible()
    await expect(asked.window.locator(WITHDRAW)).to_be_visible()
    assert asked.answered(call_id) == AGREED
    return call_id


async def told(asked: Asked) -> None:
    """Both pages say why the call is over, and neither offers what is done."""
    banner = asked.window.locator("[data-banner=call-over]")
    await expect(banner).to_contain_text("群众已撤回对录音录像的同意")
    ended = asked.screen.locator("[data-call-ended=consent_withdrawn]")
    await expect(ended).to_contain_text("您已撤回同意，连线已结束")
    for page in (asked.window, asked.screen):
        await expect(page.locator(WITHDRAW)).to_have_count(0)


async def question(page: Page) -> None:
    await page.click(WITHDRAW)
    await expect(page.locator("dialog[open]")).to_contain_text("作为证据保存")


async def test_the_citizen_takes_it_back_while_the_call_waits(asked, complaints):
    call_id = await agreed(asked)
    screen = asked.screen
    await question(screen)
    await no_barriers(screen)
    await shot(screen, "screen-withdraw")
    await screen.click(NO)
    await expect(screen.locator("dialog")).to_have_count(0)
    assert asked.answered(call_id) == AGREED

    await question(screen)
    await screen.click(YES)
    await told(asked)
    await no_barriers(screen)
    await shot(screen, "screen-withdrawn")
    assert asked.answered(call_id) == WITHDRAWN
    assert complaints == []


async def test_the_clerk_writes_down_what_the_citizen_says(asked, complaints):
    call_id = await agreed(asked)
    window = asked.window
    await question(window)
    await no_barriers(window)
    await shot(window, "window-withdraw")
    await window.click(YES)
    await told(asked)
    await no_barriers(window)
    assert asked.answered(call_id) == WITHDRAWN
    assert complaints == []


async def test_a_narrow_screen_has_room_for_it(asked, complaints):
    await agreed(asked)
    screen = asked.screen
    await screen.set_viewport_size({"width": 320, "height": 568})
    await expect(screen.locator(WITHDRAW)).to_be_in_viewport()
    assert await screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert complaints == []


async def test_pressed_on_both_pages_it_is_done_once(asked, complaints):
    """The window's is still on its way when the citizen's has ended the call."""
    window, screen = asked.window, asked.screen
    late = await slow(window, "clerk", type="consent.withdraw")
    call_id = await agreed(asked)
    await question(window)
    await window.click(YES)
    await late.until_asked()
    await expect(window.locator(WITHDRAW)).to_have_attribute("aria-busy", "true")
    await question(screen)
    await screen.click(YES)
    await told(asked)
    late.let_go()
    await late.until_answered()
    await window.evaluate("new Promise(requestAnimationFrame)")
    await expect(window.locator(".toast")).to_have_count(0)
    assert asked.answered(call_id) == WITHDRAWN
    assert complaints == []


async def test_another_act_under_way_does_not_hold_it_back(asked, complaints):
    window = asked.window
    late = await slow(window, "clerk", type="call.cancel")
    call_id = await agreed(asked)
    await window.click("[data-action=to-desk]")
    await late.until_asked()
    await question(window)
    await window.click(YES)
    ended = asked.screen.locator("[data-call-ended=consent_withdrawn]")
    await expect(ended).to_contain_text("您已撤回同意，连线已结束")
    assert asked.answered(call_id) == WITHDRAWN
    late.let_go()
    await late.until_answered()
    assert complaints == []


async def test_the_next_citizen_is_not_told_of_it(asked, complaints):
    await agreed(asked)
    await question(asked.screen)
    await asked.screen.click(YES)
    await told(asked)
    await asked.window.click("[data-rail=home]")
    await expect(asked.screen.get_by_role("heading", name="欢迎")).to_be_visible()
    await expect(asked.screen.locator("[data-call-ended]")).to_have_count(0)
    assert complaints == []
