"""A real recording behind the auditor's player: ranges, lanes, a gap with its cause, events that play."""

import sys
import time

import pytest
from playwright.async_api import expect

from casework.actions.record_mark import RecordMark, record_mark
from casework.clock import SystemClock
from casework.model.call import MarkKind
from casework.ports import GapCause
from casework.views.calls import legs_of
from scenes import synthetic
from scenes.case_scene import CALL_ITEM
from scenes.held_requests import hold
from scenes.kernel import kernel
from scenes.recorder_scene import NanoClock, Scene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

S = 1_000_000_000


@pytest.fixture(scope="module")
def media():
    """Frames of a camera and packets of a microphone, twelve seconds of each."""
    return synthetic.vp8_frames(12, keyframes=range(0, 180, 30)), synthetic.opus_packets(12)


@pytest.fixture
def live_house(tmp_path):
    (tmp_path / "kernel").mkdir()
    with kernel(tmp_path / "kernel", clock=SystemClock()) as made:
        yield sys.modules["backoffice_house"].a_house(made, tmp_path)


@pytest.fixture
def recorded(live_house, media):
    """Case and call of twelve recorded seconds: counter and hall, the hall gone from 5 s to 8 s."""
    frames, packets = media
    case_id = live_house.accepted(CALL_ITEM)
    call_id, _counter, _hall = live_house.stage(case_id).active(live_house.reviewer)
    with live_house.kernel.store.reading() as conn:
        legs = {leg.seat: leg.id for leg in legs_of(conn, call_id)}
    begin = time.monotonic_ns()
    scene = Scene(
        live_house.recordings,
        call=call_id,
        key=live_house.kernel.keys.call_key(call_id),
        clock=NanoClock(begin),
    )
    live_house.run(record_mark, RecordMark(call_id, MarkKind.NOTICE, case_id), live_house.reviewer)

    def sound(ssrc):
        made = synthetic.Publisher(ssrc, 48_000, 20_000_000, start_ns=begin)
        return made.audio(packets)

    def picture(ssrc, some, start_ns=begin):
        made = synthetic.Publisher(ssrc, 90_000, S // 15, start_ns=start_ns)
        return made.video(some)

    scene.open(1, leg=legs["window"])
    scene.open(2, leg=legs["window"])
    scene.open(3, leg=legs["hall"], site="hall")
    scene.open(4, leg=legs["hall"], site="hall")
    scene.play(
        synthetic.merged(
            [(1, one) for one in sound(1001) if one.at_ns < begin + 5 * S],
            [(2, one) for one in picture(1002, frames[:75])],
            [(3, one) for one in sound(1003) if one.at_ns < begin + 5 * S],
            [(4, one) for one in picture(1004, frames[:75])],
        ),
        until_ns=begin + 5 * S,
    )
    scene.close_track(3, GapCause.LEG_GONE)
    scene.close_track(4, GapCause.LEG_GONE)
    rest = picture(1002, frames)[75:]
    scene.play(
        synthetic.merged(
            [(1, one) for one in sound(1001) if one.at_ns >= begin + 5 * S],
            [(2, one) for one in rest if one.at_ns < begin + 8 * S],
        ),
        until_ns=begin + 8 * S,
    )
    scene.open(6, leg=legs["hall"], site="hall", ssrc=1006)
    scene.play(
        synthetic.merged(
            [(2, one) for one in rest if one.at_ns >= begin + 8 * S],
            [(6, one) for one in picture(1006, frames[:60], begin + 8 * S)],
        ),
        until_ns=begin + 13 * S,
    )
    scene.end()
    return case_id, call_id


async def open_case(page, case_id):
    await page.goto(f"/audit/cases/{case_id}")
    await page.fill("textarea[name=purpose]", "连线中断核查")
    await page.click("[data-action=state-purpose]")


async def test_legs_play_in_step_and_the_gap_has_a_cause(live_house, recorded, enter):
    from backoffice_screen import shot

    from scenes.barriers import no_barriers

    case_id, _call_id = recorded
    page = await enter("auditor", "auditor", "/audit")
    await open_case(page, case_id)
    await page.click("[data-action=open-recording]")
    await expect(page.locator(".player-lane")).to_have_count(2)
    await expect(page.locator(".scale-gap[data-cause=leg_gone]").first).to_be_visible()
    await page.click("[data-action=play-pause]")
    apart = """() => {
        const [a, b] = [...document.querySelectorAll('.player-lane video')];
        return a.currentTime > 1.5 && b.currentTime > 1.5 ? Math.abs(a.currentTime - b.currentTime) : null;
    }"""
    found = await (await page.wait_for_function(apart, timeout=30_000)).json_value()
    assert found < 0.4
    await shot(page, "audit-player")
    await page.click(".scale-gap[data-cause=leg_gone] >> nth=0", force=True)
    hall = page.locator(".player-lane[data-seat=hall] .tile-wait")
    await expect(hall).to_contain_text("页面或线路中断", timeout=30_000)
    await shot(page, "audit-gap")
    await no_barriers(page)


async def test_nothing_is_pressed_in_vain_while_the_script_is_on_its_way(
    live_house, recorded, enter
):
    case_id, _call_id = recorded
    page = await enter("auditor", "auditor", "/audit")
    async with hold(page, "**/*audit_case*.js", requests=True) as late:
        await open_case(page, case_id)
        await late.until_asked(1)
        for action in ("open-recording", "export", "verify", "play-moment"):
            await expect(page.locator(f"[data-action={action}]").first).to_be_disabled()
        late.let_go(1)
        await page.click("[data-action=open-recording]")
        await expect(page.locator(".player-lane")).to_have_count(2)
        await expect(page.locator("[data-action=play-moment]").first).to_be_enabled()


async def test_an_event_of_the_timeline_plays(live_house, recorded, enter):
    case_id, call_id = recorded
    page = await enter("auditor", "auditor", "/audit")
    await open_case(page, case_id)
    await page.click(f"[data-chain='call:{call_id}'][data-type='desk.mark.recorded']")
    await expect(page.locator(".player-clock")).to_contain_text("/ 00:1", timeout=30_000)
    await expect(page.locator("[data-action=play-pause]")).to_have_attribute("aria-label", "暂停")


async def test_ranges_of_a_part(live_house, recorded, enter):
    case_id, _call_id = recorded
    page = await enter("auditor", "auditor", "/audit")
    await open_case(page, case_id)
    await page.click("[data-action=open-recording]")
    source = await page.locator(".player-lane video").first.get_attribute("src")
    whole = await page.request.get(source)
    body = await whole.body()
    assert (whole.status, body[:4]) == (200, b"\x1a\x45\xdf\xa3")
    part = await page.request.get(source, headers={"Range": "bytes=100-299"})
    assert (part.status, await part.body()) == (206, body[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(body)}"
    tail = await page.request.get(source, headers={"Range": "bytes=-50"})
    assert await tail.body() == body[-50:]
    past = await page.request.get(source, headers={"Range": f"bytes={len(body)}-"})
    assert past.status == 416
    other = await page.request.get(source.replace("/recording/", "/recording/x"))
    assert other.status == 404


async def test_a_damaged_recording_is_told_with_its_code(live_house, recorded, enter):
    case_id, call_id = recorded
    page = await enter("auditor", "auditor", "/audit")
    await open_case(page, case_id)
    records = next((live_house.recordings / call_id).glob("*.tsv"))
    lines = records.read_bytes().splitlines(keepends=True)
    records.write_bytes(b"".join([lines[0].replace(b"\t", b" ", 1), *lines[1:]]))
    await page.click("[data-action=open-recording]")
    await expect(page.locator(".toast")).to_contain_text("B-02")
