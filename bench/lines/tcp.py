"""A line of TCP that can be cut: what HTTP and WebSocket of a page go through."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from bench.lines.proxy import Address

FIRST_DATA_S = 0.2
"""RFC 6298's timer on Linux where round trips are short; it doubles with each try."""
FIRST_SYN_S = 1.0
LONGEST_WAIT_S = 60.0
_CHUNK = 1 << 16


class TcpLine:
    """Stands before `server`; bytes that meet a cut line arrive when the sender's kernel would have
    sent them again: a mended line is not at once a living one.
    """

    def __init__(self, server: Address) -> None:
        self._server = server
        self._listener: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.dark = False

    async def start(self) -> None:
        """Raises OSError when there is no port to be had."""
        self._listener = await asyncio.start_server(self._accepted, "127.0.0.1", 0)

    @property
    def port(self) -> int:
        assert self._listener is not None, "not started"
        return int(self._listener.sockets[0].getsockname()[1])

    def reset(self) -> None:
        """Every connection dies at once, as when a box on the way forgets its table."""
        for writer in self._open:
            writer.transport.abort()

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.close()
        self.reset()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._spawn(self._serve(reader, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        beyond: asyncio.StreamWriter | None = None
        try:
            await self._until_sent(FIRST_SYN_S)
            answers, beyond = await asyncio.open_connection(*self._server)
            self._open.add(beyond)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, beyond))
                both.create_task(self._pump(answers, writer))
        except* (OSError, asyncio.IncompleteReadError):
            pass  # a connection that broke is what the line is for
        finally:
            for one in filter(None, (writer, beyond)):
                self._open.discard(one)
                one.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while chunk := await reader.read(_CHUNK):
            await self._until_sent(FIRST_DATA_S)
            writer.write(chunk)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _until_sent(self, wait_s: float) -> None:
        """Returns at the first try, now or later, that does not meet a cut line."""
        while self.dark:
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
