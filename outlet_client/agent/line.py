"""The socket of a page without a page (docs/protocol.md): requests, streams, messages of the moment.

It comes back by itself after any close that is not final, and each followed stream then goes on
from the last number seen, as portal/static/js/socket.js does for pages.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import structlog

from outlet_client.agent.browser import Browser
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused
from outlet_client.agent.stream_view import StreamView

log = structlog.get_logger(component="agent")

ANSWER_S = 15.0
MAX_MESSAGE = 1 << 20
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
FINAL_CODES = frozenset({4401, 4403})
"""Not signed in, or not here: coming back is useless."""

Message = dict[str, Any]
Handler = Callable[[Message], None]


class Line:
    """Start it, ask, follow, close. Handlers are called in the order of arrival and never wait."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._asked: dict[int, asyncio.Future[Message]] = {}
        self._next = 1
        self._views: dict[str, StreamView] = {}
        self._handlers: dict[str, list[Handler]] = {}
        self._resumed: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: asyncio.Task[None] | None = None
        self.closed_for_good = False

    async def start(self) -> None:
        """Raises LineLost when the desk cannot be reached, Refused when it sends the page away."""
        self._socket = await self._browser.socket(MAX_MESSAGE)
        self._running = asyncio.create_task(self._run(self._socket))
        await self.ask("ping")

    async def close(self) -> None:
        self.closed_for_good = True
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, *self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        self._lose()

    def on(self, type_: str, handler: Handler) -> None:
        """Calls `handler` for messages of the moment of this type."""
        self._handlers.setdefault(type_, []).append(handler)

    def on_resumed(self, listener: Callable[[], None]) -> None:
        """Calls `listener` whenever the line is back after it was lost."""
        self._resumed.append(listener)

    async def ask(self, type_: str, **members: object) -> Message:
        """The `ok`. Raises Refused; LineLost when the outcome is unknown."""
        socket, number = self._socket, self._next
        if socket is None or socket.closed:
            raise LineLost("not connected")
        self._next += 1
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            async with asyncio.timeout(ANSWER_S):
                await socket.send_str(json.dumps({**members, "type": type_, "id": number}))
                return await answer
        except (TimeoutError, ConnectionError) as lost:
            raise LineLost(type_) from lost
        finally:
            self._asked.pop(number, None)

    async def follow(self, stream: str) -> StreamView:
        """The stream's state, kept true from now on. Raises as `ask` does."""
        if stream in self._views:
            return self._views[stream]
        answer = await self.ask("snapshot", stream=stream)
        seq, data = answer.get("seq"), answer.get("data")
        if not isinstance(seq, int) or not isinstance(data, dict):
            raise OddAnswer("a snapshot without number or state")
        view = self._views[stream] = StreamView(stream, seq, data)
        await self.ask("subscribe", streams={stream: seq})
        return view

    async def unfollow(self, stream: str) -> None:
        if self._views.pop(stream, None) is not None:
            await self.ask("unsubscribe", streams=[stream])

    # --- underneath ------------------------------------------------------------------------------

    async def _run(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            code = await self._read(socket)
            self._lose()
            if code in FINAL_CODES:
                self.closed_for_good = True
                return
            socket = await self._come_back()
            self._socket = socket
            self._spawn(self._resume())

    async def _come_back(self) -> aiohttp.ClientWebSocketResponse:
        pause = FIRST_PAUSE_S
        while True:
            # A whole hall must not come back in one moment.
            await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311  (no secret)
            pause = min(2 * pause, LONGEST_PAUSE_S)
            with contextlib.suppress(LineLost):
                return await self._browser.socket(MAX_MESSAGE)

    async def _resume(self) -> None:
        numbers = {stream: view.seq for stream, view in self._views.items()}
        with contextlib.suppress(LineLost, Refused):
            if numbers:
                await self.ask("subscribe", streams=numbers)
            for listener in self._resumed:
                listener()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> int:
        """Reads until the socket is closed; its close code."""
        async for frame in socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                self._hear(frame.data)
        return socket.close_code or 0

    def _hear(self, text: str) -> None:
        """What is no message of the protocol is dropped: one odd message must not end a call."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            message = None
        kind = message.get("type") if isinstance(message, dict) else None
        match kind:
            case "ok" | "error":
                self._answered(message)
            case "event":
                self._event(message)
            case str():
                for handler in self._handlers.get(kind, ()):
                    handler(message)
            case _:
                log.warning("odd_message", door=self._browser.door)

    def _answered(self, message: Message) -> None:
        number = message.get("re")
        if number is None:
            # A refusal of the socket itself; the close code that follows says whether it is final.
            log.warning("refused", door=self._browser.door, code=str(message.get("code", "")))
            return
        answer = self._asked.get(number) if isinstance(number, int) else None
        if answer is None or answer.done():
            return
        if message["type"] == "ok":
            answer.set_result(message)
        else:
            answer.set_exception(_refused(message))

    def _event(self, message: Message) -> None:
        stream, seq, patch = (message.get(name) for name in ("stream", "seq", "data"))
        view = self._views.get(stream) if isinstance(stream, str) else None
        if view is None or not isinstance(seq, int) or not isinstance(patch, dict):
            return
        if not view.take(seq, patch):
            self._spawn(self._look_again(view))

    async def _look_again(self, view: StreamView) -> None:
        with contextlib.suppress(LineLost, Refused):
            answer = await self.ask("snapshot", stream=view.stream)
            if isinstance(answer.get("seq"), int) and isinstance(answer.get("data"), dict):
                view.replace(answer["seq"], answer["data"])

    def _lose(self) -> None:
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(LineLost("the line broke"))
        self._asked.clear()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _refused(message: Message) -> Refused:
    details = message.get("details")
    return Refused(
        str(message.get("code", "")),
        str(message.get("slug", "")),
        details=details if isinstance(details, dict) else None,
    )
