"""Two hundred people at one desk: how long each answer takes, and how many acts it does when pressed."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import aiohttp

from bench.audit.callers import nearest_rank
from bench.desk.city import City, Person
from bench.desk.errand import Errands, Kind, Request, send
from portal.doors import Door

THINK_S = (2.5, 7.5)
"""Between two requests of one person; the mean is what people in a hurry need to read a page."""
PRESSING = 32
"""Clerks and reviewers who act without a pause while the desk is pressed."""
_ANSWER_S = 30.0
_CASES = re.compile(r'data-case="([0-9A-Z]{26})"|"case_id":\s*"([0-9A-Z]{26})"')


@dataclass
class Waits:
    """Milliseconds from asking to the last byte, by kind."""

    ms: dict[Kind, list[float]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    counting: bool = False
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def p95(self, kind: Kind) -> float:
        return nearest_rank(self.ms[kind], 0.95)


@dataclass
class Load:
    url: str
    city: City
    seed: int = 1

    async def people(self, warm_s: float, seconds: float) -> Waits:
        """Everybody goes on by himself; what is asked in the first `warm_s` does not count."""
        waits, errands = Waits(), Errands(self.city, self.seed)
        async with self._session() as session:
            end = time.monotonic() + warm_s + seconds
            each = [
                self._person(session, person, errands, waits, end, Random(self.seed + n))
                for n, person in enumerate(self.city.people)
            ]
            counting = asyncio.create_task(_count_after(waits, warm_s))
            await asyncio.gather(*each)
            await counting
        return waits

    async def pressed(self, seconds: float) -> float:
        """Acts a second of people who do nothing else, without a pause."""
        errands, done = Errands(self.city, self.seed + 1), 0
        clerks, reviewers = self.city.at(Door.CLERK), self.city.at(Door.REVIEWER)
        pressing: Sequence[Person] = (*clerks[: PRESSING * 3 // 4], *reviewers[: PRESSING // 4])
        async with self._session() as session:
            began = time.monotonic()

            async def ask(person: Person, request: Request) -> str:
                nonlocal done
                text = await send(session, person, request)
                done += request.kind is Kind.ACT
                return text

            async def press(person: Person) -> None:
                while time.monotonic() < began + seconds:
                    await errands.act(person, ask)

            await asyncio.gather(*(press(person) for person in pressing))
            return done / (time.monotonic() - began)

    async def _person(
        self,
        session: aiohttp.ClientSession,
        person: Person,
        errands: Errands,
        waits: Waits,
        end: float,
        dice: Random,
    ) -> None:
        async def ask(person: Person, request: Request) -> str:
            began = time.perf_counter()
            text = await send(session, person, request)
            took_ms = (time.perf_counter() - began) * 1_000
            if waits.counting:
                waits.ms[request.kind].append(took_ms)
                waits.slowest = sorted([*waits.slowest, (took_ms, request.path)])[-12:]
            if request.kind is Kind.LIST:
                found = [one or other for one, other in _CASES.findall(text)]
                errands.seen[person.id] = found or errands.seen.get(person.id, [])
            return text

        await asyncio.sleep(dice.uniform(0, THINK_S[1]))
        while time.monotonic() < end:
            kind = errands.draw_kind()
            page = errands.a_page(person) if kind is Kind.PAGE else None
            if kind is Kind.ACT or (kind is Kind.PAGE and page is None):
                await errands.act(person, ask)
            else:
                await ask(person, page or errands.a_list(person))
            await asyncio.sleep(dice.uniform(*THINK_S))

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            self.url,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=_ANSWER_S),
        )


async def _count_after(waits: Waits, seconds: float) -> None:
    await asyncio.sleep(seconds)
    waits.counting = True
