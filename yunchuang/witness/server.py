"""The HTTP side of a witness (c2sp.org/tlog-witness): two routes, and a limit on everything.

    POST /add-checkpoint            asks for a cosignature
    GET  /<origin hash>/checkpoint  the newest cosigned checkpoint, for monitors

Nobody signs in: who cannot sign as the log makes the witness neither write nor remember anything.
"""

import asyncio
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Protocol

import structlog
from aiohttp import web

from audit.errors import AuditError
from audit.note import Signature
from audit.witness.refusals import BadRequest, OtherOldSize, Refused
from audit.witness.request import MAX_REQUEST_SIZE

log = structlog.get_logger(component="witness")

SIZE_TYPE = "text/x.tlog.size"
BODY_S = 10.0
IDLE_S = 75.0
GOODBYE_S = 5.0
MAX_WAITING = 32
"""Requests that wait for the one thread that decides; more are sent away."""

_ORIGIN_HASH = re.compile(r"[0-9a-f]{64}\Z")


class Cosigner(Protocol):
    """Who decides; called on one thread alone."""

    def add_checkpoint(self, body: bytes) -> Signature:
        """The cosignature, durable. Raises Refused, LogStateError or OSError."""

    def newest(self, origin_hash: str) -> bytes | None:
        """The newest cosigned checkpoint of that log, None if there is none."""


class WitnessServer:
    def __init__(self, cosigner: Cosigner) -> None:
        self._cosigner = cosigner
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="witness")
        self._waiting = 0

    def app(self) -> web.Application:
        app = web.Application(client_max_size=MAX_REQUEST_SIZE)
        app.router.add_post("/add-checkpoint", self._add_checkpoint)
        app.router.add_get("/{origin_hash}/checkpoint", self._newest)
        app.on_cleanup.append(self._close)
        return app

    async def _add_checkpoint(self, request: web.Request) -> web.Response:
        try:
            line = await self._decided(await _body(request))
        except OtherOldSize as refused:
            size = f"{refused.size}\n".encode()
            return web.Response(body=size, status=refused.status, content_type=SIZE_TYPE)
        except Refused as refused:
            log.warning("refused", why=type(refused).__name__)
            return web.Response(text=f"{refused}\n", status=refused.status)
        except (AuditError, OSError) as error:
            # The witness's own memory fails: nothing was cosigned, and its operator must look.
            log.exception("cannot_cosign", error=type(error).__name__)
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR)
        return web.Response(text=line.line())

    async def _decided(self, body: bytes) -> Signature:
        if self._waiting >= MAX_WAITING:
            raise web.HTTPServiceUnavailable
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._thread, self._cosigner.add_checkpoint, body)
        finally:
            self._waiting -= 1

    async def _newest(self, request: web.Request) -> web.Response:
        name = request.match_info["origin_hash"]
        note = self._cosigner.newest(name) if _ORIGIN_HASH.match(name) else None
        if note is None:
            raise web.HTTPNotFound
        return web.Response(text=note.decode(), headers={"Cache-Control": "no-store"})

    async def _close(self, _app: web.Application) -> None:
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)


async def _body(request: web.Request) -> bytes:
    """Raises BadRequest if it is too long or does not arrive in time."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > MAX_REQUEST_SIZE:
                    raise BadRequest("the request is too long")
    except TimeoutError as error:
        raise BadRequest("the request did not arrive in time") from error
    return bytes(body)


class ListeningError(ValueError):
    """`--listen` is not HOST:PORT."""


def listener(where: str) -> socket.socket:
    """A listening socket at `HOST:PORT` or `[HOST]:PORT`; port 0 means any free one.

    Raises ListeningError, or OSError for a port that is taken.
    """
    host, colon, port = where.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 1 << 16):
        raise ListeningError(f"{where} is not HOST:PORT")
    host = host.removeprefix("[").removesuffix("]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, int(port)), family=family)


def url_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


async def serve(app: web.Application, sock: socket.socket) -> None:
    """Answers until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # An idle connection, also one that never sends a whole request line, ends after IDLE_S.
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=IDLE_S, shutdown_timeout=GOODBYE_S
    )
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        await stop.wait()
    finally:
        await runner.cleanup()
