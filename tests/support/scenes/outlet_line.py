"""An outlet at the end of one narrow IP line: what its browsers send and get, by UDP and by TCP alike,
goes through the same queue.

The outlet is a network namespace. Its only way out is a TUN device; this process reads the packets,
lets each meet the fate of `bench.lines.line.Line`, and writes them to a second TUN device of this
machine. So TCP is the kernel's own, with its congestion control, and loses packets as UDP does.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from bench.lines.line import Conditions, Line
from bench.lines.proxy import OnTheWay
from scenes.network_namespace import (
    command_in,
    enter_new_network,
    lead_everything_to,
    make_or_skip,
    open_tun,
)

_MTU = 2048
_MOST_PER_TURN = 64
HERE, OUTLET, _MASK = "198.18.7.1", "198.18.7.2", "255.255.255.0"
"""Of the range for benchmarks (RFC 2544)."""


class OutletLine:
    """`up` is the outlet's way out. `bytes_up` and `bytes_down` count what arrived."""

    def __init__(self, up: Conditions, down: Conditions, seed: int) -> None:
        loop = asyncio.get_running_loop()
        self.up, self.down = Line(up, seed, loop.time()), Line(down, seed + 1, loop.time())
        self.bytes_up = self.bytes_down = 0
        self._way = OnTheWay(loop)
        self._loop = loop
        self._here = self._there = self._namespace = -1

    def command(self, *program: str | Path) -> list[str]:
        """The command line that runs `program` at the outlet."""
        return command_in(self._namespace, *program)

    def make(self) -> None:
        """In a thread of its own, which leaves this machine's network for good. Raises OSError."""
        self._here = open_tun(b"yc-line", HERE, _MASK)
        self._namespace = enter_new_network()
        self._there = open_tun(b"line", OUTLET, _MASK)
        lead_everything_to(HERE)

    def serve(self) -> None:
        for handle in (self._here, self._there):
            os.set_blocking(handle, False)
        self._loop.add_reader(self._there, self._pass, self._there, self._here, self.up)
        self._loop.add_reader(self._here, self._pass, self._here, self._there, self.down)

    def _pass(self, source: int, target: int, line: Line) -> None:
        for _ in range(_MOST_PER_TURN):
            try:
                packet = os.read(source, _MTU)
            except BlockingIOError:
                return
            at_s = line.arrival(self._loop.time(), len(packet))
            if at_s is not None and not self._way.add(at_s, lambda p=packet: self._out(target, p)):
                line.lost += 1

    def _out(self, target: int, packet: bytes) -> None:
        with contextlib.suppress(OSError):  # a full device is loss, as on any line
            os.write(target, packet)
        if target == self._here:
            self.bytes_up += len(packet)
        else:
            self.bytes_down += len(packet)

    def close(self) -> None:
        self._way.close()
        for handle in (self._here, self._there, self._namespace):
            if handle >= 0:
                self._loop.remove_reader(handle)
                os.close(handle)


@contextlib.asynccontextmanager
async def outlet_line(up: Conditions, down: Conditions, seed: int = 1) -> AsyncIterator[OutletLine]:
    """Fails where CI may not make one, and skips the test elsewhere."""
    line = OutletLine(up, down, seed)
    try:
        make_or_skip(line.make)
        line.serve()
        yield line
    finally:
        line.close()
