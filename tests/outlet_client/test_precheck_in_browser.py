"""A draft's materials are looked at by the hall: the clerk's page and the citizen's screen in a Chromium."""

import asyncio

import pytest
from playwright.async_api import expect

from casework.actions.accept_call import AcceptCall, accept_call
from casework.actions.note_opinion import NoteOpinion, note_opinion
from casework.actions.report_leg import ReportLeg, report_leg
from casework.actor import SYSTEM
from casework.model.call import CallState, LegState, Seat
from casework.model.case import CaseState
from casework.model.opinion import Opinion
from casework.views.calls import legs_of, open_offers
from scenes.barriers import no_barriers
from scenes.call_scene import Stage
from scenes.case_scene import DESK_ITEM
from scenes.case_scene import Desk as CaseDesk
from scenes.counter_pages import paired, shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def rung(k) -> str:
    """Id of the offer that the dispatcher made."""
    async with asyncio.timeout(30):
        while True:
            with k.store.reading() as conn:
                if offers := open_offers(conn):
                    return offers[0].id
            await asyncio.sleep(0.05)


async def connected(k, call_id: str) -> None:
    """No worker is there to say that the legs of both sides are connected."""
    async with asyncio.timeout(30):
        while True:
            with k.store.reading() as conn:
                legs = {leg.seat: leg for leg in legs_of(conn, call_id)}
            if Seat.WINDOW in legs and Seat.HALL in legs:
                break
            await asyncio.sleep(0.05)
    for leg in legs.values():
        said = ReportLeg(leg.id, leg.incarnation, LegState.CONNECTED)
        await k.writer.run(report_leg, said, actor=SYSTEM)


async def test_the_clerk_asks_sees_the_opinions_and_accepts(
    window, chromium, k, city, live, complaints
):
    desk = CaseDesk(k, city)
    case_id = desk.signed(DESK_ITEM)
    stage = Stage(k, desk.hall(case_id))
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    # Without the citizen's screen nobody could answer the notice.
    await expect(window.locator("[data-action=pair-for-precheck]")).to_be_visible()
    await expect(window.locator("[data-action=call-precheck]")).to_have_count(0)
    screen = await paired(window, chromium, complaints)
    stage.on_duty(desk.reviewer)
    await window.click("[data-action=call-precheck]")
    offer = await rung(k)
    calling = window.locator("#calling")
    await expect(calling).to_have_attribute("data-call-state", "offered")
    await no_barriers(window)
    await screen.click("[data-action=notice-agree]")
    call_id = (await k.writer.run(accept_call, AcceptCall(offer), actor=desk.reviewer)).call_id
    await asyncio.to_thread(stage.join, call_id, desk.reviewer)
    await connected(k, call_id)
    await expect(calling).to_have_attribute("data-call-state", "active")
    await expect(screen.locator("[data-precheck]")).to_contain_text("不作决定")
    await no_barriers(screen)

    code = desk.item(case_id).materials[0].code
    command = NoteOpinion(case_id, call_id, code, Opinion.REPLACE, "复印件不清楚，请换原件。")
    await k.writer.run(note_opinion, command, actor=desk.reviewer)
    opinion = window.locator(f"[data-material={code}] .slot-opinion")
    await expect(opinion).to_contain_text("预审：需要更换")
    await expect(opinion).to_contain_text("复印件不清楚，请换原件。")
    await no_barriers(window)
    await shot(window, "window-precheck")
    size = window.viewport_size
    await window.set_viewport_size({"width": 320, "height": 900})
    assert await window.evaluate("document.documentElement.scrollWidth") <= 320
    await window.set_viewport_size(size)

    # Nobody accepts what is being looked at; nothing is lost by trying.
    await window.click(".step[data-step=accept] [data-action=open-step]")
    await window.click("[data-action=accept-desk]")
    await expect(window.get_by_text("本件的预审连线还没有结束")).to_be_visible()
    assert desk.case(case_id).state is CaseState.DRAFT

    await window.click("#calling [data-action=end-call]")
    await window.click("dialog[open] button[value=yes]")
    over = window.locator("[data-banner=precheck-over]")
    await expect(over).to_contain_text("预审已结束")
    assert stage.call(call_id).state is CallState.WRAP_UP
    # The one-time notice begins with what was found wanting.
    await window.click("[data-action=tell-missing]")
    dialog = window.locator("#notice-dialog")
    await expect(dialog.locator(f"[data-target={code}] input[type=checkbox]")).to_be_checked()
    words = dialog.locator(f"[data-target={code}] input[required]")
    await expect(words).to_have_value("复印件不清楚，请换原件。")
    await no_barriers(window)
    await window.click("[data-action=close-notice]")
    # And it binds nobody.
    await window.click("[data-action=accept-desk]")
    await expect(window.locator(".case-middle[data-step=hall]")).to_be_visible()
    assert desk.case(case_id).state is CaseState.ACCEPTED
    assert complaints == []


async def test_a_refused_notice_ends_the_pre_check_and_not_the_case(
    window, chromium, k, city, live, complaints
):
    desk = CaseDesk(k, city)
    case_id = desk.signed(DESK_ITEM)
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    screen = await paired(window, chromium, complaints)
    await window.click("[data-action=call-precheck]")
    await screen.click("[data-action=notice-refuse]")
    await expect(window.locator("[data-banner=precheck-over]")).to_contain_text("不同意录音录像")
    await expect(window.locator("[data-action=call-precheck]")).to_be_visible()
    await window.click(".step[data-step=accept] [data-action=open-step]")
    await window.click("[data-action=accept-desk]")
    await expect(window.locator(".case-middle[data-step=hall]")).to_be_visible()
    # What was said to the pre-check is not said of the review.
    await expect(window.locator("[data-banner=call-over]")).to_have_count(0)
    assert complaints == []
