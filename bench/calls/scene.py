"""Three people in three browsers, who hold call after call about one case."""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Error, Page, expect

from bench.calls.figures import SEES, Figures, steps_of
from bench.calls.moments import SCRIPT, Moment, all_seen, clock_error_ms, first, take_moments
from bench.live.chromium import make_devices
from bench.live.desk_scene import DeskScene, desk_scene
from bench.live.node import LiveNode, make_city
from bench.live.people import CITIZEN, HALL, WINDOW
from bench.live.person_line import PersonLine, person_lines

PEOPLE = {WINDOW: "柜员01", CITIZEN: "群众甲", HALL: "审核员01"}
PATIENCE_S = 30.0
READ_S = 1.0
"""Nobody answers without a look at who calls."""
LOOK_S = 0.1
STEADY_S = 1.5
"""So long pictures flow before a line is cut, and so long after it was mended."""
CALL_AGAIN = "呼叫大厅"
SceneFailed = (Error, AssertionError, TimeoutError, OSError)
"""What a call that was not held raises."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a person comes to the node, and what each of the person's pages runs first."""

    url: str
    script: str


class Scene:
    def __init__(self, scene: DeskScene, lines: dict[int, PersonLine]) -> None:
        self._scene = scene
        self._lines = lines
        self._pages: dict[int, Page] = {
            WINDOW: scene.window.page,
            CITIZEN: scene.screen.page,
            HALL: scene.hall.page,
        }
        self.moments: dict[int, list[Moment]] = {}
        """Of the newest call, by station."""

    async def clock_error_ms(self) -> float:
        """The most that a page's clock is away from the machine's."""
        errors = [await clock_error_ms(page) for page in self._pages.values()]
        return max(errors, key=abs)

    async def hold(self, blackouts: Sequence[int]) -> Figures:
        """A whole new call: room, legs, connections, notice. The citizen agrees while it rings; the
        hall accepts when that is known. Raises SceneFailed.
        """
        await self._take()
        self.moments = {station: [] for station in self._pages}
        await self._ring()
        await asyncio.sleep(READ_S)
        await self._scene.hall.answer()
        await self._take()
        pressed_ms = first(self.moments[WINDOW], "press", "call-hall")
        shown_ms = first(self.moments[HALL], "shown", "ring")
        accepted_ms = first(self.moments[HALL], "press", "accept")
        seen_ms = await self._until_all_seen(accepted_ms)
        steps = steps_of(self.moments, pressed_ms, accepted_ms)
        recover = {}
        for seconds in blackouts:
            await asyncio.sleep(STEADY_S)
            end_ms = await self._black_out(seconds)
            recover[seconds] = await self._until_all_seen(end_ms) - end_ms
        await asyncio.sleep(STEADY_S if blackouts else 0)
        await self.end()
        return Figures(shown_ms - pressed_ms, seen_ms - accepted_ms, recover, steps)

    async def end(self) -> None:
        """The reviewer ends the call, closes it, and waits at the desk for the next."""
        await self._scene.hall.end_call()
        hall = self._pages[HALL]
        await hall.get_by_role("link", name="审核台").click()
        await expect(hall.locator("[data-presence=free]")).to_be_visible()
        again = self._scene.window.button(CALL_AGAIN)
        await expect(again).to_be_enabled(timeout=PATIENCE_S * 1000)

    async def _ring(self) -> None:
        await self._scene.window.press(CALL_AGAIN)
        await self._scene.screen.agree()
        await expect(self._pages[HALL].locator("[data-ring]")).to_be_visible()
        await expect(self._pages[CITIZEN].locator("[data-task=notice]")).to_have_count(0)

    async def _until_all_seen(self, after_ms: float) -> float:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                await self._take()
                seen_ms = all_seen(self.moments, SEES, after_ms)
                if math.isfinite(seen_ms):
                    return seen_ms
                await asyncio.sleep(LOOK_S)

    async def _black_out(self, seconds: int) -> float:
        """Nothing passes on any line for so long; when that ended, in ms of wall time."""
        for line in self._lines.values():
            line.cut()
        await asyncio.sleep(seconds)
        for line in self._lines.values():
            line.mend()
        return time.time() * 1000

    async def _take(self) -> None:
        for station, page in self._pages.items():
            self.moments.setdefault(station, []).extend(await take_moments(page))


@contextlib.asynccontextmanager
async def open_scene(folder: Path) -> AsyncIterator[Scene]:
    """A node, its city, three browsers, and one call that is over: from then on the case lies with
    the reviewer, and everything was used once. Raises SceneFailed.
    """
    for name in ("city", "node"):
        (folder / name).mkdir()
    devices = {n: make_devices(folder, n, name) for n, name in PEOPLE.items()}
    node = LiveNode(make_city(folder / "city"), folder / "node")
    try:
        await node.start()
        async with person_lines(node, PEOPLE) as lines:
            ways = {n: Way(line.url, line.script + SCRIPT) for n, line in lines.items()}
            async with desk_scene(node, devices, lines=ways) as desk:
                await desk.to_the_ring()
                await desk.to_the_call()
                await desk.until_all_seen()
                scene = Scene(desk, lines)
                await scene.end()
                yield scene
    finally:
        await node.stop()
