"""A line so slow that requests and answers arrive when the test lets them."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Page, Route, WebSocketRoute

from scenes.waiting import until


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


class HeldFollow:
    """From `hold` on, a page's wish to follow streams of one kind stays on its way until it is let go,
    or with `answers` the answer to it.
    """

    def __init__(self, kind: str, *, answers: bool = False) -> None:
        self._prefix = f"{kind}:"
        self._answers = answers
        self._holds = False
        self._ids: set[int] = set()
        self._told: list[dict[str, Any]] = []
        self._asked = asyncio.Event()
        self._gone = asyncio.Event()

    def connect(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        page.on_message(lambda text: self._to_server(server, text))
        server.on_message(lambda text: self._to_page(page, text))

    def hold(self) -> None:
        self._holds = True

    async def until_asked(self) -> None:
        async with asyncio.timeout(30):
            await self._asked.wait()

    async def until_follows(self, kind: str) -> None:
        """The page follows a stream of that kind, and knows it."""

        def follows() -> bool:
            streams = (stream for one in self._told for stream in one.get("streams", ()))
            return any(stream.startswith(f"{kind}:") for stream in streams)

        await until(follows, f"a {kind} is followed")

    async def until_told(self, **members: str) -> None:
        """The page has got a message with these members."""
        wanted = members.items()
        await until(lambda: any(wanted <= one.items() for one in self._told), f"{members} was told")

    def let_go(self) -> None:
        self._gone.set()

    async def _to_server(self, server: WebSocketRoute, text: str | bytes) -> None:
        said = json.loads(text)
        streams = said["streams"] if said["type"] == "subscribe" else ()
        if self._holds and any(stream.startswith(self._prefix) for stream in streams):
            self._ids.add(said["id"])
            self._asked.set()
            if not self._answers:
                await self._gone.wait()
        server.send(text)

    async def _to_page(self, page: WebSocketRoute, text: str | bytes) -> None:
        said = json.loads(text)
        if self._answers and said.get("re") in self._ids:
            await self._gone.wait()
        page.send(text)
        self._told.append(said)


class HeldAsk:
    """A page's commands that have these members stay on their way until they are let go."""

    def __init__(self, **members: str) -> None:
        self._members = members.items()
        self._ids: set[int] = set()
        self._answered = False
        self._gone = asyncio.Event()

    def connect(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        page.on_message(lambda text: self._to_server(server, text))
        server.on_message(lambda text: self._to_page(page, text))

    @property
    def asked(self) -> int:
        """How often such a command was given."""
        return len(self._ids)

    async def until_asked(self) -> None:
        await until(lambda: self.asked > 0, "the command was given")

    def let_go(self) -> None:
        self._gone.set()

    async def until_answered(self) -> None:
        await until(lambda: self._answered, "the command was answered")

    async def _to_server(self, server: WebSocketRoute, text: str | bytes) -> None:
        said = json.loads(text)
        if self._members <= said.items():
            self._ids.add(said["id"])
            await self._gone.wait()
        server.send(text)

    def _to_page(self, page: WebSocketRoute, text: str | bytes) -> None:
        page.send(text)
        self._answered |= json.loads(text).get("re") in self._ids
