"""The recording notice on the citizen's screen: a refusal is never lost, and it wins."""

from dataclasses import dataclass, replace

import pytest
from playwright.async_api import Page, expect

from casework.model.call import CallState, NoticeAnswer
from casework.model.case import Road
from casework.views.calls import call_of, persons_of
from scenes.case_scene import DESK_ITEM, Desk
from scenes.counter_pages import no_barriers, paired, shot
from scenes.held_requests import HeldAsk
from scenes.kernel import Kernel

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


@dataclass
class Asked:
    """A call that waits in the queue, and the citizen's screen that shows the notice."""

    k: Kernel
    window: Page
    screen: Page

    async def call(self) -> str:
        await self.window.click("[data-action=call-hall]")
        await expect(self.screen.locator("#task[data-task=notice]")).to_be_visible()
        return await self.window.get_attribute(".call-card", "data-call") or ""

    async def declined(self) -> None:
        banner = self.window.locator("[data-banner=call-over]")
        await expect(banner).to_contain_text("群众不同意录音录像")
        await expect(self.screen.locator("#task[data-task=wait]")).to_be_visible()

    def answered(self, call_id: str) -> tuple[CallState, list[NoticeAnswer | None]]:
        with self.k.store.reading() as conn:
            persons = persons_of(conn, call_id)
            answers = [one.answer for one in persons if one.kind.answers_notice]
            return call_of(conn, call_id).state, answers


REFUSED = (CallState.DECLINED_CONSENT, [NoticeAnswer.REFUSED])


@pytest.fixture
async def asked(window, chromium, k, city, live, seat, complaints) -> Asked:
    clerk = replace(city.actors["clerk1"], window=city.windows[seat])
    here = replace(city, actors={**city.actors, "clerk1": clerk})
    case_id = Desk(k, here).accepted(DESK_ITEM, Road.CALL)
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    return Asked(k, window, await paired(window, chromium, complaints))


async def slow(page: Page, door: str, **members: str) -> HeldAsk:
    """The page begins anew with a line on which these commands take their time."""
    late = HeldAsk(**members)
    await page.route_web_socket(f"**/ws/{door}", late.connect)
    await page.reload()
    return late


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
