"""A media worker: relay and recorders of its calls in one process. No pages, no database.

`python -m yunchuang.media` is started by the supervisor. It is ready when its pid file exists, and
survives both the desk and the supervisor.
"""

import argparse
import asyncio
import gc
import signal
from dataclasses import dataclass
from pathlib import Path

import structlog
import uvloop

from casework.clock import SystemClock
from casework.worker_link.messages import Event
from casework.worker_link.server import LinkServer
from recording.worker.content_helper import ContentHelper
from signaling.relay.engine import Relay
from signaling.relay.events import LegState, Presence, RelayEvent
from signaling.relay.spec import RelayConfig
from yunchuang.interpreter import switch_threads_soon
from yunchuang.logging_setup import configure_logging
from yunchuang.media_rooms import MediaRooms, link_event
from yunchuang.process import write_pid_file
from yunchuang.sweep import Sweep
from yunchuang.watchdog import keep_saying_so

_YOUNG = 20_000
"""Packets and frames die young; looking through them every 700 allocations, as Python does by
itself, finds nothing."""

_OLD_LEG_ENDED = frozenset({Presence.CLOSED, Presence.NEW})
"""A leg that is new may have taken the place of another."""

log = structlog.get_logger(component="media")


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """`socket` is the worker link; `addresses` and `port` are where media comes in (0 = any)."""

    socket: Path
    pid_file: Path
    addresses: tuple[str, ...]
    port: int = 0
    public_addresses: tuple[str, ...] = ()

    def arguments(self) -> tuple[str, ...]:
        """The command line that `main` parses back."""
        named = [f"--address={one}" for one in self.addresses]
        named += [f"--public-address={one}" for one in self.public_addresses]
        return (
            "-m",
            "yunchuang.media",
            f"--socket={self.socket}",
            f"--pid-file={self.pid_file}",
            f"--port={self.port}",
            *named,
        )


async def run(options: WorkerOptions) -> None:
    """Serves until SIGTERM or until drained. Raises OSError when a port or socket is taken."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def tell(event: Event) -> None:
        loop.call_soon_threadsafe(link.send, event)

    sweep = Sweep()

    def relayed(event: RelayEvent) -> None:
        link.send(link_event(event))
        if isinstance(event, LegState) and event.state in _OLD_LEG_ENDED:
            sweep.soon()

    config = RelayConfig(
        addresses=options.addresses,
        port=options.port,
        public_addresses=options.public_addresses,
    )
    relay = Relay(config, relayed)
    pictures = ContentHelper()
    rooms = MediaRooms(relay, SystemClock(), tell, stop.set, pictures)
    link = LinkServer(options.socket, rooms)
    pictures.start()
    await relay.start()
    await link.start()
    write_pid_file(options.pid_file, {"media_port": relay.endpoints[0][1]})
    # What was loaded stays for good and need not be looked through again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    log.info("ready", endpoints=[f"{host}:{port}" for host, port in relay.endpoints])
    alive = asyncio.create_task(keep_saying_so())
    await stop.wait()
    await rooms.close("worker_stopped")
    await link.stop()
    await relay.stop()
    pictures.stop()
    alive.cancel()


def main() -> None:
    configure_logging()
    switch_threads_soon()
    parser = argparse.ArgumentParser(prog="yunchuang.media")
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--pid-file", type=Path, required=True)
    parser.add_argument("--address", action="append", required=True)
    parser.add_argument("--public-address", action="append", default=[])
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    options = WorkerOptions(
        socket=given.socket,
        pid_file=given.pid_file,
        addresses=tuple(given.address),
        port=given.port,
        public_addresses=tuple(given.public_address),
    )
    uvloop.run(run(options))


if __name__ == "__main__":
    main()
