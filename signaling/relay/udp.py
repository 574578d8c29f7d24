"""One UDP socket of the relay, read until it would block."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from signaling.relay.counters import Counters

# (host, port) of IPv4, (host, port, flow, scope) of IPv6, as recvfrom gives it.
Address = tuple[str | int, ...]

LONGEST_DATAGRAM = 2048
MOST_PER_WAKE_UP = 128
_SO_MEMINFO = 55  # linux/sock_diag.h: nine counters, the last is the drops that SO_RXQ_OVFL tells
_MEMINFO = struct.Struct("=9I")


class Peer(Protocol):
    """What stands behind a remote address: a leg."""

    def receive(self, datagram: bytes, now_ns: int) -> None:
        """A datagram that is not STUN, from an address that passed a check."""

    def heard(self, now_ns: int) -> None:
        """Something authentic came from the peer."""

    def holds(self, path: "Path", now_ns: int) -> bool:
        """Whether the peer is there, at that address."""


class UdpSocket:
    """`peers` maps each remote address that passed a connectivity check to its leg."""

    def __init__(
        self, address: str, port: int, receive_buffer_bytes: int, counters: Counters
    ) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._counters = counters
        self._loop: asyncio.AbstractEventLoop | None = None
        self.peers: dict[Address, Peer] = {}
        try:
            self._socket.setblocking(False)
            if family == socket.AF_INET6:
                self._socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
                self._socket.setsockopt(socket.SOL_SOCKET, option, receive_buffer_bytes)
            self._socket.bind((address, port))
        except OSError:
            self._socket.close()
            raise

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def overflow(self) -> int:
        """Datagrams the kernel dropped because this socket's buffer was full."""
        with contextlib.suppress(OSError, struct.error):
            info = self._socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
            return int(_MEMINFO.unpack(info)[8])
        return 0

    def watch(
        self,
        loop: asyncio.AbstractEventLoop,
        receive: Callable[["UdpSocket", bytes, Address, int], None],
    ) -> None:
        """Calls `receive(socket, datagram, source, monotonic ns)` for each datagram."""
        recvfrom = self._socket.recvfrom
        now = time.monotonic_ns

        def drain() -> None:
            # Bounded, so that timers and the worker link live under a flood; the loop comes back
            # at once because the descriptor is still readable.
            for _ in range(MOST_PER_WAKE_UP):
                try:
                    datagram, source = recvfrom(LONGEST_DATAGRAM)
                except BlockingIOError:
                    return
                except OSError:
                    self._counters["udp.receive_error"] += 1
                    return
                receive(self, datagram, source, now())

        self._loop = loop
        loop.add_reader(self._socket.fileno(), drain)

    def send(self, datagram: bytes, to: Address) -> None:
        """Sends or drops: a full buffer is loss, as on any line."""
        try:
            self._socket.sendto(datagram, to)
        except BlockingIOError:
            self._counters["udp.send_buffer_full"] += 1
        except OSError:
            self._counters["udp.send_error"] += 1

    def close(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._loop = None
        self._socket.close()


@dataclass(frozen=True, slots=True)
class Path:
    """Our socket and the peer's address on it."""

    socket: UdpSocket
    address: Address

    def send(self, datagram: bytes) -> None:
        self.socket.send(datagram, self.address)
