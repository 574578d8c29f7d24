"""Four calls with everything in them for minutes: pre-encoded media at 720p, recorded."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bench.live.node import DESK, WORKER, LiveNode
from bench.live.people import Company
from bench.media.clients import ClientPool
from bench.media.clip import load
from bench.output import say
from bench.processes import resident_bytes
from bench.soak.hall import Hall, end
from bench.soak.stock import settled_stock
from bench.soak.verdict import RSS_MB, RSS_MB_A_MINUTE, Line, compare
from bench.soak.visit import SEATS
from outlet_client.agent.line import Line as PageLine
from outlet_client.agent.line import Message
from outlet_client.agent.refusal import LineLost, Refused

_LOOK_S = 10.0
_JOIN_S = 20.0
_SETTLED_SHARE = 0.5
"""The slope is that of the later half: buffers fill first."""
_LEAST_BYTES_A_SECOND = 100_000
"""What a room records at the least; three pictures of 1.8 Mbit/s are 600,000."""


class NothingRecordedError(Exception):
    """The rooms stand and record nothing: what would be measured is idleness."""


class Rooms:
    """`slopes` are MB of resident memory a minute, by process, once `run` is over."""

    def __init__(self, node: LiveNode, companies: list[Company], folder: Path) -> None:
        self.slopes: dict[str, float] = {}
        self._node = node
        self._companies = companies
        self._folder = folder
        self._hall = Hall()
        self._clients = ClientPool()

    async def run(self, minutes: float) -> list[Line]:
        for people in self._companies:
            await people.close_lines()
        base = await settled_stock(self._node)
        clip = self._folder / "clip"
        load(clip)  # made here, once: all clients send the same
        await self._clients.start(clip, self._folder)
        try:
            await self._talk(minutes)
        finally:
            await self._clients.stop()
        after = await settled_stock(self._node)
        return list(compare(base, after, RSS_MB + RSS_MB_A_MINUTE * minutes))

    async def _talk(self, minutes: float) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for number, people in enumerate(self._companies):
                await stack.enter_async_context(self._call(number, people))
            await self._clients.connected()
            await self._watch(60 * minutes, len(self._companies))

    @contextlib.asynccontextmanager
    async def _call(self, number: int, people: Company) -> AsyncIterator[None]:
        await people.open_lines()
        called = await self._hall.ring(people)
        pages = [
            _RoomPage(people.lines[seat], len(SEATS) * number + place, self._clients)
            for place, seat in enumerate(SEATS)
        ]
        try:
            for page, sources in zip(pages, SEATS.values(), strict=True):
                await page.join(called.call, sources)
            yield
            await end(people, called)
        finally:
            for page in pages:
                await page.leave()
            await people.close_lines()

    async def _watch(self, seconds: float, calls: int) -> None:
        began = looked = time.monotonic()
        samples: dict[str, list[tuple[float, float]]] = {DESK: [], WORKER: []}
        written = self._written()
        while looked - began < seconds:
            await asyncio.sleep(min(_LOOK_S, seconds))
            now = time.monotonic()
            before, written = written, self._written()
            if (written - before) / (now - looked) < calls * _LEAST_BYTES_A_SECOND:
                raise NothingRecordedError(f"{written - before} bytes in {now - looked:.0f} s")
            looked = now
            for role, found in samples.items():
                found.append((now - began, resident_bytes(self._node.process(role).pid) / 1e6))
            held = ", ".join(f"{role} {found[-1][1]:.1f} MB" for role, found in samples.items())
            say(f"{now - began:.0f} s of {seconds:.0f} s: {held}")
        self.slopes = {role: 60 * _slope(_later(found)) for role, found in samples.items()}

    def _written(self) -> int:
        return sum(part.stat().st_size for part in self._node.data.recordings.glob("*/*.bin"))


class _RoomPage:
    """A page whose media live in a client process."""

    def __init__(self, line: PageLine, participant: int, clients: ClientPool) -> None:
        self._line = line
        self._participant = participant
        self._clients = clients
        self._offers: asyncio.Queue[Message] = asyncio.Queue()
        self._answered = asyncio.Event()
        self._answering: asyncio.Task[None] | None = None

    async def join(self, call: str, sources: Sequence[str]) -> None:
        self._line.on("leg.offer", self._offers.put_nowait)
        self._answering = asyncio.create_task(self._answer_offers())
        await self._line.ask("leg.join", call=call, sources=list(sources))
        async with asyncio.timeout(_JOIN_S):
            await self._answered.wait()

    async def leave(self) -> None:
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)

    async def _answer_offers(self) -> None:
        name = f"page-{self._participant}"
        while True:
            offer = await self._offers.get()
            sdp = await self._clients.answer(
                self._participant, name, str(offer["sdp"]), publishes=True
            )
            with contextlib.suppress(Refused, LineLost):  # a newer offer took its place
                await self._line.ask(
                    "leg.answer", leg=offer["leg"], number=offer["number"], sdp=sdp
                )
                self._answered.set()


def _later(samples: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    return samples[int(len(samples) * (1 - _SETTLED_SHARE)) :]


def _slope(samples: Sequence[tuple[float, float]]) -> float:
    """Least squares; 0 for fewer than two samples."""
    if len(samples) < 2:
        return 0.0
    times, values = zip(*samples, strict=True)
    return statistics.linear_regression(times, values).slope
