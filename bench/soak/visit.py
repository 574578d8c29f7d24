"""Call after call at one window: pages that join, go in every way there is, and come again."""

import asyncio
import random
from collections.abc import Callable

from bench.live.people import Company
from bench.live.until import until
from bench.soak.hall import Called, Hall, end
from bench.soak.page import SoakPage
from bench.soak.sending import Sender
from outlet_client.agent.browser import Browser

JOINS_A_CALL = 24
_ANSWERS, _PUBLISHES, _IN_ORDER, _SAYS_GOODBYE = 0.9, 0.5, 0.3, 0.5
"""Shares of the pages that take the offer, send media, leave by the protocol, close their DTLS."""
_WRAP_UP_S = 20.0
SEATS = {
    "clerk": ("camera", "microphone"),
    "citizen": ("citizen_camera",),
    "reviewer": ("camera", "microphone"),
}


class Visit:
    """`joined` is told after every join. Raises whatever goes wrong: nothing may."""

    def __init__(
        self,
        company: Company,
        hall: Hall,
        sender: Sender,
        dice: random.Random,
        joined: Callable[[], None],
    ) -> None:
        self._company = company
        self._hall = hall
        self._sender = sender
        self._dice = dice
        self._joined = joined

    async def go_home(self) -> None:
        """No page is open any more."""
        await self._company.close_lines()

    async def call(self, joins: int) -> None:
        """One call with so many joins; at least the three that make it a call."""
        company = self._company
        await company.open_lines()
        called = await self._hall.ring(company)
        pages: dict[str, SoakPage] = {}
        try:
            for seat in SEATS:
                pages[seat] = await self._join(called, seat, stays=True)
            await self._until(called, "active")
            again = max(0, joins - len(SEATS))
            shares = [again // len(SEATS) + (n < again % len(SEATS)) for n in range(len(SEATS))]
            async with asyncio.TaskGroup() as seats:
                for seat, share in zip(SEATS, shares, strict=True):
                    seats.create_task(self._come_and_go(called, seat, pages, share))
            await end(company, called)
        finally:
            for page in pages.values():
                await self._leave(page)
            await company.close_lines()

    async def _come_and_go(
        self, called: Called, seat: str, pages: dict[str, SoakPage], times: int
    ) -> None:
        for _ in range(times):
            await self._leave(pages.pop(seat))
            pages[seat] = await self._join(called, seat, stays=False)

    async def _join(self, called: Called, seat: str, *, stays: bool) -> SoakPage:
        browser: Browser = getattr(self._company, seat)
        page = SoakPage(browser, called.call, SEATS[seat], self._sender)
        answers = stays or self._dice.random() < _ANSWERS
        await page.join(answers=answers, publishes=self._dice.random() < _PUBLISHES)
        self._joined()
        return page

    async def _leave(self, page: SoakPage) -> None:
        in_order, goodbye = self._dice.random(), self._dice.random()
        await page.leave(in_order=in_order < _IN_ORDER, says_goodbye=goodbye < _SAYS_GOODBYE)

    async def _until(self, called: Called, state: str) -> None:
        view = called.views["clerk"]
        await until(lambda: view.data["state"] == state, f"the call is {state}", _WRAP_UP_S)


async def visits(visitors: list[Visit], joins: int) -> None:
    """Shares the joins among the windows, which play at the same time."""
    left = joins

    async def one(visit: Visit) -> None:
        nonlocal left
        while left > 0:
            mine = min(JOINS_A_CALL, max(left, len(SEATS)))
            left -= mine
            await visit.call(mine)

    async with asyncio.TaskGroup() as group:
        for visit in visitors:
            group.create_task(one(visit))
