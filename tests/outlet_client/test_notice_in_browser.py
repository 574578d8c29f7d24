"""The recording notice on the citizen's screen: a refusal is never lost, and it wins."""

import pytest
from playwright.async_api import expect

from casework.model.call import CallState, NoticeAnswer
from scenes.asked_citizen import slow
from scenes.barriers import no_barriers
from scenes.counter_pages import shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

AGREE, REFUSE = "[data-action=notice-agree]", "[data-action=notice-refuse]"
ASKS_FOR_THE_CAMERA = """
() => {
  localStorage.setItem("yunchuang.source.citizen_camera", "any");
  window.prompts = [];
  navigator.mediaDevices.getUserMedia = () => new Promise((resolve) => {
    const allow = () => {
      const stream = document.createElement("canvas").captureStream();
      resolve(stream);
      return stream.getTracks()[0];
    };
    prompts.push(allow);
  });
}
"""


REFUSED = (CallState.DECLINED_CONSENT, [NoticeAnswer.REFUSED])


async def test_a_refusal_overtakes_an_agreement_that_is_on_its_way(asked, complaints):
    screen = asked.screen
    late = await slow(screen, "citizen", type="notice.answer", answer="agreed")
    call_id = await asked.call()
    await screen.click(AGREE)
    await late.until_asked()
    await expect(screen.locator(AGREE)).to_have_attribute("aria-busy", "true")
    await expect(screen.locator(REFUSE)).to_be_enabled()
    await no_barriers(screen)
    await shot(screen, "screen-notice-agreeing")
    await screen.click(REFUSE)
    await asked.declined()
    late.let_go()
    await late.until_answered()
    # The agreement that came too late is nothing to be told.
    await screen.evaluate("new Promise(requestAnimationFrame)")
    await expect(screen.locator(".toast")).to_have_count(0)
    assert asked.answered(call_id) == REFUSED
    assert complaints == []


async def test_while_a_refusal_is_on_its_way_nobody_agrees(asked, complaints):
    screen = asked.screen
    late = await slow(screen, "citizen", type="notice.answer", answer="refused")
    call_id = await asked.call()
    await screen.focus(REFUSE)
    await screen.keyboard.press("Enter")
    await late.until_asked()
    await expect(screen.locator(REFUSE)).to_have_attribute("aria-busy", "true")
    await expect(screen.locator(AGREE)).to_have_attribute("aria-disabled", "true")
    await expect(screen.locator(REFUSE)).to_be_focused()
    await shot(screen, "screen-notice-refusing")
    await screen.dispatch_event(AGREE, "click")
    await screen.keyboard.press("Enter")
    late.let_go()
    await asked.declined()
    assert late.asked == 1
    assert asked.answered(call_id) == REFUSED
    assert complaints == []


async def test_a_call_that_is_over_needs_no_cancelling(asked, complaints):
    window = asked.window
    late = await slow(window, "clerk", type="call.cancel")
    await asked.call()
    await window.click("[data-action=cancel-call]")
    await late.until_asked()
    await expect(window.locator("[data-action=cancel-call]")).to_have_attribute("aria-busy", "true")
    await window.dispatch_event("[data-action=cancel-call]", "click")
    await asked.screen.click(REFUSE)
    await asked.declined()
    late.let_go()
    await late.until_answered()
    await window.evaluate("new Promise(requestAnimationFrame)")
    await expect(window.locator(".toast")).to_have_count(0)
    assert late.asked == 1
    assert complaints == []


class TestTablet:
    """The screen has a camera of its own."""

    @pytest.fixture
    def seat(self) -> str:
        return "bank/2"

    async def test_what_the_camera_s_prompt_keeps_open_is_refused_all_the_same(
        self, asked, complaints
    ):
        screen = asked.screen
        await screen.evaluate(ASKS_FOR_THE_CAMERA)
        call_id = await asked.call()
        await screen.click(AGREE)
        await screen.wait_for_function("() => prompts.length === 1")
        await screen.click(REFUSE)
        await asked.declined()
        assert asked.answered(call_id) == REFUSED

        # The next call asks anew, and what the first prompt gives is closed at once.
        again = await asked.call()
        assert (
            await screen.evaluate(
                """async () => {
              const track = prompts[0]();
              await new Promise((done) => setTimeout(done, 100));
              return track.readyState;
            }"""
            )
            == "ended"
        )
        await screen.click(AGREE)
        await screen.wait_for_function("() => prompts.length === 2")
        kept = await screen.evaluate_handle("prompts[1]()")
        await expect(screen.locator("#task[data-task=wait]")).to_be_visible()
        assert asked.answered(again) == (CallState.QUEUED, [NoticeAnswer.AGREED])
        assert await kept.evaluate("(track) => track.readyState") == "live"
        assert asked.answered(call_id) == REFUSED
        assert complaints == []
