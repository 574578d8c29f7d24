"""The worker's end of the link: one Unix socket, one desk at a time, the newest wins."""

import asyncio
import os
import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import structlog
from pydantic import ValidationError

from casework.worker_link.codec import LinkBrokenError, encode_frame, peer_uid, read_frame
from casework.worker_link.messages import (
    COMMAND,
    PROTOCOL_VERSION,
    Command,
    Done,
    DurableEvent,
    Event,
    Failed,
    Hello,
    LegState,
    Message,
)
from casework.worker_link.missed_legs import MissedLegs

log = structlog.get_logger(component="worker_link")

_MAX_UNSENT_BYTES = 8 << 20
_MAX_RUNNING = 64


class CommandRefusedError(Exception):
    """A command that cannot be carried out; `code` is stable and goes back to the desk."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WorkerHandler(Protocol):
    """What stands behind the link in a worker."""

    async def handle(self, command: Command) -> Done:
        """Carries out one command. Raises CommandRefusedError with a stable code."""

    def unacknowledged(self, acks: dict[str, int]) -> Iterable[DurableEvent]:
        """Durable events after the given `n` of each call, oldest first, for a desk that
        (re)connects; calls that are not named count from the beginning.
        """

    def present(self) -> Iterable[Event]:
        """State that such a desk may have missed and that nothing would repeat soon."""


class LinkServer:
    """Serves a worker's Unix socket (mode 0600); a peer with another user id is refused.

    Commands of one call are carried out in order; those of different calls run side by side, so
    that a slow one never delays another call's.
    """

    def __init__(self, path: Path, handler: WorkerHandler) -> None:
        self._path = path
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._desk: asyncio.StreamWriter | None = None
        self._greeted = False
        self._missed = MissedLegs()
        self._last: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Binds the socket. Raises OSError (EADDRINUSE) if a live worker already serves it."""
        _refuse_live_socket(self._path)
        previous = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, path=str(self._path))
        finally:
            os.umask(previous)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._desk is not None:
            self._desk.close()
        for task in list(self._running):
            task.cancel()
        self._path.unlink(missing_ok=True)

    def send(self, event: Event) -> None:
        """Sends an event to the desk, if one is there and has said hello.

        A desk that does not read is cut off: its durable events wait in the journal, and memory
        stays bounded. How legs fared meanwhile is told to the next one.
        """
        if self._desk is None or not self._greeted or self._desk.is_closing():
            if isinstance(event, LegState):
                self._missed.note(event)
            return
        self._write(self._desk, event)

    def _write(self, desk: asyncio.StreamWriter, message: Message) -> None:
        if desk.is_closing():
            return
        desk.write(encode_frame(message))
        if desk.transport.get_write_buffer_size() > _MAX_UNSENT_BYTES:
            log.error("desk_does_not_read")
            desk.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock: socket.socket = writer.get_extra_info("socket")
        if (uid := peer_uid(sock)) != os.getuid():
            log.warning("peer_refused", uid=uid)
            writer.close()
            return
        if self._desk is not None:
            self._desk.close()
        self._desk, self._greeted = writer, False
        try:
            while (frame := await read_frame(reader)) is not None:
                self._take(frame, writer)
        except (LinkBrokenError, ConnectionError) as error:
            log.warning("link_broken", reason=str(error))
        finally:
            if self._desk is writer:
                self._desk, self._greeted = None, False
            writer.close()

    def _take(self, frame: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            command = COMMAND.validate_json(frame)
        except ValidationError as error:
            log.warning("bad_command", errors=error.error_count())
            self._write(writer, Failed(id=0, code="bad_command", message="not a known command"))
            return
        if isinstance(command, Hello):
            self._greet(command, writer)
            return
        if not self._greeted or len(self._running) >= _MAX_RUNNING:
            code = "overloaded" if self._greeted else "hello_first"
            self._write(writer, Failed(id=command.id, code=code, message=code))
            return
        call = getattr(command, "call", "")
        task = asyncio.create_task(self._carry_out(command, writer, self._last.get(call)))
        self._last[call] = task
        self._running.add(task)
        task.add_done_callback(lambda done: self._forget(call, done))

    def _forget(self, call: str, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if self._last.get(call) is task:
            del self._last[call]

    def _greet(self, hello: Hello, writer: asyncio.StreamWriter) -> None:
        if hello.version != PROTOCOL_VERSION:
            reason = f"worker speaks version {PROTOCOL_VERSION}"
            self._write(writer, Failed(id=hello.id, code="version", message=reason))
            return
        task = asyncio.ensure_future(self._welcome(hello, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _welcome(self, hello: Hello, writer: asyncio.StreamWriter) -> None:
        # No await between replay and `_greeted`: an event raised in between would be lost or come
        # out of order.
        try:
            done = await self._handler.handle(hello)
            self._write(writer, done)
            for missed in self._handler.unacknowledged(hello.acks):
                self._write(writer, missed)
            for state in self._missed.told():
                self._write(writer, state)
            for present in self._handler.present():
                self._write(writer, present)
        except Exception:
            # Half a replay is none: the desk comes again and is told all of it.
            log.exception("welcome_failed")
            writer.close()
            return
        if self._desk is writer and not writer.is_closing():
            self._greeted = True
            self._missed.clear()

    async def _carry_out(
        self,
        command: Command,
        writer: asyncio.StreamWriter,
        before: asyncio.Task[None] | None,
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            answer: Done | Failed = await self._handler.handle(command)
        except CommandRefusedError as error:
            answer = Failed(id=command.id, code=error.code, message=str(error)[:1000])
        except Exception:
            # A defect in one command must not end the worker: other calls are running in it.
            log.exception("command_failed", command=command.type)
            answer = Failed(id=command.id, code="internal", message="the worker failed")
        self._write(writer, answer)


def _refuse_live_socket(path: Path) -> None:
    """A socket file that nobody answers is left over from a killed worker and is removed."""
    if not path.exists():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
            return
    raise OSError(f"a worker already serves {path.name}")
