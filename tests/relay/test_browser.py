"""Three Chromium pages meet in one room through the relay."""

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import async_playwright

from casework.ports import GapCause, TrackSource
from signaling.relay.errors import RelayError
from signaling.relay.spec import LegSpec

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

MIC, CAM, DOC = TrackSource.MICROPHONE, TrackSource.CAMERA, TrackSource.DOCUMENT_CAMERA
CALL = "call-1"
CHROMIUM_SWITCHES = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.fixture
async def origin(relay, events):
    """A page server whose three calls are the signalling of a leg."""

    async def offer(request):
        leg = json.loads(await request.text())["leg"]
        spec = LegSpec(leg, f"site-{leg}", microphone=True, speaker=True, videos=(CAM, DOC))
        offer = await relay.open_leg(CALL, spec)
        return web.json_response({"number": offer.number, "sdp": offer.sdp})

    async def answer(request):
        said = json.loads(await request.text())
        try:
            await relay.answer_leg(CALL, said["leg"], said["number"], said["sdp"])
        except RelayError as refusal:
            return web.json_response({"code": refusal.code, "text": str(refusal)})
        return web.json_response({})

    told: dict[str, int] = {}

    async def reoffer(request):
        leg = json.loads(await request.text())["leg"]
        for _ in range(20):
            offers = events.reoffers(leg)
            if len(offers) > told.get(leg, 0):
                told[leg] = len(offers)
                return web.json_response({"number": offers[-1].number, "sdp": offers[-1].sdp})
            await asyncio.sleep(0.05)
        return web.json_response({})

    async def page(request):
        return web.FileResponse(Path(__file__).with_name("page.html"))

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_post("/offer", offer)
    app.router.add_post("/answer", answer)
    app.router.add_post("/reoffer", reoffer)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "localhost", 0)
    await site.start()
    yield f"http://localhost:{runner.addresses[0][1]}"
    await runner.cleanup()


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=CHROMIUM_SWITCHES
        )
        yield chromium
        await chromium.close()


async def open_page(browser, origin, leg, sends):
    context = await browser.new_context(permissions=["camera", "microphone"])
    page = await context.new_page()
    await page.goto(f"{origin}/?leg={leg}&sends={sends}")
    return page


async def until(page, condition: str, seconds: float = 20) -> None:
    """Waits until an async expression over `inbound` (by mid) is true in the page."""
    script = f"async () => {{ const inbound = await window.inbound(); return ({condition}); }}"
    for _ in range(int(seconds / 0.2)):
        if await page.evaluate(script):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{condition}: {await page.evaluate('window.inbound()')}")


ALL_FLOW = """
  Object.values(inbound).filter((s) => s.kind === "video" && s.frames > 15).length === 2 &&
  Object.values(inbound).filter((s) => s.kind === "audio" && s.energy > 0).length === 2
"""


async def test_three_pages_meet(relay, events, tap, origin, browser):
    await relay.open_room(CALL, tap)
    pages = {}
    for leg in ("window", "hall", "citizen"):
        await relay.admit_leg(CALL, leg, [MIC, CAM, DOC])
        pages[leg] = await open_page(browser, origin, leg, "microphone,camera")
    for page in pages.values():
        await page.wait_for_function("window.answered > 0", timeout=30_000)
        assert await page.evaluate("window.outcome") == {}
        await until(page, ALL_FLOW)
    for leg, page in pages.items():
        shown = [m for m, (_, source) in events.streams(leg).items() if source is CAM]
        first = await page.evaluate("(mid) => window.picture(mid)", shown[0])
        await asyncio.sleep(0.3)
        assert await page.evaluate("(mid) => window.picture(mid)", shown[0]) != first


UPLINK = """async () => {
  const stats = [...(await window.pc.getStats()).values()];
  const pair = stats.find((one) => one.type === "candidate-pair" && one.nominated);
  const video = stats.find((one) => one.type === "outbound-rtp" && one.kind === "video" && one.bytesSent);
  return { allowed: pair?.availableOutgoingBitrate ?? 0, target: video?.targetBitrate ?? 0 };
}"""


async def test_a_page_learns_of_its_uplink_from_our_feedback(relay, origin, browser, eventually):
    """With transport-wide feedback a page's own congestion control climbs. Its downlinks are
    without, and go on telling us by REMB what they bear.
    """
    await relay.open_room(CALL, None)
    for leg in ("window", "hall"):
        await relay.admit_leg(CALL, leg, [MIC, CAM])
    window = await open_page(browser, origin, "window", "microphone,camera")
    hall = await open_page(browser, origin, "hall", "microphone,camera")
    for page in (window, hall):
        await page.wait_for_function("window.answered > 0", timeout=30_000)
    await until(hall, 'Object.values(inbound).some((s) => s.kind === "video" && s.frames > 15)')
    sections = (await window.evaluate("window.pc.localDescription.sdp")).split("m=")[1:]
    for section in sections:
        assert ("transport-cc" in section) == ("a=sendonly" in section), section
    # A page begins at 300 kbit/s. How fast it climbs depends on how busy this machine is.
    for _ in range(120):
        uplink = await window.evaluate(UPLINK)
        if uplink["allowed"] > 330_000:
            break
        await asyncio.sleep(0.25)
    assert uplink["allowed"] > 330_000, uplink
    assert relay.counters["rtcp.transport_feedback_sent"] > 10
    await eventually(lambda: all(leg.estimate for leg in relay._rooms[CALL].legs.values()))


async def test_cameras_reloads_and_a_restart(relay, events, tap, origin, browser, eventually):
    """What a page lives through: a second camera starts without negotiation; the other page
    reloads more often than there are slots; ICE restarts.
    """
    await relay.open_room(CALL, tap)
    for leg in ("window", "hall"):
        await relay.admit_leg(CALL, leg, [MIC, CAM, DOC])
    window = await open_page(browser, origin, "window", "microphone,camera")
    hall = await open_page(browser, origin, "hall", "microphone,camera")

    def mid(source):
        return next((m for m, (_, s) in events.streams("hall").items() if s is source), "none")

    async def flows(source, field="bytes"):
        """Bytes of the source arrive in the hall page, counted from now."""
        await eventually(lambda: mid(source) != "none")
        at = mid(source)
        before = (await hall.evaluate("window.inbound()")).get(at, {}).get(field, 0)
        await until(hall, f'inbound["{at}"]?.{field} > {before + 5}')

    await flows(CAM, "frames")
    assert await hall.evaluate("window.answered") == 1
    await window.evaluate("window.startTrack('document_camera')")
    await flows(DOC, "frames")
    assert await hall.evaluate("window.answered") == 1
    assert await window.evaluate("window.answered") == 1

    for _ in range(4):
        told = len(events.reoffers("hall"))
        await window.reload()
        await window.wait_for_function("window.answered > 0")
        await flows(CAM, "frames")
        await flows(MIC)
        await eventually(lambda t=told: len(events.reoffers("hall")) > t)
        newest = events.reoffers("hall")[-1].number
        await hall.wait_for_function(f"window.answered >= {newest}")

    await hall.evaluate("(offer) => window.apply(offer)", await restart_offer(relay, "hall"))
    await flows(CAM, "frames")
    await eventually(lambda: len(relay.directory) == 2)
    closed = [c for c in tap.closed.values() if c is not GapCause.LEG_GONE]
    assert closed == []
    assert [n for n in relay.counters if n.startswith("fault.")] == []


async def restart_offer(relay, leg):
    offer = await relay.restart_leg(CALL, leg)
    return {"number": offer.number, "sdp": offer.sdp}
