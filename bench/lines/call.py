"""A recorded call of two: an outlet on the line to be examined, a hall on a good one."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from bench.lines.line import Conditions
from bench.lines.proxy import Address, Proxy
from bench.lines.station import LineStation
from bench.lines.worker import Worker

OUTLET, HALL = "outlet", "hall"
JOIN_SECONDS = 20.0
AFTER_SECONDS = 4.0
"""Frames go on after the last that counts, as in any call: loss at its end shows by what follows."""
_CANDIDATE = re.compile(r"a=candidate:\S+ \d+ udp \d+ (\S+) (\d+) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a leg sent, and which of it the other leg showed: frames 0 to `frames` - 1 count."""

    leg: str
    station: int
    frames: int
    shown: frozenset[int]


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, with its recording at `recording` under `key`."""

    sent: tuple[Sent, ...]
    recording: Path
    key: bytes
    lost: int
    datagrams: int


class Call:
    def __init__(self, folder: Path, conditions: Conditions, seed: int) -> None:
        self._conditions = conditions
        self._seed = seed
        self._proxy: Proxy | None = None
        self._stations: dict[str, LineStation] = {}
        self._worker = Worker(folder, self._answer)

    async def hold(self, seconds: float) -> Held:
        """Raises TimeoutError when the stations do not see each other or the recording does not
        end, OSError or WorkerGoneError when the worker does not run.
        """
        worker, stations = self._worker, self._stations
        try:
            await worker.start()
            for leg in (HALL, OUTLET):
                await worker.join(leg)
            await self._until_both_see()
            await asyncio.sleep(seconds)
            counted = {leg: station.camera.sent for leg, station in stations.items()}
            await asyncio.sleep(AFTER_SECONDS)
            await worker.close_call()
        finally:
            for station in stations.values():
                await station.leave()
            await worker.stop()
            if self._proxy is not None:
                self._proxy.close()
        assert self._proxy is not None
        return Held(
            sent=tuple(self._sent(leg, frames) for leg, frames in counted.items()),
            recording=worker.recording,
            key=worker.key,
            lost=self._proxy.up.lost + self._proxy.down.lost,
            datagrams=self._proxy.up.taken + self._proxy.down.taken,
        )

    async def _answer(self, leg: str, sdp: str) -> str:
        if leg not in self._stations:
            proxy = self._bad_line(sdp) if leg == OUTLET else None
            self._stations[leg] = LineStation(len(self._stations) + 1, proxy)
        return await self._stations[leg].answer(sdp)

    def _bad_line(self, sdp: str) -> Proxy:
        self._proxy = Proxy(_relay_in(sdp), self._conditions, self._conditions, self._seed)
        return self._proxy

    async def _until_both_see(self) -> None:
        async with asyncio.timeout(JOIN_SECONDS):
            for station in self._stations.values():
                await station.sees.wait()

    def _sent(self, leg: str, frames: int) -> Sent:
        mine = self._stations[leg]
        [other] = [station for name, station in self._stations.items() if name != leg]
        shown = {number for number in other.shown.get(mine.number, ()) if number < frames}
        return Sent(leg, mine.number, frames, frozenset(shown))


def _relay_in(sdp: str) -> Address:
    found = _CANDIDATE.search(sdp)
    assert found is not None, "an offer without a candidate"
    return found[1], int(found[2])
