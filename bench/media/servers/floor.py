"""The floor: the same joins, then nothing but the system calls and the crypto.

`python -m bench.media.servers.floor` is a media worker until it gets SIGUSR1. Then it leaves its
event loop and does for each media packet one recvfrom, one unprotect, and for each subscriber one
protect and one sendto to the reader that this wakes: no ring, no reports, no counting, no rewriting.
"""

import argparse
import asyncio
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.media.servers.yunchuang import Yunchuang
from casework.clock import SystemClock
from casework.worker_link.messages import Event
from casework.worker_link.server import LinkServer
from signaling.relay.engine import Relay
from signaling.relay.spec import RelayConfig
from signaling.relay.udp import LONGEST_DATAGRAM, Address
from yunchuang.media_rooms import MediaRooms, link_event

_SETTLE_SECONDS = 1.5
Crypto = Callable[[bytes], bytes]


class Floor(Yunchuang):
    """As our worker, until all have joined."""

    module = "bench.media.servers.floor"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, recording=False)

    async def settled(self) -> None:
        await asyncio.sleep(_SETTLE_SECONDS)
        os.kill(self.pid, signal.SIGUSR1)


@dataclass(frozen=True, slots=True)
class _Route:
    unprotect: Crypto
    to: tuple[tuple[Crypto, Address], ...]


def routes(relay: Relay) -> dict[Address, _Route]:
    """Who may send, and to whom it goes: every leg of a room to every other."""
    table: dict[Address, _Route] = {}
    for room in relay._rooms.values():  # noqa: SLF001 - the floor lies below the relay's interface
        legs = [(leg, path) for leg in room.legs.values() if (path := leg.transport.ice.selected)]
        for leg, path in legs:
            table[path.address] = _Route(
                leg.transport.dtls.unprotect,
                tuple(
                    (other.transport.dtls.protect, there.address)
                    for other, there in legs
                    if other is not leg
                ),
            )
    return table


def forward_forever(opened: socket.socket, table: dict[Address, _Route]) -> None:
    """The loop whose cost is the floor; only a signal ends it."""
    opened.setblocking(True)
    recvfrom, sendto = opened.recvfrom, opened.sendto
    while True:
        datagram, source = recvfrom(LONGEST_DATAGRAM)
        if datagram[0] < 128 or 192 <= datagram[1] <= 223:
            continue
        route = table[source]
        packet = route.unprotect(datagram)
        for protect, address in route.to:
            sendto(protect(packet), address)


async def _join_all(link_path: Path, addresses: tuple[str, ...]) -> Relay:
    loop = asyncio.get_running_loop()
    joined = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, joined.set)

    def tell(event: Event) -> None:
        loop.call_soon_threadsafe(link.send, event)

    relay = Relay(RelayConfig(addresses=addresses), lambda event: link.send(link_event(event)))
    link = LinkServer(link_path, MediaRooms(relay, SystemClock(), tell, joined.set))
    await relay.start()
    await link.start()
    await joined.wait()
    return relay


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.media.servers.floor")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--address", action="append", required=True)
    given, _others = parser.parse_known_args()

    async def run() -> None:
        relay = await _join_all(given.socket, tuple(given.address))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        udp = relay._sockets[0]._socket  # noqa: SLF001 - as in `routes`
        # Blocks the loop on purpose and for good: nothing else may cost anything from here on.
        forward_forever(udp, routes(relay))

    uvloop.run(run())


if __name__ == "__main__":
    main()
