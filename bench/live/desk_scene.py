"""Three people at three browsers, from their doors to the ring: the way every case begins."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from playwright.async_api import Page, expect

from bench.live.chromium import EXECUTABLE, Browsers, Devices, browsers, presses
from bench.live.hall_page import HallPage
from bench.live.media import pictures
from bench.live.node import LiveNode
from bench.live.people import CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from bench.live.screen_page import ScreenPage
from bench.live.until import until
from bench.live.window_page import WindowPage

ITEM = "失业保险金账号变更"
MATERIALS = ("居民身份证，第 1 页", "居民身份证，第 2 页", "新账户的社会保障卡或银行卡")
TABLET = "2号窗口"
ONE_PC = "1号窗口"
REMOTE = "3号窗口"
PHONE = (390, 844)


class Way(Protocol):
    """A person's way to the node: `url` finds it, `script` is for every page of this person."""

    @property
    def url(self) -> str: ...

    @property
    def script(self) -> str: ...


@dataclass
class DeskScene:
    node: LiveNode
    browsers: Browsers
    window: WindowPage
    screen: ScreenPage
    hall: HallPage

    async def to_the_ring(self) -> list[str]:
        """Opens a case and calls the hall; what the clerk pressed for it, from 开始办理 on."""
        before = len(await presses(self.window.page))
        await self.window.begin(ITEM)
        await self.window.confirm_identity()
        await self.window.fill()
        await self.window.capture(*MATERIALS)
        await self.window.read_back()
        await self.screen.compare_and_sign()
        await self.window.accept_and_call()
        return (await presses(self.window.page))[before:]

    async def to_the_call(self) -> None:
        await self.screen.agree()
        await self.hall.answer()

    async def issue_and_rate(self) -> str:
        """From the result to the end of the case; its number."""
        await self.window.check_receiver()
        await expect(self.screen.page.get_by_role("heading", name="请签收")).to_be_visible()
        await self.screen.sign()
        await self.window.issue()
        await self.window.close_case()
        await self.screen.rate("非常满意")
        await expect(self.screen.page.get_by_text("谢谢您，请慢走")).to_be_visible()
        return await self.window.page.locator("#case-number").inner_text()

    async def until_all_seen(self) -> None:
        """In `tablet`: everybody sees all whom they should."""
        await self.until_seen(
            {
                self.window.page: {WINDOW, HALL},
                self.screen.page: {HALL},
                self.hall.page: {WINDOW, CITIZEN, HALL, DRAWN_DOCUMENT},
            }
        )

    async def until_seen(self, seen: Mapping[Page, set[int]], within_s: float = 60) -> None:
        """Waits until every page shows just the pictures of these stations, all of them moving."""

        async def moving(page: Page, stations: set[int]) -> bool:
            before = await numbers(page)
            await asyncio.sleep(0.2)
            after = await numbers(page)
            return after.keys() == stations and all(after[n] != before.get(n) for n in stations)

        await asyncio.gather(
            *(
                until(partial(moving, page, stations), f"{page.url} sees {stations}", within_s)
                for page, stations in seen.items()
            )
        )


async def numbers(page: Page) -> dict[int, int]:
    """The newest frame number by station, of all pictures on the page."""
    return {code.station: code.number for code in (await pictures(page)).values()}


@contextlib.asynccontextmanager
async def desk_scene(
    node: LiveNode,
    devices: Mapping[int, Devices],
    seat: str = TABLET,
    *,
    outlet: str | Path = EXECUTABLE,
    lines: Mapping[int, Way] | None = None,
) -> AsyncIterator[DeskScene]:
    """Everybody signed in, the citizen's screen paired by its code. In `one_pc` the screen has no
    devices; in `tablet` it has the citizen's camera, and in `remote_citizen` it is her telephone.
    `outlet` starts the browsers of the outlet. A station that has one of `lines` comes by it.
    """
    ways = {station: line.url for station, line in (lines or {}).items()}
    scripts = {station: line.script for station, line in (lines or {}).items()}
    width, height = PHONE if seat == REMOTE else (1280, 800)
    async with browsers() as opened:
        clerk = await opened.open(
            devices[WINDOW], executable=outlet, script=scripts.get(WINDOW, "")
        )
        citizen = await opened.open(
            None if seat == ONE_PC else devices[CITIZEN],
            width=width,
            height=height,
            touch=True,
            executable=outlet,
            script=scripts.get(CITIZEN, ""),
        )
        reviewer = await opened.open(devices[HALL], script=scripts.get(HALL, ""))
        window = WindowPage(clerk, ways.get(WINDOW, node.url))
        screen = ScreenPage(citizen, ways.get(CITIZEN, node.url))
        hall = HallPage(reviewer, ways.get(HALL, node.url))
        await hall.sign_in("01")
        await window.sign_in("101", seat)
        drawn = ("群众摄像头", "高拍仪") if seat == ONE_PC else ("高拍仪",)
        await window.draw(*drawn)
        await screen.pair(await window.pairing_code())
        await window.page.get_by_role("link", name="办理", exact=True).click()
        try:
            yield DeskScene(node, opened, window, screen, hall)
        except BaseException:
            await opened.keep_pictures(node.data.path.parent)
            raise
        assert opened.complaints == []
