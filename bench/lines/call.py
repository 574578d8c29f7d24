"""A recorded call: stations of an outlet on the line to be examined, a hall on a good one."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bench.lines.line import Conditions
from bench.lines.numbering import Counted, Numbering
from bench.lines.proxy import Address, Proxy
from bench.lines.worker import Worker
from bench.live.marks import Marks

OUTLET, CITIZEN, HALL = "outlet", "citizen", "hall"
SHOWN_AT = {OUTLET: HALL, CITIZEN: HALL, HALL: OUTLET}
"""At whose station it is looked at what a leg sends."""
JOIN_SECONDS = 20.0
AFTER_SECONDS = 4.0
"""Frames go on after the last that counts, as in any call: loss at its end shows by what follows."""
_CANDIDATE = re.compile(r"a=candidate:\S+ \d+ udp \d+ (\S+) (\d+) ", re.IGNORECASE)

Pictures = Sequence[tuple[int, float]]
"""The number in each, and when it was shown, on the monotonic clock."""


@dataclass(frozen=True, slots=True)
class Account:
    """What a station says when its call is over: `frames` of those it sent count; `shown` goes by the
    number of the station they came from. `marks` passed on its own tracks; None of one whose tracks
    share a clock. `late_ms` is the most that a track was behind its clock.
    """

    frames: int
    numbering: Numbering
    shown: Mapping[int, Pictures]
    marks: Marks | None = None
    late_ms: float = 0.0


class Station(Protocol):
    """Who sits on a leg: a camera with numbers in its frames, beeps with flashes."""

    number: int

    async def answer(self, sdp: str) -> str: ...

    async def until_sees(self) -> None:
        """Returns when somebody else has been seen."""

    async def count(self) -> None:
        """What was sent until now counts."""

    async def account(self) -> Account: ...

    async def leave(self) -> None: ...


SitDown = Callable[[str, Proxy | None], Station]
"""Makes the station of a leg, behind the proxy if there is one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a leg sent, and which of it was shown to the other side: frames 0 to `frames` - 1 count."""

    leg: str
    station: int
    frames: int
    shown: frozenset[int]
    numbering: Numbering = field(default_factory=Counted)
    marks: Marks | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A call that is over, with its recording at `recording` under `key`. `late_ms` is the most that a
    station was behind its clock.
    """

    sent: tuple[Sent, ...]
    recording: Path
    key: bytes
    lost: int
    datagrams: int
    late_ms: float


class Call:
    def __init__(
        self,
        folder: Path,
        conditions: Conditions,
        seed: int,
        sit_down: SitDown,
        legs: Sequence[str],
    ) -> None:
        """All legs but the hall's are on bad lines, each on one of its own."""
        self._conditions = conditions
        self._seed = seed
        self._sit_down = sit_down
        self._legs = legs
        self._proxies: list[Proxy] = []
        self._stations: dict[str, Station] = {}
        self._worker = Worker(folder, self._answer)

    async def hold(self, seconds: float) -> Held:
        """Raises TimeoutError when the stations do not see each other or the recording does not
        end, OSError or WorkerGoneError when the worker does not run.
        """
        worker, stations = self._worker, self._stations
        try:
            await worker.start()
            for leg in self._legs:
                await worker.join(leg)
            async with asyncio.timeout(JOIN_SECONDS):
                await asyncio.gather(*(station.until_sees() for station in stations.values()))
            await asyncio.sleep(seconds)
            await asyncio.gather(*(station.count() for station in stations.values()))
            await asyncio.sleep(AFTER_SECONDS)
            await worker.close_call()
            accounts = {leg: await station.account() for leg, station in stations.items()}
        finally:
            for station in stations.values():
                await station.leave()
            await worker.stop()
            for proxy in self._proxies:
                proxy.close()
        ways = [way for proxy in self._proxies for way in (proxy.up, proxy.down)]
        return Held(
            sent=tuple(self._sent(leg, accounts) for leg in accounts),
            recording=worker.recording,
            key=worker.key,
            lost=sum(way.lost for way in ways),
            datagrams=sum(way.taken for way in ways),
            late_ms=max(account.late_ms for account in accounts.values()),
        )

    async def _answer(self, leg: str, sdp: str) -> str:
        if leg not in self._stations:
            proxy = None if leg == HALL else self._bad_line(sdp)
            self._stations[leg] = self._sit_down(leg, proxy)
        return await self._stations[leg].answer(sdp)

    def _bad_line(self, sdp: str) -> Proxy:
        seed = self._seed + 2 * len(self._proxies)  # a proxy has two ways
        proxy = Proxy(_relay_in(sdp), self._conditions, self._conditions, seed)
        self._proxies.append(proxy)
        return proxy

    def _sent(self, leg: str, accounts: Mapping[str, Account]) -> Sent:
        mine, number = accounts[leg], self._stations[leg].number
        pictures = accounts[SHOWN_AT[leg]].shown.get(number, ())
        indices = {mine.numbering.index(picture, at) for picture, at in pictures}
        shown = frozenset(one for one in indices if one is not None and one < mine.frames)
        return Sent(leg, number, mine.frames, shown, mine.numbering, mine.marks)


def _relay_in(sdp: str) -> Address:
    found = _CANDIDATE.search(sdp)
    assert found is not None, "an offer without a candidate"
    return found[1], int(found[2])
