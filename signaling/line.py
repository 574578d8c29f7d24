"""One open socket: reads, carries out, writes, and listens whether the page still breathes.

A message is at most `MAX_MESSAGE_BYTES`, a page sends at most `PER_SECOND` a second. Commands of a
page run one after the other, so what it sends in order happens in order; reading goes on meanwhile,
so that a slow command never makes a live page look dead. The sign-in is looked at before each
command, as at every HTTP request. Whatever a page sends, the worst that happens is that its own
socket is closed.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from pydantic_core import to_json

from casework.errors import DomainError
from portal.problem import error_payload
from signaling.commands.table import COMMANDS
from signaling.desk import Desk
from signaling.page import Page
from signaling.protocol.client import AnyClientMessage
from signaling.protocol.errors import BadMessage, DoorMayNotAsk, TooManyMessages
from signaling.protocol.parse import parse, request_id
from signaling.protocol.server import Bye
from signaling.rate import Bucket

log = structlog.get_logger(component="socket")

PER_SECOND = 20.0
BURST = 60
MAX_WAITING = 100
STRIKES = 200
"""Refused so often, a page is no page and is sent away."""
PING_S = 1.0
SILENT_S = 2.5
"""Nothing heard, no pong either: the page counts as gone and is shown so within 3 s."""
DEAD_S = 15.0
CHECK_SIGN_IN_S = 15.0
GOODBYE_S = 1.0
"""Within this a page that is sent away takes its goodbye, or is cut off without one."""
CUT_OFF_S = 3.0
"""Longer than a page may take to answer a close; only one that takes nothing needs it."""

CLOSE_SIGNED_OUT = 4401
CLOSE_TOO_MANY = 4408
CLOSE_TOO_SLOW = 4413
_CLOSE_CODES: Mapping[str, int] = {
    "restart": WSCloseCode.SERVICE_RESTART,
    "signed_out": CLOSE_SIGNED_OUT,
    "too_slow": CLOSE_TOO_SLOW,
    "too_many_messages": CLOSE_TOO_MANY,
}


class Line:
    """`run` returns when the socket is closed, by whichever side, or takes nothing any more."""

    def __init__(
        self,
        desk: Desk,
        page: Page,
        socket: web.WebSocketResponse,
        still_admitted: Callable[[], Awaitable[bool]],
    ) -> None:
        self.page = page
        self._desk = desk
        self._socket = socket
        self._still_admitted = still_admitted
        self._heard_at = asyncio.get_running_loop().time()
        self._bucket = Bucket(PER_SECOND, BURST, self._heard_at)
        self._strikes = 0
        self._commands: asyncio.Queue[AnyClientMessage] = asyncio.Queue(MAX_WAITING)

    async def run(self) -> None:
        hub = self._desk.hub
        hub.add(self.page)
        tasks = [
            asyncio.create_task(self._read()),
            asyncio.create_task(self._write()),
            asyncio.create_task(self._work()),
            asyncio.create_task(self._listen()),
            asyncio.create_task(self._check()),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.page.here = False
            hub.remove(self.page)
            self._desk.rooms.forget_page(self.page)
            for task in tasks:
                task.cancel()
            for error in await asyncio.gather(*tasks, return_exceptions=True):
                if isinstance(error, Exception) and not isinstance(error, ConnectionError):
                    log.error("line_failed", exc_info=error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CUT_OFF_S):
                    await self._socket.close(code=self._close_code())

    # --- in --------------------------------------------------------------------------------------

    async def _read(self) -> None:
        async for frame in _frames(self._socket):
            self._hear()
            if frame.type is WSMsgType.PONG or self.page.bye is not None:
                continue
            if not self._bucket.take(asyncio.get_running_loop().time()):
                id_ = request_id(frame.data) if frame.type is WSMsgType.TEXT else None
                self._refuse(TooManyMessages(), id_)
                continue
            match frame.type:
                case WSMsgType.PING:
                    await self._socket.pong(frame.data)
                case WSMsgType.TEXT:
                    self._take(frame.data)
                case _:
                    self._refuse(BadMessage(where="", reason="binary"), None)

    def _take(self, text: str) -> None:
        """Checks a message and lines it up; one that is refused is answered at once."""
        try:
            message = parse(text)
            if self.page.actor.role not in COMMANDS[type(message)].roles:
                raise DoorMayNotAsk(type=message.type)
        except DomainError as error:
            self._refuse(error, request_id(text))
            return
        try:
            self._commands.put_nowait(message)
        except asyncio.QueueFull:
            self._refuse(TooManyMessages(), message.id)

    async def _work(self) -> None:
        while True:
            message = await self._commands.get()
            command = COMMANDS[type(message)]
            try:
                if not await self._admitted():
                    continue
                members = await command.handler(self._desk, self.page, message)
            except DomainError as error:
                self._refuse(error, message.id, message.type)
            except Exception as error:
                log.exception("command_failed", type=message.type)
                self._answer(error_text(error_payload(error), message.id), message.id)
            else:
                answer = {**members, "type": "ok", "re": message.id}
                self._answer(to_json(answer).decode(), message.id)

    def _answer(self, text: str, id_: int | None) -> None:
        """A message without an id wanted no answer."""
        if id_ is not None:
            self.page.send_text(text)

    def _refuse(self, error: DomainError, id_: int | None, type_: str = "") -> None:
        page = self.page
        if isinstance(error, TooManyMessages):
            self._strikes += 1
            if self._strikes >= STRIKES:
                page.dismiss(Bye(reason="too_many_messages"))
        if self._strikes <= 1:  # a page that shouts must not fill the log as well
            log.warning(
                "refused",
                door=page.door,
                actor=page.actor.id,
                type=type_,
                code=error.code,
                slug=error.slug,
            )
        page.send_text(error_text(error_payload(error), id_))

    # --- out -------------------------------------------------------------------------------------

    async def _write(self) -> None:
        while (text := await self.page.next_text()) is not None:
            await self._socket.send_str(text)
        bye = self.page.bye
        if bye is not None:
            await self._socket.send_str(bye.model_dump_json())

    # --- presence --------------------------------------------------------------------------------

    def _hear(self) -> None:
        self._heard_at = asyncio.get_running_loop().time()
        if not self.page.here:
            self.page.here = True
            self._desk.hub.changed()

    async def _listen(self) -> None:
        """Pings of the WebSocket itself: the browser answers them even where the page sleeps."""
        loop = asyncio.get_running_loop()
        bye_at: float | None = None
        while True:
            await asyncio.sleep(PING_S / 2)
            if self.page.bye is not None:
                bye_at = bye_at or loop.time()
                if loop.time() - bye_at > GOODBYE_S:
                    return
            silent_s = loop.time() - self._heard_at
            if silent_s > DEAD_S:
                return
            if silent_s > SILENT_S and self.page.here:
                self.page.here = False
                self._desk.hub.changed()
            if silent_s > PING_S / 2:
                # A line that takes nothing any more must not stop us from noticing that.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PING_S / 2):
                        await self._socket.ping()

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SIGN_IN_S)
            await self._admitted()

    async def _admitted(self) -> bool:
        """False for a page that is being sent away; one that has signed out is sent away now."""
        if self.page.bye is None and not await self._still_admitted():
            self.page.dismiss(Bye(reason="signed_out"))
        return self.page.bye is None

    def _close_code(self) -> int:
        bye = self.page.bye
        return WSCloseCode.OK if bye is None else _CLOSE_CODES[bye.reason]


async def _frames(socket: web.WebSocketResponse) -> AsyncIterator[WSMessage]:
    """Pongs too, which the socket's own iteration would hide; ends when either side closes."""
    ended = {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}
    while (frame := await socket.receive()).type not in ended:
        yield frame


def error_text(payload: Mapping[str, object], id_: int | None) -> str:
    return json.dumps({**payload, "type": "error", "re": id_}, ensure_ascii=False)
