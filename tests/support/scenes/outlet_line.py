"""An outlet at the end of one narrow IP line: what its browsers send and get, by UDP and by TCP alike,
goes through the same queue.

The outlet is a network namespace. Its only way out is a TUN device; this process reads the packets,
lets each meet the fate of `bench.lines.line.Line`, and writes them to a second TUN device of this
machine. So TCP is the kernel's own, with its congestion control, and loses packets as UDP does.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bench.lines.line import Conditions, Line
from bench.lines.proxy import OnTheWay

_CLONE_NEWNET = 0x40000000
_IFF_UP = 1
_SIOCADDRT, _SIOCSIFFLAGS, _SIOCSIFADDR, _SIOCSIFNETMASK = 0x890B, 0x8914, 0x8916, 0x891C
_TUNSETIFF, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001
_RTF_UP_GATEWAY = 3
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
        net = f"--net=/proc/{os.getpid()}/fd/{self._namespace}"
        return ["nsenter", net, "--", *(str(word) for word in program)]

    def make(self) -> None:
        """In a thread of its own, which leaves this machine's network for good. Raises OSError."""
        self._here = _tun(b"yc-line", HERE)
        if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET) != 0:
            raise PermissionError(ctypes.get_errno(), "no right to make a network namespace")
        self._namespace = os.open(
            f"/proc/self/task/{threading.get_native_id()}/ns/net", os.O_RDONLY
        )
        self._there = _tun(b"line", OUTLET)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", b"lo", _IFF_UP))
            ends = (_socket_address(one) for one in ("0.0.0.0", HERE, "0.0.0.0"))
            route = struct.pack("L16s16s16sH54x", 0, *ends, _RTF_UP_GATEWAY)
            fcntl.ioctl(control, _SIOCADDRT, route)

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


def _tun(name: bytes, address: str) -> int:
    """A TUN device in the network of this thread, up, with this address."""
    handle = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(handle, _TUNSETIFF, struct.pack("16sH22x", name, _TUN_WITHOUT_HEADER))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for order, value in ((_SIOCSIFADDR, address), (_SIOCSIFNETMASK, _MASK)):
            fcntl.ioctl(control, order, struct.pack("16s16s", name, _socket_address(value)))
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh", name, _IFF_UP))
    return handle


def _socket_address(address: str) -> bytes:
    """A `struct sockaddr_in` without a port."""
    return struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))


@contextlib.asynccontextmanager
async def outlet_line(up: Conditions, down: Conditions, seed: int = 1) -> AsyncIterator[OutletLine]:
    """Fails where CI may not make one, and skips the test elsewhere."""
    line = OutletLine(up, down, seed)
    trouble: list[OSError] = []

    def make() -> None:
        try:
            line.make()
        except OSError as error:
            trouble.append(error)

    # Not a thread of a pool: nobody else may ever run in it.
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    try:
        if trouble:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(str(trouble[0]))
        line.serve()
        yield line
    finally:
        line.close()
