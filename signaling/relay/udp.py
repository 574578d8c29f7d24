"""One UDP socket of the relay: read in turns, written in batches."""

import asyncio
import contextlib
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from signaling.relay.counters import Counters
from signaling.relay.hold import Hold
from signaling.relay.segmentation import SegmentedSender

# (host, port) of IPv4, (host, port, flow, scope) of IPv6, as recvfrom gives it.
Address = tuple[str | int, ...]
Arrived = tuple[bytes, Address]

LONGEST_DATAGRAM = 2048
MOST_PER_TURN = 256
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


class Held(Protocol):
    """What a leg has to send when the turn ends."""

    def send_held(self) -> None:
        """Sends it; called once after `UdpSocket.hold`."""


class UdpSocket:
    """`peers` maps each remote address that passed a connectivity check to its leg.

    Most of a packet's cost is waking up, here and at its reader. So what wakes the loop waits for
    more, everything that has arrived is read at once, and what the legs have to send goes out
    together at the end of the turn.
    """

    def __init__(
        self, address: str, port: int, receive_buffer_bytes: int, counters: Counters, hold: Hold
    ) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._counters = counters
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hold = hold
        self._emptied = True
        self._held: list[Held] = []
        self._in_turn = False
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
        self._sender = SegmentedSender(self._socket, counters)

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
        receive: Callable[["UdpSocket", Sequence[Arrived], int], None],
    ) -> None:
        """Calls `receive(socket, datagrams with their sources, monotonic ns)` for each turn."""
        self._loop = loop
        self._receive = receive
        loop.add_reader(self._socket.fileno(), self._turn)

    def send(self, datagram: bytes, to: Address) -> None:
        """Sends or drops: a full buffer is loss, as on any line."""
        self._sender.send(datagram, to)

    def send_all(self, datagrams: Sequence[bytes], to: Address) -> None:
        """Sends or drops each of them, in their order."""
        self._sender.send_all(datagrams, to)

    def hold(self, held: Held) -> None:
        """Has `held` send at the end of this turn, or at once when there is none."""
        if self._in_turn:
            self._held.append(held)
        else:
            held.send_held()

    def close(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._loop = None
        self._socket.close()

    def _turn(self) -> None:
        """Reads all that is there, lets the legs take it, and sends what they have to send."""
        # What the turn before had no time for has waited long enough.
        now_ns = self._hold.wait(self) if self._emptied else time.monotonic_ns()
        arrived = self._drain()
        self._emptied = len(arrived) < MOST_PER_TURN
        self._in_turn = True
        self._receive(self, arrived, now_ns)
        self._in_turn = False
        self._send_held()

    def _send_held(self) -> None:
        held, self._held = self._held, []
        for one in held:
            try:
                one.send_held()
            except Exception:  # noqa: BLE001 - counted and logged: one leg's fault is not another's
                self._counters.fault("send")

    def _drain(self) -> list[Arrived]:
        """All that has arrived, but bounded: under a flood the rest of the worker lives on."""
        recvfrom = self._socket.recvfrom
        arrived: list[Arrived] = []
        try:
            for _ in range(MOST_PER_TURN):
                arrived.append(recvfrom(LONGEST_DATAGRAM))  # noqa: PERF401 - kept when it would block
        except BlockingIOError:
            pass
        except OSError:
            self._counters["udp.receive_error"] += 1
        return arrived


@dataclass(frozen=True, slots=True)
class Path:
    """Our socket and the peer's address on it."""

    socket: UdpSocket
    address: Address

    def send(self, datagram: bytes) -> None:
        self.socket.send(datagram, self.address)
