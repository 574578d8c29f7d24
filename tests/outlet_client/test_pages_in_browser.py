"""Both pages of the counter in a real Chromium with the real socket; no media worker runs here."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from playwright.async_api import expect

from casework.actions.limit_leg import LimitLeg, limit_leg
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actor import SYSTEM
from casework.model.call import LegState, Seat
from casework.model.case import Road
from casework.model.line import Rung
from casework.views.calls import legs_of
from portal.doors import Door
from portal.keys import SESSIONS
from scenes import counter as t
from scenes.barriers import no_barriers
from scenes.call_scene import Stage
from scenes.case_scene import CALL_ITEM
from scenes.case_scene import Desk as CaseDesk
from scenes.counter_pages import begin, identify, paired, shot, sign, step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

KEPT_DRAFT = """
async ([field, value]) => {
  const { Kept } = await import("outlet_client/kept.js");
  const { pageData } = await import("portal/dom.js");
  const drafts = await new Kept(pageData("page-data").kept).list("draft.");
  return drafts.some((one) => one.about[field] === value);
}
"""


@pytest.fixture
async def reviewer(live, live_app, city) -> AsyncIterator[None]:
    """A reviewer's page that is on duty and lets it ring."""
    actor = city.actors["reviewer1"]
    token = await live_app[SESSIONS].open_for_staff(
        Door.REVIEWER, staff_id=actor.id, grant_id=actor.post or "", window_id=None
    )
    async with (
        ClientSession(cookies={Door.REVIEWER.cookie: token}) as session,
        session.ws_connect(live.make_url("/ws/reviewer")) as socket,
    ):
        await socket.send_json({"type": "presence.set", "id": 1, "state": "free"})
        assert (await socket.receive_json())["type"] == "ok"

        async def listen() -> None:
            """Whoever does not listen answers no ping, and counts as gone."""
            async for _ in socket:
                pass

        listening = asyncio.create_task(listen())
        yield
        listening.cancel()


async def test_from_beginning_to_ringing_in_at_most_eight_presses(
    window, chromium, reviewer, complaints
):
    await window.evaluate(
        "addEventListener('click', (e) => e.isTrusted && (window.presses = (window.presses ?? 0) + 1), true)"
    )
    await shot(window, "window-home")
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints)
    await no_barriers(window)
    await window.evaluate(
        "window.presses = 1"
    )  # the item; joining the screen is the morning's work

    await identify(window)
    await expect(screen.locator("dd").first).to_have_text("群*甲")
    await window.click("#main-action")
    await step(window, "fill")
    await window.fill('[name="form.new_account"]', t.CARD)
    await window.fill('[name="form.new_bank"]', "城关支行")
    await window.select_option('[name="form.reason"]', "补换社会保障卡")
    await expect(screen.locator("[data-field='form.new_account']")).to_have_text(
        "9999***********0012"
    )
    await shot(screen, "screen-fill")
    await no_barriers(screen)
    await window.click("#main-action")
    await step(window, "materials")
    await window.click("#capture")
    card = window.locator("[data-material=id_card]")
    await expect(card).to_contain_text("1/2 页")
    await expect(card).to_have_attribute("data-enough", "false")
    for material in ("id_card", "bank_card"):
        await window.click("#capture")
        await expect(
            window.locator(f"[data-material={material}][data-enough=true]")
        ).to_be_visible()
    await no_barriers(window)
    await window.click("#main-action")
    await step(window, "sign")

    await expect(screen.locator("#task[data-task=read_back]")).to_be_visible()
    await shot(screen, "screen-read-back")
    await no_barriers(screen)
    await screen.click("[data-action=compared]")
    await sign(screen)
    await step(window, "accept")
    await window.click("[data-action=accept-and-call]")
    await expect(window.locator("#calling[data-call-state=offered]")).to_be_visible()
    await step(window, "hall")
    assert await window.evaluate("window.presses") <= 8

    await expect(screen.locator("#task[data-task=notice]")).to_be_visible()
    await no_barriers(screen)
    await screen.click("[data-action=notice-agree]")
    await expect(screen.locator("#task[data-task=wait]")).to_be_visible()
    await window.click("[data-action=cancel-call]")
    await expect(window.locator("#main-action[data-action=call-hall]")).to_be_visible()
    assert complaints == []


async def test_a_refused_notice_leads_on_and_not_into_a_wall(window, chromium, complaints):
    await begin(window, "shbzkbh")
    screen = await paired(window, chromium, complaints)
    await identify(window)
    await window.click("#main-action")
    await window.select_option('[name="form.reason"]', "遗失补卡")
    await window.fill('[name="form.bank"]', "城关支行")
    await window.fill('[name="form.contact_phone"]', t.APPLICANT["phone"])
    await window.click("#main-action")
    await step(window, "materials")
    for page in (1, 2):
        await window.click("#capture")
        picture = window.locator(f"[data-page='{page}'] [data-action=enlarge]")
        await expect(picture).to_be_visible()
    await picture.click()
    large = window.locator("dialog[data-dialog=picture] img")
    await expect(large).to_be_visible()
    await window.keyboard.press("Escape")
    await expect(large).not_to_be_visible()
    await window.click("#main-action")
    await screen.click("[data-action=compared]")
    await sign(screen)
    await step(window, "accept")
    await window.click("[data-action=accept-and-call]")
    await screen.click("[data-action=notice-refuse]")
    await expect(window.locator("[data-banner=call-over]")).to_contain_text("群众不同意录音录像")
    await window.click("[data-action=to-desk]")
    await expect(window.locator("#main-action[data-action=next-case]")).to_be_visible()
    handed_in = screen.locator("[data-handed-in]")
    await expect(handed_in).to_contain_text("已提交后台审核")
    await expect(handed_in.locator(".case-code")).to_contain_text(
        await window.inner_text("#case-number")
    )
    await no_barriers(screen)
    await shot(screen, "screen-handed-in")

    # The tablet dies, and no call is there to notice it.
    await screen.close()
    mirror = window.locator(".mirror-card")
    await expect(mirror).to_contain_text("暂时断开")
    await expect(mirror).to_contain_text("未连接", timeout=30_000)
    assert complaints == []


async def seated(k, call_id: str) -> None:
    """No worker is there to say that the legs of both sides are connected."""
    for _ in range(200):
        with k.store.reading() as conn:
            legs = {leg.seat: leg for leg in legs_of(conn, call_id)}
        if Seat.WINDOW in legs and legs[Seat.WINDOW].incarnation > 1:
            break
        await asyncio.sleep(0.05)
    for leg in legs.values():
        await k.writer.run(
            report_leg, ReportLeg(leg.id, leg.incarnation, LegState.CONNECTED), actor=SYSTEM
        )


async def test_what_was_lowered_is_said_on_both_screens_of_the_counter(
    window, chromium, k, city, live, complaints
):
    desk = CaseDesk(k, city)
    case_id = desk.accepted(CALL_ITEM, Road.CALL)
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    screen = await paired(window, chromium, complaints)
    call_id, counter, _hall = Stage(k, desk.hall(case_id)).active(desk.reviewer)
    await expect(window.locator(f".call-card[data-call='{call_id}']")).to_be_visible()
    await seated(k, call_id)
    await expect(screen.locator("#task[data-task=call]")).to_be_visible()
    for rung, words in (
        (Rung.LOWER_VIDEO, "线路一般，已调低画面清晰度"),
        (Rung.AUDIO_FIRST, "线路较差，已先保声音，画面暂停"),
        (Rung.STILLS, "线路很差，画面改为每隔几秒一张"),
        (Rung.TELEPHONE, "请改打大厅电话 0000-12333"),
    ):
        await k.writer.run(limit_leg, LimitLeg(counter.leg_id, rung, Rung.FULL), actor=SYSTEM)
        for page in (window, screen):
            await expect(page.locator(f"[data-limit={rung}]")).to_contain_text(words)
    await shot(screen, "screen-telephone")
    await no_barriers(screen)
    await no_barriers(window)
    full = LimitLeg(counter.leg_id, Rung.FULL, Rung.FULL)
    await k.writer.run(limit_leg, full, actor=SYSTEM)
    for page in (window, screen):
        await expect(page.locator("[data-limit]")).to_have_count(0)


async def test_nothing_typed_is_lost_by_a_reload_or_a_mistake(window, chromium, complaints):
    await begin(window, "sybxjzh")
    await identify(window)
    await window.fill('[name="applicant.id_number"]', "990000198001010011")
    await window.fill('[name="applicant.phone"]', "139")
    # It is written within milliseconds, which nobody's reload undercuts but a test's.
    await window.wait_for_function(KEPT_DRAFT, arg=["applicant.phone", "139"])
    await window.reload()
    await expect(window.locator('[name="applicant.name"]')).to_have_value("群众甲")
    await window.click("#main-action")
    await expect(window.locator(".field-error")).to_have_count(2)
    await expect(window.locator(".field-error").first).to_contain_text("身份证号码")
    await expect(window.locator('[name="applicant.phone"]')).to_have_value("139")
    await window.fill('[name="applicant.id_number"]', t.APPLICANT["id_number"])
    await window.fill('[name="applicant.phone"]', t.APPLICANT["phone"])
    await window.click("#main-action")
    await step(window, "fill")
    kept = await window.evaluate("JSON.stringify(sessionStorage)")
    assert t.APPLICANT["id_number"] not in kept

    # Masked until pressed, and masked again when let go.
    await window.click(".step[data-step=identity] [data-action=open-step]")
    masked = window.locator("yc-masked", has_text="990")
    button = masked.get_by_role("button")
    await button.hover()
    await window.mouse.down()
    await expect(masked.locator(".masked-value")).to_have_text(t.APPLICANT["id_number"])
    await window.mouse.up()
    await expect(masked.locator(".masked-value")).to_have_text("990*************12")

    # Back by the browser's key, and on by the card that stands there.
    await window.go_back()
    await expect(window.locator(".go-on")).to_contain_text("失业保险金账号变更")
    await shot(window, "window-go-on")
    await no_barriers(window)
    await window.click("[data-action=go-on]")
    await step(window, "fill")
    assert complaints == []


async def test_an_act_waits_for_the_line_and_is_done_once(window, complaints):
    await begin(window, "sybxjzh")
    await identify(window)
    await window.context.set_offline(True)
    await window.click("#main-action")
    await expect(window.locator("[data-banner=act-waiting]")).to_be_visible()
    await shot(window, "window-line-lost")
    await window.context.set_offline(False)
    await step(window, "fill")
    await expect(window.locator("[data-banner=act-waiting]")).not_to_be_visible()
    assert complaints == []


async def test_devices_are_checked_and_faults_told_in_words(window, complaints):
    await window.click("[data-rail=devices]")
    await expect(window.locator(".device[data-source=camera]")).to_contain_text("画面正常")
    await expect(window.locator("#microphone-words")).to_have_text("已收到声音")
    await shot(window, "window-devices")
    await no_barriers(window)
    await window.evaluate(
        """() => {
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("", "NotReadableError"));
        }"""
    )
    select = window.locator(".device[data-source=camera] [data-action=choose-device]")
    await select.select_option("off")
    await select.select_option(index=0)
    fault = window.locator(".device[data-source=camera] [data-banner=device-fault]")
    await expect(fault).to_contain_text("D-03")
    assert complaints == []


async def test_the_screen_is_read_by_old_eyes_at_ten_inches(window, chromium, complaints):
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints, viewport={"width": 1024, "height": 600})
    await identify(window)
    await expect(screen.locator("dd").first).to_have_text("群*甲")
    for size in ("large", "largest"):
        await screen.click(f"[name=size][value={size}]")
        await expect(screen.locator("dd").first).to_have_text("群*甲")
        box = await screen.locator("[data-action=not-understood]").bounding_box()
        assert box is not None
        assert box["height"] >= 60
        assert box["y"] + box["height"] <= 600
        await shot(screen, f"screen-{size}")
    pixels = await screen.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert pixels == "30px"
    assert complaints == []


async def test_a_page_four_times_its_size_scrolls_in_one_direction_alone(window, complaints):
    """WCAG 2.2, 1.4.10 Reflow: nothing is cut off at 320 pixels, or at 1,280 magnified four times."""
    wide, narrow = "document.documentElement.scrollWidth", {"width": 320, "height": 768}
    usual = window.viewport_size
    assert usual is not None
    await window.set_viewport_size(narrow)
    await expect(window.locator("#item-search")).to_be_visible()
    assert await window.evaluate(wide) <= 320
    await window.set_viewport_size(usual)
    await begin(window, "sybxjzh")
    await identify(window)
    await window.set_viewport_size(narrow)
    assert await window.evaluate(wide) <= 320
    assert complaints == []
