"""The page's WebSocket: `/ws/{door}`.

A refused handshake is upgraded, told why, and closed with 4401 or 4403: a browser tells a page
nothing of a handshake's HTTP status, and the page must know whether to try again.
"""

import asyncio

import structlog
from aiohttp import web

from casework.actor import Actor
from casework.errors import DomainError
from portal.error_table import row_of
from portal.errors import TooManyTries
from portal.problem import error_payload
from signaling.desk import Desk
from signaling.line import CLOSE_SIGNED_OUT, Line, error_text
from signaling.page import Page
from signaling.ports import SocketAuth
from signaling.protocol.base import MAX_MESSAGE_BYTES
from signaling.protocol.server import Bye

log = structlog.get_logger(component="socket")

CLOSE_FORBIDDEN = 4403
CLOSE_TRY_LATER = 1013  # IANA WebSocket close codes
MOST_LINES = 16
"""Sockets of one person at one door: many tabs, and those whose end was not heard yet."""
_CLOSE_CODES = {
    web.HTTPUnauthorized.status_code: CLOSE_SIGNED_OUT,
    web.HTTPTooManyRequests.status_code: CLOSE_TRY_LATER,
}
CLOSE_S = 2.0
GOODBYE_S = 1.0


class SocketEndpoint:
    """Serves the sockets of every door."""

    def __init__(self, desk: Desk, auth: SocketAuth) -> None:
        self._desk = desk
        self._auth = auth
        self._lines: dict[Line, asyncio.Task[None]] = {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        door = request.match_info["door"]
        socket = web.WebSocketResponse(
            autoping=False, max_msg_size=MAX_MESSAGE_BYTES, timeout=CLOSE_S, compress=False
        )
        try:
            actor = await self._auth.admit(request, door)
            self._make_sure_of_room(actor, door)
        except DomainError as error:
            await self._refuse(request, socket, error)
            return socket
        await socket.prepare(request)
        line = Line(
            self._desk,
            Page(actor, door),
            socket,
            lambda: self._auth.still_admitted(request, door, actor),
        )
        running = asyncio.create_task(line.run())
        self._lines[line] = running
        try:
            await running
        finally:
            running.cancel()
            del self._lines[line]
            _free(request.transport)
        return socket

    async def close(self) -> None:
        """Sends every page away; they come to the next desk by themselves."""
        for line in self._lines:
            line.page.dismiss(Bye(reason="restart"))
        if self._lines:
            await asyncio.wait(self._lines.values(), timeout=GOODBYE_S)

    def _make_sure_of_room(self, actor: Actor, door: str) -> None:
        pages = [line.page for line in self._lines]
        if sum((page.actor.id, page.door) == (actor.id, door) for page in pages) >= MOST_LINES:
            raise TooManyTries

    async def _refuse(
        self, request: web.Request, socket: web.WebSocketResponse, error: DomainError
    ) -> None:
        log.warning("handshake_refused", code=error.code, slug=error.slug)
        await socket.prepare(request)
        await socket.send_str(error_text(error_payload(error), None))
        close = _CLOSE_CODES.get(row_of(error.code).status, CLOSE_FORBIDDEN)
        await socket.close(code=close, message=error.slug.encode())


def _free(transport: asyncio.Transport | None) -> None:
    """A peer that takes nothing any more would keep what waits for it, and the connection."""
    if transport is not None and transport.get_write_buffer_size():
        transport.abort()
