"""A bad line between a station and the relay: UDP in, and out again late, out of order or not."""

import asyncio
import contextlib
import heapq
import itertools
import re
import socket
from collections.abc import Callable
from typing import TypeAlias

from bench.lines.line import Conditions, Line

Address: TypeAlias = tuple[str, int]

MOST_CLIENTS = 64
MOST_ON_THE_WAY = 20_000
_MOST_PER_TURN = 256
_LONGEST_DATAGRAM = 2048
_CANDIDATE = re.compile(r"(a=candidate:\S+ \d+ udp \d+) \S+ \d+ ", re.IGNORECASE)


class OnTheWay:
    """Datagrams in order of their arrival, and one timer for the next of them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._count = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, at_s: float, deliver: Callable[[], None]) -> bool:
        """False when so much is on the way that this one is lost."""
        if len(self._heap) >= MOST_ON_THE_WAY:
            return False
        heapq.heappush(self._heap, (at_s, next(self._count), deliver))
        if self._timer is None or at_s < self._timer.when():
            self._set_timer()
        return True

    def close(self) -> None:
        self._heap.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._heap[0][0], self._deliver) if self._heap else None

    def _deliver(self) -> None:
        now_s = self._loop.time()
        while self._heap and self._heap[0][0] <= now_s:
            heapq.heappop(self._heap)[2]()
        self._set_timer()


class Proxy:
    """Stands before `relay`. Every client address has a socket of its own towards the relay, which
    so tells clients apart as it would without the proxy.
    """

    def __init__(self, relay: Address, up: Conditions, down: Conditions, seed: int) -> None:
        """`up` is the way to the relay. Raises OSError when there is no socket to be had."""
        self._loop = loop = asyncio.get_running_loop()
        self._relay = relay
        self.up = Line(up, seed, loop.time())
        self.down = Line(down, seed + 1, loop.time())
        self._way = OnTheWay(loop)
        self._upstream: dict[Address, socket.socket] = {}
        self._seen: set[Address] = set()
        self._gone: set[Address] = set()
        self._socket = _udp()
        self._socket.bind((relay[0], 0))
        loop.add_reader(self._socket, self._from_clients)

    @property
    def address(self) -> Address:
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    def announce(self, sdp: str) -> str:
        """The relay's offer with our address in place of its own (RFC 8839 5.1)."""
        host, port = self.address
        return _CANDIDATE.sub(lambda found: f"{found[1]} {host} {port} ", sdp)

    def cut(self) -> None:
        """Nothing passes from now on, until `mend`."""
        self.up.dark = self.down.dark = True

    def mend(self) -> None:
        self.up.dark = self.down.dark = False

    def rebind(self) -> None:
        """As a translator of addresses that lost its table: clients get new ports at the relay."""
        for upstream in self._upstream.values():
            self._loop.remove_reader(upstream)
            upstream.close()
        self._upstream.clear()

    def forsake(self) -> None:
        """The network of all clients so far is gone for good; who comes from elsewhere passes."""
        self._gone |= self._seen
        self.rebind()

    def close(self) -> None:
        self._way.close()
        for one in (self._socket, *self._upstream.values()):
            self._loop.remove_reader(one)
            one.close()
        self._upstream.clear()

    def _from_clients(self) -> None:
        for _ in range(_MOST_PER_TURN):
            try:
                datagram, client = self._socket.recvfrom(_LONGEST_DATAGRAM)
            except OSError:  # nothing more, or an ICMP error of a client that is gone
                return
            upstream = self._upstream.get(client) or self._welcome(client)
            if upstream is not None:
                self._pass(self.up, datagram, upstream.send)

    def _from_relay(self, client: Address, upstream: socket.socket) -> None:
        for _ in range(_MOST_PER_TURN):
            try:
                datagram = upstream.recv(_LONGEST_DATAGRAM)
            except OSError:
                return
            self._pass(self.down, datagram, lambda d: self._socket.sendto(d, client))

    def _welcome(self, client: Address) -> socket.socket | None:
        if client in self._gone or len(self._upstream) >= MOST_CLIENTS:
            return None
        self._seen.add(client)
        upstream = self._upstream[client] = _udp()
        upstream.connect(self._relay)
        self._loop.add_reader(upstream, self._from_relay, client, upstream)
        return upstream

    def _pass(self, line: Line, datagram: bytes, send: Callable[[bytes], object]) -> None:
        def deliver() -> None:
            with contextlib.suppress(OSError):  # a full buffer is loss, as on any line
                send(datagram)

        at_s = line.arrival(self._loop.time(), len(datagram))
        if at_s is None:
            return
        if at_s <= self._loop.time():
            deliver()
        elif not self._way.add(at_s, deliver):
            line.lost += 1


def _udp() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    return made
