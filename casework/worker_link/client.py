"""The desk's end of the link: commands with answers, events in order, reconnects by itself."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from pydantic import ValidationError

from casework.worker_link.codec import LinkBrokenError, encode_frame, read_frame
from casework.worker_link.messages import (
    FROM_WORKER,
    Command,
    Done,
    Event,
    Failed,
    Hello,
    RoomState,
)

log = structlog.get_logger(component="worker_link")

_RETRY_S = 0.2
_ANSWER_S = 5.0


class WorkerGoneError(Exception):
    """No worker answers at the socket, or it died before it answered."""


class WorkerRefusedError(Exception):
    """The worker refused a command; `code` is the worker's stable code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LinkClient:
    """Keeps one connection to a worker's socket.

    `acks()` tells the last durable `n` the desk has committed for each call. `on_hello` runs at
    every (re)connect with the rooms the worker holds, *before* any event of that connection is
    delivered; `on_gone` runs when the connection is lost. Events are awaited one after the other,
    so what a handler commits is in the worker's order.
    """

    def __init__(
        self,
        path: Path,
        *,
        desk: str,
        acks: Callable[[], Awaitable[dict[str, int]]],
        on_hello: Callable[[list[RoomState]], Awaitable[None]],
        on_event: Callable[[Event], Awaitable[None]],
        on_gone: Callable[[], Awaitable[None]],
    ) -> None:
        self._path = path
        self._desk = desk
        self._acks = acks
        self._on_hello = on_hello
        self._on_event = on_event
        self._on_gone = on_gone
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Done]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self.connected = asyncio.Event()

    def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def next_id(self) -> int:
        """Every command carries its own id; take it from here."""
        return next(self._ids)

    async def request(self, command: Command, limit_s: float = _ANSWER_S) -> Done:
        """Sends a command and waits for its answer.

        Raises WorkerGoneError (no connection, connection lost, no answer in `limit_s` seconds)
        and WorkerRefusedError.
        """
        if self._writer is None:
            raise WorkerGoneError("no worker is connected")
        answer: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._waiting[command.id] = answer
        try:
            self._writer.write(encode_frame(command))
            return await asyncio.wait_for(answer, limit_s)
        except TimeoutError as error:
            raise WorkerGoneError("the worker did not answer in time") from error
        finally:
            self._waiting.pop(command.id, None)

    async def _run(self) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(str(self._path))
            except OSError:
                await asyncio.sleep(_RETRY_S)
                continue
            try:
                await self._converse(reader, writer)
            except (LinkBrokenError, ConnectionError) as error:
                log.warning("link_broken", reason=str(error))
            except Exception:
                # Whatever a handler raised: reconnect, and the worker replays what was not acked.
                log.exception("link_failed")
            finally:
                await self._drop(writer)
            await asyncio.sleep(_RETRY_S)

    async def _drop(self, writer: asyncio.StreamWriter) -> None:
        writer.close()
        was_connected, self._writer = self._writer is not None, None
        self.connected.clear()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(WorkerGoneError("the worker went away"))
        self._waiting.clear()
        if was_connected:
            try:
                await self._on_gone()
            except Exception:
                # The link must come back, whatever became of the news.
                log.exception("loss_not_told")

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello = Hello(id=self.next_id(), desk=self._desk, acks=await self._acks())
        writer.write(encode_frame(hello))
        self._writer = writer
        events: asyncio.Queue[Event | list[RoomState]] = asyncio.Queue(10_000)
        both = {
            asyncio.create_task(self._read(reader, hello.id, events)),
            asyncio.create_task(self._deliver(events)),
        }
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _read(
        self,
        reader: asyncio.StreamReader,
        hello_id: int,
        events: asyncio.Queue[Event | list[RoomState]],
    ) -> None:
        while (frame := await read_frame(reader)) is not None:
            message = _parse(frame)
            if not isinstance(message, Done | Failed):
                await events.put(message)
            elif message.id == hello_id:
                await events.put(_rooms(message))
            else:
                self._answer(message)

    async def _deliver(self, events: asyncio.Queue[Event | list[RoomState]]) -> None:
        # Apart from the reader: a handler may itself send commands and wait for their answers.
        while True:
            item = await events.get()
            if isinstance(item, list):
                await self._on_hello(item)
                self.connected.set()
            else:
                await self._on_event(item)

    def _answer(self, message: Done | Failed) -> None:
        waiting = self._waiting.get(message.id)
        if waiting is None or waiting.done():
            return
        if isinstance(message, Done):
            waiting.set_result(message)
        else:
            waiting.set_exception(WorkerRefusedError(message.code, message.message))


def _parse(frame: bytes) -> Done | Failed | Event:
    try:
        return FROM_WORKER.validate_json(frame)
    except ValidationError as error:
        raise LinkBrokenError("the worker sent an unknown message") from error


def _rooms(message: Done | Failed) -> list[RoomState]:
    if isinstance(message, Failed):
        raise LinkBrokenError(f"hello refused: {message.code}")
    return message.rooms or []
