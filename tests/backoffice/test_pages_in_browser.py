"""The hall's pages in a real Chromium, with the real socket: what is seen, pressed and heard of."""

import asyncio

import pytest
from backoffice_screen import connect, shot
from playwright.async_api import expect
from sqlalchemy import insert, update

from casework.actions.limit_leg import LimitLeg, limit_leg
from casework.actions.note_health import NoteHealth, note_health
from casework.actor import SYSTEM
from casework.clock import SystemClock
from casework.ids import new_id
from casework.model.call import CallState
from casework.model.case import CaseState, Road
from casework.model.line import Rung
from casework.policy.routing import RING_MS
from casework.store import schema_call
from casework.views.calls import legs_of
from scenes.barriers import no_barriers
from scenes.case_scene import CALL_ITEM, DESK_ITEM, a_bank_card
from scenes.waiting import until
from signaling.protocol.server import LegQuality, RoomHealth
from signaling.setup import SIGNALING

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

IDENTITY = ("face_matches", "document_shown", "question_answered")


def healthy(live_house, server, call_id, *, ok=True):
    """What a media worker would report every second."""
    k = live_house.kernel
    now = k.clock.mono_ms()
    command = NoteHealth(call_id, ok, None if ok else "store_fault", now, now - 1500)
    k.writer.run_sync(note_health, command, actor=SYSTEM)
    hub = server.app[SIGNALING].hub
    stream = f"call:{call_id}"
    hub.tell(stream, RoomHealth(call=call_id, ok=ok, durable_ago_ms=1500))
    for seat in ("window", "hall"):
        hub.tell(
            stream,
            LegQuality(
                call=call_id,
                leg="leg",
                seat=seat,
                level="good",
                up_kbps=720,
                down_kbps=910,
                up_loss_permille=2,
                down_loss_permille=1,
                rtt_ms=24,
            ),
        )


def write_parts(tx, call_id, since_mono_ms=0):
    """As if every required track were being written since then."""
    for leg in legs_of(tx.conn, call_id):
        row = {
            "id": new_id().lower() + "000000",
            "call_id": call_id,
            "leg_id": leg.id,
            "site": leg.site,
            "sources": sorted(leg.required),
            "commitment": "0" * 64,
            "header_sha256": "0" * 64,
            "opened_ms": tx.now_ms,
            "opened_mono_ms": since_mono_ms,
            "segments": 1,
            "record_sha256": "0" * 64,
        }
        tx.conn.execute(insert(schema_call.part).values(row))


async def sit_down(live_house, call_id):
    """The page took the seat over, and everything is recorded."""
    await connect(live_house, call_id)
    await live_house.kernel.writer.run(write_parts, call_id, actor=SYSTEM)


@pytest.fixture
async def kept_healthy(live_house, server):
    """Reports health of a call every second until the test ends, or until it is told otherwise."""
    tasks = []
    state = {"ok": True}

    def begin(call_id):
        async def go():
            while True:
                await asyncio.to_thread(healthy, live_house, server, call_id, ok=state["ok"])
                await asyncio.sleep(0.7)

        tasks.append(asyncio.create_task(go()))
        return state

    yield begin
    for task in tasks:
        task.cancel()


async def test_the_desk_rings_and_enter_answers(live_house, enter):
    for item in (DESK_ITEM, DESK_ITEM, "SB-003"):
        live_house.accepted(item, Road.DESK)
    page = await enter("reviewer", "reviewer1", "/hall")
    await expect(page.locator("#pool .line")).to_have_count(3)
    await no_barriers(page)
    await page.click("[data-action=presence-free]")
    await expect(page.locator("[data-action=presence-free]")).to_have_attribute(
        "aria-pressed", "true"
    )
    await shot(page, "desk")
    case_id = live_house.accepted(CALL_ITEM)
    live_house.stage(case_id).request()
    card = page.locator(".ring-card")
    await expect(card).to_contain_text("失业保险金账号变更", timeout=30_000)
    await expect(card).to_contain_text("示范银行第一支行")
    assert (await page.title()).startswith("●")
    await no_barriers(page)
    await shot(page, "desk-ring")
    await page.evaluate("window.same = true")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/hall/call/*")
    assert live_house.desk.case(case_id).state is CaseState.IN_FIRST_REVIEW

    # The page was not left: its line and the devices that were opened go on.
    await expect(page.locator("#tile-own video")).to_be_visible()
    await expect(page.locator("#review-place")).to_contain_text("示范银行第一支行")
    await expect(page.locator("[data-presence=call]")).to_be_visible()
    await expect(page.locator(".ring-card")).to_have_count(0)
    await expect(page.locator("[data-action=back-to-call]")).to_have_count(0)
    assert (await page.title()).startswith("通话中")
    assert await page.evaluate("window.same")
    await no_barriers(page)
    await page.go_back()
    await expect(page.locator("[data-action=back-to-call]")).to_be_visible()
    assert await page.evaluate("window.same") is None


async def test_where_the_calls_frame_cannot_be_had_its_page_is_loaded(live_house, enter):
    page = await enter("reviewer", "reviewer1", "/hall")
    await page.click("[data-action=presence-free]")
    live_house.stage(live_house.accepted(CALL_ITEM)).request()
    await page.evaluate("window.same = true")
    await page.route("**/hall/call/*", lambda route: route.abort(), times=1)
    await page.click("[data-action=accept]", timeout=30_000)
    await expect(page.locator("#tile-own video")).to_be_visible()
    assert await page.evaluate("window.same") is None


async def test_a_call_is_not_taken_now_with_a_reason(live_house, enter):
    page = await enter("reviewer", "reviewer1", "/hall")
    await page.click("[data-action=presence-free]")
    live_house.stage(live_house.accepted(CALL_ITEM)).request()
    await page.click("[data-action=decline]", timeout=30_000)
    await shot(page, "desk-decline")
    await page.click("[data-reason=finishing_case]")
    await expect(page.locator(".ring-card")).to_have_count(0)
    await expect(page.locator("#queue .line")).to_have_count(1)


def ring_out(tx, _command):
    """As if the time of every ring had passed."""
    offered = (
        schema_call.interval.c.state == CallState.OFFERED,
        schema_call.interval.c.to_ms.is_(None),
    )
    began = schema_call.interval.c.from_mono_ms - RING_MS
    tx.conn.execute(update(schema_call.interval).where(*offered).values(from_mono_ms=began))


async def test_who_is_set_away_after_two_misses_is_told_and_comes_back(live_house, enter):
    page = await enter("reviewer", "reviewer1", "/hall")
    await expect(page.locator("#may-review")).to_contain_text("就业与人才 · 社会保险")
    await page.click("[data-action=presence-free]")
    live_house.stage(live_house.accepted(CALL_ITEM)).request()
    await page.click("[data-action=decline]", timeout=30_000)
    await expect(page.locator(".ring-card")).to_contain_text("请选择原因，还剩")
    await live_house.kernel.writer.run(ring_out, None, actor=SYSTEM)
    over = page.locator("[data-ring-over]")
    await expect(over).to_contain_text("选择原因时响铃已到时")
    await expect(page.locator("[data-action=accept]")).to_be_visible()  # it rings again
    await live_house.kernel.writer.run(ring_out, None, actor=SYSTEM)
    await expect(over).to_contain_text("来电逾时未接")
    banner = page.locator("[data-banner=set-away]")
    await expect(banner).to_contain_text("两次未接，已转为离开")
    await no_barriers(page)
    await shot(page, "desk-set-away")
    await expect(banner.locator("[data-action=presence-return]")).to_be_visible()
    await page.click("[data-action=ring-return]")
    await expect(banner).to_have_count(0)
    await expect(page.locator("[data-action=accept]")).to_be_visible()


async def test_the_next_case_is_taken_and_approved_at_the_desk(live_house, enter):
    case_id = live_house.accepted(DESK_ITEM, Road.DESK)
    page = await enter("reviewer", "reviewer1", "/hall")
    await page.click("[data-action=take-next]")
    await page.wait_for_url(f"**/hall/case/{case_id}")
    await expect(page.locator(".sheet-picture")).to_be_visible()
    await no_barriers(page)
    await shot(page, "review-desk")
    await page.click("[data-action=zoom-in]")
    await page.click("[data-action=compare]")
    await expect(page.locator(".sheet")).to_have_count(2)
    await shot(page, "review-compare")
    await page.click("[data-action=material-good]")
    await expect(page.locator("[data-action=material-good]")).to_have_attribute(
        "aria-pressed", "true"
    )
    tab = page.locator(".viewer-tab[aria-pressed=true]")
    await expect(tab).to_have_attribute("data-state", "good")
    await expect(tab).to_contain_text("合格")
    button = page.locator("yc-masked[data-field='applicant.id_number'] button")
    await button.scroll_into_view_if_needed()
    box = await button.bounding_box()
    await page.mouse.move(box["x"] + 5, box["y"] + 5)
    await page.mouse.down()
    value = page.locator("yc-masked[data-field='applicant.id_number'] .masked-value")
    await expect(value).to_contain_text("990000")
    await page.mouse.up()
    await expect(value).to_contain_text("***")
    await page.click("[data-action=refuse]")
    await page.check("input[name=reason][value=conditions_not_met]")
    await page.fill("textarea[name=text]", "缴费不满一年，暂不符合条件。")
    await shot(page, "refuse")
    await page.click("[data-action=prepare]")
    await expect(page.locator("[data-action=confirm-decision]")).to_be_visible()
    await page.click("[data-action=back]")
    await expect(page.locator("textarea[name=text]")).to_have_value("缴费不满一年，暂不符合条件。")
    await expect(page.locator("[data-action=prepare]")).to_have_attribute("aria-busy", "false")
    await page.click("[data-dialog] [data-action=close-sheet]:visible >> nth=0")
    await page.click("[data-action=return]")
    await page.check("[data-target=id_card] input[type=checkbox]")
    await page.select_option("[data-target=id_card] select", "blurred")
    await no_barriers(page)
    await shot(page, "return")
    await page.click("[data-dialog] [data-action=close-sheet]:visible >> nth=0")
    await page.click("[data-action=approve]")
    await page.click("[data-action=prepare]")
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator("[data-action=to-desk]")).to_be_visible()
    await until(lambda: live_house.desk.case(case_id).state is CaseState.HANDED_BACK)
    await shot(page, "review-done")


async def test_a_case_is_decided_in_a_call(live_house, server, enter, kept_healthy):
    case_id = live_house.accepted(CALL_ITEM)
    call_id, _counter, _hall = live_house.stage(case_id).active(live_house.reviewer)
    page = await enter("reviewer", "reviewer1", f"/hall/call/{call_id}")
    await expect(page.locator("[data-action=approve]")).to_have_attribute("aria-disabled", "true")
    await expect(page.locator("#action-hint [data-blocked]")).to_have_attribute(
        "data-blocked", "C-23"
    )
    await sit_down(live_house, call_id)
    health = kept_healthy(call_id)
    await expect(page.locator("#recording-light")).to_have_attribute("data-tone", "ok")
    await no_barriers(page)
    await shot(page, "call")
    await page.click("[data-action=mark-notice]")
    for seen in IDENTITY:
        await page.check(f"[data-seen={seen}]")
    await page.click("[data-action=confirm-identity]")
    await expect(page.locator("[data-step=identity][data-done]")).to_be_visible()
    await page.click("[data-action=ask-still]")
    await expect(page.locator("#action-hint [data-blocked]")).to_have_attribute(
        "data-blocked",
        "C-42",  # the page took the seat over: for this item all begins anew
    )
    await page.click("[data-action=mark-declaration]")
    await expect(page.locator("[data-action=approve]")).to_have_attribute("aria-disabled", "false")
    await shot(page, "call-identity")
    health["ok"] = False
    await expect(page.locator("[data-banner=recording]")).to_be_visible()
    await expect(page.locator("[data-action=approve]")).to_have_attribute("aria-disabled", "true")
    await shot(page, "call-red")
    health["ok"] = True
    await expect(page.locator("[data-action=approve]")).to_have_attribute("aria-disabled", "false")
    await page.click("[data-action=approve]")
    await page.fill("input[name=transaction_number]", "RS20261121000042")
    await page.fill("input[name='before.account']", a_bank_card(2))
    await page.click("[data-action=fill-after-account]")
    await page.fill("input[name='before.bank']", "示范银行第二支行")
    await page.click("[data-action=fill-after-bank]")
    await no_barriers(page)
    await shot(page, "approve")
    await page.click("[data-action=prepare]")
    await page.wait_for_timeout(300)
    if await page.locator(".sheet-dialog .banner").count():
        raise AssertionError(await page.locator(".sheet-dialog .banner").inner_text())
    await expect(page.locator(".countdown")).to_be_visible()
    await no_barriers(page)
    await shot(page, "approve-confirm")
    await page.click("[data-action=confirm-decision]")
    await expect(page.locator("#action-hint")).to_contain_text("核准")
    await until(lambda: live_house.desk.case(case_id).state is CaseState.HANDED_BACK)
    await page.click("[data-action=end-call]")
    await page.click("dialog[open] button[value=yes]")
    await expect(page.locator("[data-action=close-wrap-up]")).to_be_visible()
    await page.fill("[data-note=answer]", "已核对身份和变更意愿，账号已变更。")
    await shot(page, "wrap-up")
    await page.click("[data-action=close-wrap-up]")
    await page.wait_for_url("**/hall")


async def test_a_paused_picture_is_said_and_stands_in_the_way(
    live_house, server, enter, kept_healthy
):
    case_id = live_house.accepted(CALL_ITEM)
    call_id, counter, _hall = live_house.stage(case_id).active(live_house.reviewer)
    page = await enter("reviewer", "reviewer1", f"/hall/call/{call_id}")
    await sit_down(live_house, call_id)
    kept_healthy(call_id)
    await expect(page.locator("#line-counter")).to_contain_text("线路良好")
    banner = page.locator("[data-banner=line-limit]")
    for rung, words in (
        (Rung.LOWER_VIDEO, "对方线路一般，已调低画面清晰度"),
        (Rung.AUDIO_FIRST, "对方线路较差，已先保声音，画面暂停"),
        (Rung.STILLS, "对方线路很差，画面改为每隔几秒一张"),
        (Rung.TELEPHONE, "线路太差，通话听不清"),
    ):
        command = LimitLeg(counter.leg_id, rung, Rung.FULL)
        await live_house.kernel.writer.run(limit_leg, command, actor=SYSTEM)
        await expect(banner).to_contain_text(words)
        if rung is Rung.AUDIO_FIRST:
            await expect(banner).to_contain_text("画面恢复前不能核对身份，也不能核准")
            await expect(page.locator("#tile-citizen")).to_contain_text("先保声音，画面已暂停")
            for seen in IDENTITY:
                await page.check(f"[data-seen={seen}]")
            await page.click("[data-action=confirm-identity]")
            await expect(page.locator(".toast")).to_contain_text("群众画面已暂停")
            await no_barriers(page)
            await shot(page, "call-audio-first")
    command = LimitLeg(counter.leg_id, Rung.FULL, Rung.FULL)
    await live_house.kernel.writer.run(limit_leg, command, actor=SYSTEM)
    await expect(banner).to_have_count(0)


async def test_what_was_marked_before_the_recording_ran_is_asked_for_again(
    live_house, enter, kept_healthy
):
    case_id = live_house.accepted(CALL_ITEM)
    call_id, _counter, _hall = live_house.stage(case_id).active(live_house.reviewer)
    page = await enter("reviewer", "reviewer1", f"/hall/call/{call_id}")
    await connect(live_house, call_id)
    await page.click("[data-action=mark-notice]")
    await expect(page.locator("[data-step=notice][data-done]")).to_be_visible()
    now_ms = SystemClock().mono_ms()
    await live_house.kernel.writer.run(
        lambda tx, call: write_parts(tx, call, now_ms), call_id, actor=SYSTEM
    )
    kept_healthy(call_id)
    await expect(page.locator("[data-missed=notice]")).to_be_visible(timeout=30_000)
    await shot(page, "mark-missed")
    await page.click("[data-action=mark-notice]")
    await expect(page.locator("[data-missed=notice]")).to_have_count(0)
    await expect(page.locator("[data-step=notice][data-done]")).to_be_visible()
    # This one will not be missed: it counts as soon as what was recorded reaches it.
    await page.wait_for_function(
        """path => fetch(path).then(got => got.json()).then(it => it.marks.includes("notice"))""",
        arg=f"/api/v1/review/cases/{case_id}/evidence?call={call_id}",
        polling=250,
    )


async def test_the_desk_scrolls_in_one_direction_alone_when_it_is_magnified(live_house, enter):
    """WCAG 2.2, 1.4.10 Reflow."""
    case_id = live_house.accepted(DESK_ITEM, Road.DESK)
    page = await enter("reviewer", "reviewer1", "/hall")
    await page.set_viewport_size({"width": 320, "height": 800})
    await expect(page.locator("#pool .line")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.click("[data-action=take-next]")
    await page.wait_for_url(f"**/hall/case/{case_id}")
    await expect(page.locator(".sheet-picture")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await shot(page, "review-narrow")
