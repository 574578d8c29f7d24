"""One run: a fresh server, fresh clients, rooms that fill, a window, a count."""

import asyncio
import contextlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.media.clients import ClientPool
from bench.media.clip import load
from bench.media.result import RunResult
from bench.media.schedule import PARTICIPANTS
from bench.media.servers.floor import Floor
from bench.media.servers.janus import Janus
from bench.media.servers.port import Server, Variant
from bench.media.servers.yunchuang import Yunchuang
from bench.processes import cpu_seconds, dropped_datagrams, resident_bytes, tree

WARM_UP_SECONDS = 3.0
DRAIN_SECONDS = 0.5
COPIES = PARTICIPANTS - 1
_MB = 1_000_000


def make_server(variant: Variant, folder: Path) -> Server:
    match variant.server:
        case "yunchuang":
            return Yunchuang(folder, recording=variant.recording)
        case "janus":
            return Janus(folder, recording=variant.recording, event_loops=variant.event_loops)
        case "floor":
            return Floor(folder)
        case other:
            raise ValueError(f"no server is called {other}")


@contextlib.asynccontextmanager
async def scene(variant: Variant, clip: Path) -> AsyncIterator[tuple[Server, ClientPool]]:
    """A started server and its clients; both are ended and their files removed."""
    load(clip)  # made here if need be, once: all clients must send the same
    folder = Path(tempfile.mkdtemp(prefix="bench-media-"))
    server, clients = make_server(variant, folder), ClientPool()
    try:
        await clients.start(clip, folder)
        await server.start()
        yield server, clients
    finally:
        await clients.stop()
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def measure(variant: Variant, rooms: int, seconds: float, clip: Path) -> RunResult:
    """Raises ClientFailedError, TimeoutError or OSError when the scene cannot be set."""
    async with scene(variant, clip) as (server, clients):
        for room in range(rooms):
            await server.open_room(room, clients)
            tags = await clients.connected()
        await server.settled()
        await asyncio.sleep(WARM_UP_SECONDS)

        everyone = [server.pid, *clients.pids]
        dropped, recorded = dropped_datagrams(everyone), _recorded_bytes(server.folder)
        trees = [tree(pid) for pid in everyone]
        await clients.mark()
        began, before = time.monotonic(), [cpu_seconds(pids) for pids in trees]
        await asyncio.sleep(seconds)
        after, ended = [cpu_seconds(pids) for pids in trees], time.monotonic()
        window = await clients.end()
        await asyncio.sleep(DRAIN_SECONDS)

        tally, socket_faults = await clients.count(window.packets, COPIES)
        cores = [(b - a) / (ended - began) for a, b in zip(before, after, strict=True)]
        return RunResult(
            variant=variant,
            rooms=rooms,
            seconds=window.seconds,
            cpu_percent=100 * cores[0],
            resident_mb=resident_bytes(server.pid) / _MB,
            client_cores=tuple(cores[1:]),
            dropped=dropped_datagrams(everyone) - dropped,
            socket_faults=socket_faults,
            tag_bytes=tuple(sorted(tags)),
            tally=tally,
            recorded_bytes=_recorded_bytes(server.folder) - recorded,
        )


def _recorded_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "recordings").rglob("*.*"))
