"""One call through a real media worker, and beside it floods of different rates."""

import asyncio
import contextlib
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bench.media.clients import ClientPool
from bench.media.clip import load
from bench.media.counting import Tally
from bench.media.run import COPIES, DRAIN_SECONDS
from bench.media.sdp import read
from bench.media.servers.yunchuang import Yunchuang
from bench.processes import cpu_seconds, dropped_datagrams, tree

START_SECONDS = 15.0
WARM_UP_SECONDS = 3.0
LEAD_SECONDS = 0.5  # the flood stands when the window begins
LEAST_RATE = 0.95  # of the datagrams asked for, or the flood was none
LEAST_DELIVERY_IN_PEACE = 0.999
MOST_CLIENT_CORE = 0.7


class FloodFailedError(Exception):
    """The flooding process died."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`rate` is what was asked for, `sent_rate` what came about, in datagrams a second; `cpu_percent`
    of one core by the worker. `dropped` are datagrams the kernel dropped at the worker's socket,
    `client_dropped` at those of the clients.
    """

    rate: int
    sent_rate: float
    seconds: float
    cpu_percent: float
    client_cores: tuple[float, ...]
    dropped: int
    client_dropped: int
    tally: Tally

    def faults(self) -> list[str]:
        """Why it does not count."""
        found = []
        if self.rate and self.sent_rate < LEAST_RATE * self.rate:
            found.append(f"only {self.sent_rate:.0f} of {self.rate} datagrams/s were sent")
        if not self.rate and self.tally.delivery < LEAST_DELIVERY_IN_PEACE:
            found.append(f"delivery {self.tally.delivery:.4%} without a flood")
        if self.client_dropped:
            found.append(f"{self.client_dropped} datagrams were dropped at the clients")
        if max(self.client_cores) > MOST_CLIENT_CORE:
            found.append(f"a client process used {max(self.client_cores):.0%} of a core")
        return found


class ListeningPool(ClientPool):
    """Knows what anybody on the line sees: fragments in clear, and the relay's address."""

    def __init__(self) -> None:
        super().__init__()
        self.fragments: set[str] = set()
        self.endpoint = ("", 0)

    async def answer(
        self, participant: int, connection: str, sdp: str, *, publishes: bool = False
    ) -> str:
        offer = read(sdp)
        self.fragments.add(offer.ufrag)
        self.endpoint = offer.endpoint
        return await super().answer(participant, connection, sdp, publishes=publishes)


class FloodedCall:
    """A recorded call of three; `measure` floods its worker for one window."""

    def __init__(self, server: Yunchuang, clients: ListeningPool) -> None:
        self._server = server
        self._clients = clients
        self._delays: Counter[int] = Counter()

    async def measure(self, rate: int, seconds: float) -> Outcome:
        """`rate` 0 = peace. Raises FloodFailedError and what the clients raise."""
        server, clients = self._server, self._clients
        trees = [tree(pid) for pid in (server.pid, *clients.pids)]
        dropped = dropped_datagrams([server.pid])
        client_dropped = dropped_datagrams(clients.pids)
        flood = await self._begin_flood(rate, LEAD_SECONDS + seconds) if rate else None
        await asyncio.sleep(LEAD_SECONDS if rate else 0.0)
        await clients.mark()
        began, before = time.monotonic(), [cpu_seconds(pids) for pids in trees]
        await asyncio.sleep(seconds)
        after, ended = [cpu_seconds(pids) for pids in trees], time.monotonic()
        window = await clients.end()
        sent_rate = await _sent_rate(flood) if flood is not None else 0.0
        await asyncio.sleep(DRAIN_SECONDS)
        tally, _ = await clients.count(window.packets, COPIES)
        # A connection's delays are counted from window to window.
        tally.delays, self._delays = tally.delays - self._delays, tally.delays.copy()
        cores = [(b - a) / (ended - began) for a, b in zip(before, after, strict=True)]
        return Outcome(
            rate=rate,
            sent_rate=sent_rate,
            seconds=window.seconds,
            cpu_percent=100 * cores[0],
            client_cores=tuple(cores[1:]),
            dropped=dropped_datagrams([server.pid]) - dropped,
            client_dropped=dropped_datagrams(clients.pids) - client_dropped,
            tally=tally,
        )

    async def _begin_flood(self, rate: int, seconds: float) -> asyncio.subprocess.Process:
        """Returns when it has begun."""
        host, port = self._clients.endpoint
        flood = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.flood.sender",
            f"--host={host}",
            f"--port={port}",
            f"--rate={rate}",
            f"--seconds={seconds}",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert flood.stdin is not None
        assert flood.stdout is not None
        flood.stdin.write("\n".join(sorted(self._clients.fragments)).encode())
        flood.stdin.close()
        if not await asyncio.wait_for(flood.stdout.readline(), START_SECONDS):
            raise FloodFailedError("it did not begin")
        return flood


async def _sent_rate(flood: asyncio.subprocess.Process) -> float:
    """Waits until it has sent all."""
    assert flood.stdout is not None
    told = await asyncio.wait_for(flood.stdout.read(), START_SECONDS)
    if await flood.wait() or not told:
        raise FloodFailedError("it ended before its time")
    done = json.loads(told)
    return float(done["sent"] / done["seconds"])


@contextlib.asynccontextmanager
async def flooded_call(clip: Path) -> AsyncIterator[FloodedCall]:
    """A call that stands and flows; worker and clients are ended and their files removed."""
    load(clip)
    folder = Path(tempfile.mkdtemp(prefix="bench-flood-"))
    server, clients = Yunchuang(folder, recording=True), ListeningPool()
    try:
        await clients.start(clip, folder)
        await server.start()
        await server.open_room(0, clients)
        await clients.connected()
        await asyncio.sleep(WARM_UP_SECONDS)
        yield FloodedCall(server, clients)
    finally:
        await clients.stop()
        await server.stop()
        shutil.rmtree(folder, ignore_errors=True)
