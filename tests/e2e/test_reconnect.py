"""Lines that break under a running call: the same people, legs, call and recording afterwards.

Nobody presses anything for it. The outlet's line is that of window and citizen's screen together.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import pytest
from playhouse.people import CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from playhouse.store import newest_call
from playhouse.until import until
from playwright.async_api import Page, expect

from bench.live.chromium import presses
from bench.live.desk_scene import DeskScene, desk_scene
from bench.live.media import Shown, frames_shown, watch_frames
from bench.live.person_line import PersonLine, person_lines
from casework.ports import GapCause, TrackSource
from recording.timeline import GapSpan, read_timeline

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(240)]

BLACKOUT_S = 10.0
BACK_S = 15.0
"""Long enough for a machine that does other things besides: the figure is `make bench-call`'s."""
SEES = {WINDOW: {HALL}, CITIZEN: {HALL}, HALL: {WINDOW, CITIZEN, DRAWN_DOCUMENT}}
STATIONS = {
    ("window", TrackSource.CAMERA): WINDOW,
    ("window", TrackSource.DOCUMENT_CAMERA): DRAWN_DOCUMENT,
    ("citizen", TrackSource.CITIZEN_CAMERA): CITIZEN,
    ("hall", TrackSource.CAMERA): HALL,
}
OWN_LINE = "网络中断"
OTHER_SIDE = "连线中断，正在等待对方恢复"


@dataclass
class Connected:
    """A running call whose lines can be cut. `pages` and `lines` are by station."""

    scene: DeskScene
    lines: dict[int, PersonLine]

    @property
    def pages(self) -> dict[int, Page]:
        scene = self.scene
        return {WINDOW: scene.window.page, CITIZEN: scene.screen.page, HALL: scene.hall.page}

    async def until_back(self, since: float) -> float:
        """Seconds from `since` (wall clock) until everybody shows a new frame of all they see."""
        waited = {(at, station) for at, stations in SEES.items() for station in stations}
        back: dict[tuple[int, int], float] = {}

        async def all_here() -> bool:
            for at, page in self.pages.items():
                for shown in await frames_shown(page):
                    if shown.wall_s > since:
                        back.setdefault((at, shown.station), shown.wall_s - since)
            return back.keys() >= waited

        await until(all_here, f"all are back, of {waited}", 60, 0.2)
        return max(back[one] for one in waited)

    async def until_active(self) -> None:
        node = self.scene.node
        await until(lambda: newest_call(node).state == "active", "the call goes on", 60)

    def gaps(self, since_mono_s: float) -> list[GapSpan]:
        """Lines of the ledger that reach beyond that moment."""
        node = self.scene.node
        timeline = read_timeline(node.recordings(newest_call(node).id))
        assert timeline is not None
        return [gap for gap in timeline.gaps if gap.to_mono_ms > 1000 * since_mono_s]

    async def shown_between(self, gap: GapSpan, begin: float, end: float) -> list[Shown]:
        """Pictures of the gap's source that some page showed then; times of the monotonic clock."""
        [seat] = [seat for seat, leg in newest_call(self.scene.node).legs.items() if leg == gap.leg]
        station = STATIONS[seat, gap.source]
        ahead = time.time() - time.monotonic()
        return [
            shown
            for page in self.pages.values()
            for shown in await frames_shown(page)
            if shown.station == station and begin < shown.wall_s - ahead < end
        ]

    async def until_lines(self, began: float, seconds: float, legs: set[str]) -> None:
        """The ledger gets a line for each source of these legs, of their absence, and no other."""
        await until(
            lambda: {gap.leg for gap in self.gaps(began)} == legs, "lines of just those", 30
        )
        gaps = self.gaps(began)
        assert {gap.cause for gap in gaps} == {GapCause.LEG_GONE}, gaps
        assert len({(gap.leg, gap.source) for gap in gaps}) == len(gaps), gaps
        for gap in gaps:
            begin = gap.from_mono_ms / 1000
            assert begin - began < 0.5, gap
            if began - begin >= 0.5:
                # It may begin that early only where nobody else got a picture in between either.
                assert await self.shown_between(gap, begin + 0.5, began) == [], gap
            # What a browser took up and held back shortly before the line was back is there.
            assert -1.0 < gap.to_mono_ms / 1000 - (began + seconds) < BACK_S, gap


@pytest.fixture
async def connected(node, devices) -> AsyncIterator[Connected]:
    async with (
        person_lines(node, (WINDOW, CITIZEN, HALL)) as lines,
        desk_scene(node, devices, lines=lines) as scene,
    ):
        await scene.to_the_ring()
        await scene.to_the_call()
        await scene.until_all_seen()
        made = Connected(scene, lines)
        await made.until_active()
        for page in made.pages.values():
            await watch_frames(page)
        yield made


async def test_a_blackout_of_ten_seconds(connected: Connected):
    before = newest_call(connected.scene.node)
    pressed = await all_presses(connected)
    for who in ((WINDOW, CITIZEN, HALL), (WINDOW, CITIZEN), (HALL,)):
        began = time.monotonic()
        lines = [connected.lines[station] for station in who]
        for line in lines:
            line.cut()
        for station in who:
            words = connected.pages[station].get_by_text(OWN_LINE).first
            await expect(words).to_be_visible()
        if HALL not in who:
            await expect(connected.pages[HALL].get_by_text(OTHER_SIDE)).to_be_visible()
        await asyncio.sleep(began + BLACKOUT_S - time.monotonic())
        for line in lines:
            line.mend()
        lasted = time.monotonic() - began
        back_s = await connected.until_back(time.time())
        print(f"\n{lasted:.1f} s without a line for {who}: all seen again {back_s:.2f} s after it")
        assert back_s <= BACK_S
        await connected.until_active()
        for station in who:
            await expect(connected.pages[station].get_by_text(OWN_LINE)).to_be_hidden()
        await expect(connected.pages[HALL].get_by_text(OTHER_SIDE)).to_be_hidden()
        await asyncio.sleep(2.5)  # nothing that was held back undoes it
        await connected.until_back(time.time())
        await connected.until_lines(began, lasted, legs_of(before, who))
    assert newest_call(connected.scene.node) == before
    assert await all_presses(connected) == pressed


async def test_each_way_can_break_on_its_own(connected: Connected):
    before = newest_call(connected.scene.node)
    pressed = await all_presses(connected)
    window, line = connected.pages[WINDOW], connected.lines[WINDOW]
    hall = connected.pages[HALL]

    # Media without a line: the page is told, and so is the other side; both by the socket.
    began = time.monotonic()
    line.media.cut()
    await expect(window.get_by_role("heading", name="连线中断")).to_be_visible()
    await expect(hall.get_by_text(OTHER_SIDE)).to_be_visible()
    await asyncio.sleep(began + 6 - time.monotonic())
    line.media.mend()
    lasted = time.monotonic() - began
    print(f"\nmedia alone: back after {await connected.until_back(time.time()):.2f} s")
    await connected.until_active()
    await expect(window.get_by_role("heading", name="已接通")).to_be_visible()
    await connected.until_lines(began, lasted, legs_of(before, (WINDOW,)))

    # The socket without a line, then cut off: media never stop.
    began = time.monotonic()
    line.pages.dark = True
    await expect(window.get_by_text(OWN_LINE).first).to_be_visible()
    await expect(hall.get_by_text("窗口页面暂时断开")).to_be_visible()
    await connected.until_back(time.time())
    line.pages.dark = False
    await expect(window.get_by_text(OWN_LINE)).to_be_hidden()
    await expect(hall.get_by_text("窗口页面暂时断开")).to_be_hidden()
    line.pages.reset()
    await expect(hall.get_by_text("窗口页面暂时断开")).to_be_hidden()
    await connected.until_back(time.time())
    assert newest_call(connected.scene.node).state == "active"
    assert connected.gaps(began) == []

    # Another address for the same connection: nobody notices but by a short gap.
    began = time.monotonic()
    line.media.rebind()
    print(f"a new address: back after {await back_after_gap(connected, HALL, WINDOW):.2f} s")
    assert newest_call(connected.scene.node).state == "active"

    # Another network: only a restart, which the page asks for, brings a way again.
    line.media.forsake()
    print(f"another network: back after {await back_after_gap(connected, HALL, WINDOW, 12):.2f} s")
    await connected.until_active()
    await connected.until_back(time.time())
    assert all(gap.leg == before.legs["window"] for gap in connected.gaps(began))
    assert newest_call(connected.scene.node) == before
    assert await all_presses(connected) == pressed


async def test_a_page_that_is_loaded_again(connected: Connected):
    node = connected.scene.node
    before = newest_call(node)
    for station in (WINDOW, CITIZEN, HALL):
        began, asked = time.monotonic(), time.time()
        page = connected.pages[station]
        await page.reload()
        loaded = time.time()
        await watch_frames(page)
        await connected.until_back(loaded)
        print(f"\n{station} loaded its page again: all seen {time.time() - asked:.2f} s later")
        await connected.until_active()
        assert await presses(page) == []
        await connected.until_lines(began, loaded - asked, legs_of(before, (station,)))
    assert newest_call(node) == before


def legs_of(call, stations: Iterable[int]) -> set[str]:
    seats = {WINDOW: "window", CITIZEN: "citizen", HALL: "hall"}
    return {call.legs[seats[station]] for station in stations}


async def all_presses(connected: Connected) -> list[list[str]]:
    return [await presses(page) for page in connected.pages.values()]


async def back_after_gap(connected: Connected, at: int, station: int, seconds: float = 5) -> float:
    """The longest stretch without a new picture in these seconds."""
    since = time.time()
    await asyncio.sleep(seconds)
    times = [since] + [
        shown.wall_s
        for shown in await frames_shown(connected.pages[at])
        if shown.station == station and shown.wall_s > since
    ]
    return max(later - one for one, later in zip(times, [*times[1:], time.time()], strict=True))


async def test_what_an_interruption_costs_stands_on_every_page(connected: Connected):
    """The item begins anew after one: every step again, and no approval before it."""
    hall, pages = connected.scene.hall, connected.pages
    approve = hall.button("核准")
    recorded = pages[HALL].get_by_role("status").get_by_text("录制正常").first
    await expect(recorded).to_be_visible(timeout=30_000)
    await hall.check_on_camera()
    await expect(approve).to_have_attribute("aria-disabled", "false", timeout=30_000)
    connected.lines[WINDOW].media.cut()
    await expect(pages[CITIZEN].get_by_text("正在自动恢复，请不要离开")).to_be_visible()
    connected.lines[WINDOW].media.mend()
    await connected.until_active()

    await expect(approve).to_have_attribute("aria-disabled", "true")
    await expect(pages[HALL].get_by_text("通话中断过，请重新进行各步骤")).to_be_visible()
    again = pages[HALL].get_by_text("中断之前已做，本事项不予采信，请重新进行。")
    await expect(again).to_have_count(3)
    await expect(pages[WINDOW].get_by_text("连线中断过，本事项须重新开始")).to_be_visible()
    await expect(pages[CITIZEN].get_by_text("刚才线路中断过")).to_be_visible()

    await expect(recorded).to_be_visible(timeout=30_000)
    await hall.check_on_camera()
    await expect(again).to_have_count(0)
    await expect(approve).to_have_attribute("aria-disabled", "false", timeout=30_000)
    await expect(pages[WINDOW].get_by_text("连线中断过，本事项须重新开始")).to_be_hidden()
    await expect(pages[CITIZEN].get_by_text("刚才线路中断过")).to_be_hidden()
