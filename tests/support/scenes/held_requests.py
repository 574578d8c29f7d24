"""A line so slow that requests and answers arrive when the test lets them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Page, Route

from scenes.sockets import until


class Held:
    """Each request reaches the server at once and its answer stays on the way, or the other way round
    with `requests`.
    """

    def __init__(self, *, requests: bool) -> None:
        self._requests = requests
        self._all = False
        self._asked: list[asyncio.Event] = []

    async def hold(self, route: Route) -> None:
        gone = asyncio.Event()
        self._asked.append(gone)
        if self._all:
            gone.set()
        if self._requests:
            await gone.wait()
        answer = await route.fetch()
        await gone.wait()
        await route.fulfill(response=answer)

    def let_go(self, number: int) -> None:
        """The request of that number, from 1."""
        self._asked[number - 1].set()

    def let_newest_go_first(self) -> None:
        """All of them, and those to come."""
        self._all = True
        for gone in reversed(self._asked):
            gone.set()

    async def until_asked(self, count: int) -> None:
        await until(lambda: len(self._asked) >= count, f"{count} requests")


@asynccontextmanager
async def hold(page: Page, url: str, *, requests: bool = False) -> AsyncIterator[Held]:
    """While the block runs; what is on its way at its end may be cut off."""
    held = Held(requests=requests)
    await page.route(url, held.hold)
    try:
        yield held
    finally:
        await page.unroute_all(behavior="ignoreErrors")
