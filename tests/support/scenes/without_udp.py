"""A place from which no UDP leads out: a network namespace with a line that swallows everything.

Chosen ports of this machine are there under the same numbers, carried through over TCP alone, as by
a proxy that knows nothing else. The line is a TUN device that nobody reads: it has an address and a
default route, since browsers ask for a network, and what is sent on it is gone, as behind a firewall
that drops.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from scenes.network_namespace import (
    command_in,
    enter_new_network,
    lead_everything_to,
    make_or_skip,
    open_tun,
)

_LINE = b"line"
ADDRESS, _GATEWAY, _MASK = "192.0.2.2", "192.0.2.1", "255.255.255.0"
_CHUNK = 1 << 16


class PlaceWithoutUdp:
    """`datagrams` is a UDP socket of the place, to look around with."""

    def __init__(self, ports: tuple[int, ...]) -> None:
        self._ports = ports
        self._listeners: list[socket.socket] = []
        self._carried: dict[int, set[asyncio.StreamWriter]] = {port: set() for port in ports}
        self._handle = -1
        self._line = -1
        self.datagrams = socket.socket()

    def command(self, *program: str | Path) -> list[str]:
        """The command line that runs `program` in the place."""
        return command_in(self._handle, *program)

    def script(self, path: Path, program: str) -> Path:
        """An executable file that runs `program` in the place with whatever it is given."""
        path.write_text(f'#!/bin/sh\nexec {" ".join(self.command(program))} "$@"\n')
        path.chmod(0o755)
        return path

    def cut(self, port: int) -> int:
        """Breaks every connection that is carried to `port` now; how many."""
        broken = list(self._carried[port])
        for writer in broken:
            writer.transport.abort()
        return len(broken)

    # --- made once -------------------------------------------------------------------------------

    def make(self) -> None:
        """In a thread: the thread leaves this machine's network for good, the process does not.

        Raises OSError.
        """
        self._handle = enter_new_network()
        self.datagrams.close()
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._line = open_tun(_LINE, ADDRESS, _MASK)
        lead_everything_to(_GATEWAY)
        for port in self._ports:
            listener = socket.create_server(("127.0.0.1", port))
            self._listeners.append(listener)

    async def serve(self, stack: contextlib.AsyncExitStack) -> None:
        for port, listener in zip(self._ports, self._listeners, strict=True):

            async def carry(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int = port
            ) -> None:
                await self._carry(port, reader, writer)

            server = await asyncio.start_server(carry, sock=listener)
            stack.callback(server.close)

    async def _carry(
        self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        carried = self._carried[port]
        carried.add(writer)
        try:
            there, onward = await asyncio.open_connection("127.0.0.1", port)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(_copy(reader, onward))
                    both.create_task(_copy(there, writer))
            finally:
                onward.close()
        except* OSError:
            pass  # one of the two went; so does the other
        finally:
            carried.discard(writer)
            writer.close()

    def close(self) -> None:
        self.datagrams.close()
        for port in self._ports:
            self.cut(port)
        for listener in self._listeners:
            listener.close()
        for handle in (self._handle, self._line):
            if handle >= 0:
                os.close(handle)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        target.write(chunk)
        await target.drain()
    # Half closed: what comes back still may.
    with contextlib.suppress(OSError):
        target.write_eof()


@contextlib.asynccontextmanager
async def place_without_udp(*ports: int) -> AsyncIterator[PlaceWithoutUdp]:
    """Fails where CI may not make one, and skips the test elsewhere."""
    place = PlaceWithoutUdp(ports)
    try:
        make_or_skip(place.make)
        async with contextlib.AsyncExitStack() as stack:
            await place.serve(stack)
            yield place
    finally:
        place.close()
