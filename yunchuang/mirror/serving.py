"""A mirror that answers the desk, and reads on when nobody asks."""

import asyncio
import contextlib
import socket
import threading

import structlog

from audit.errors import AuditError
from audit.mirror.mirror import Mirror
from audit.note import Signature
from yunchuang.witness.server import WitnessServer, serve

log = structlog.get_logger(component="mirror")

EVERY_S = 60.0


class _OneAtATime:
    """The mirror behind a lock: requests and the reading in between are on threads of their own."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._lock = threading.Lock()

    def add_checkpoint(self, body: bytes) -> Signature:
        with self._lock:
            return self._mirror.add_checkpoint(body)

    def newest(self, origin_hash: str) -> bytes | None:
        return self._mirror.newest(origin_hash)

    def pull(self) -> None:
        with self._lock:
            self._mirror.pull()


async def serve_mirror(mirror: Mirror, sock: socket.socket) -> None:
    """Answers until SIGTERM or SIGINT."""
    guarded = _OneAtATime(mirror)
    reading = asyncio.create_task(_read_on(guarded))
    try:
        await serve(WitnessServer(guarded).app(), sock)
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading


async def _read_on(guarded: _OneAtATime) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await asyncio.to_thread(guarded.pull)
        except (AuditError, OSError) as error:
            log.error("log_refused", error=type(error).__name__, reason=str(error))  # noqa: TRY400  (the reason is all there is to say)
        except Exception:
            # Whatever an operator's log holds: a mirror that stopped reading would say nothing more.
            log.exception("log_not_read")
