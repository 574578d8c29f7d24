"""Joins and leaves by the thousand, and what is left of them."""

import contextlib
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.live.node import LiveNode
from bench.live.people import Company, company
from bench.output import say
from bench.soak.city import PARTIES, make_large_city
from bench.soak.hall import Hall
from bench.soak.sending import Sender
from bench.soak.stock import SETTINGS, Stock, settled_stock
from bench.soak.verdict import RSS, RSS_KB_A_JOIN, RSS_MB, Line, compare, is_memory_alone
from bench.soak.visit import Visit, visits

_SAY_EVERY = 500


class Joins:
    """`warm_up` joins fill pools and caches before the base is taken."""

    def __init__(self, node: LiveNode, companies: list[Company], seed: int) -> None:
        self._node = node
        self._done = 0
        self._began = time.monotonic()
        hall, sender = Hall(), Sender()
        self._visitors = [
            Visit(people, hall, sender, random.Random(seed + number), self._joined)
            for number, people in enumerate(companies)
        ]

    async def run(self, joins: int, warm_up: int, rounds: int = 1) -> list[Line]:
        """Joins by rounds until all is back. Another round is for memory alone, and is compared with
        the one before it: few joins do not take a heap to its highest moment, so a later one may find
        a higher; a leak grows by as much in every round.
        """
        for people in self._visitors:
            await people.go_home()
        await visits(self._visitors, warm_up)
        base = await settled_stock(self._node)
        _say_stock("base", base)
        self._done, self._began = 0, time.monotonic()
        while True:
            before = self._done
            await visits(self._visitors, joins)
            after = await settled_stock(self._node)
            _say_stock(f"after {self._done} joins", after)
            done = self._done - before
            lines = list(compare(base, after, RSS_MB + RSS_KB_A_JOIN * done / 1000))
            rounds -= 1
            if not rounds or not is_memory_alone(lines):
                return lines
            base |= {key: held for key, held in after.items() if key[1] == RSS}

    @property
    def done(self) -> int:
        return self._done

    def _joined(self) -> None:
        self._done += 1
        if self._done % _SAY_EVERY == 0:
            say(f"{self._done} joins in {time.monotonic() - self._began:.0f} s")


def _say_stock(when: str, stock: Stock) -> None:
    held = ", ".join(f"{who} {what} {value:g}" for (who, what), value in sorted(stock.items()))
    say(f"{when}: {held}")


@contextlib.asynccontextmanager
async def four_windows(folder: Path) -> AsyncIterator[tuple[LiveNode, list[Company]]]:
    """A node whose four windows and four reviewers are signed in."""
    node = LiveNode(make_large_city(folder / "city"), folder, SETTINGS)
    try:
        await node.start()
        async with contextlib.AsyncExitStack() as stack:
            yield (
                node,
                [await stack.enter_async_context(company(node, party)) for party in PARTIES],
            )
    finally:
        await node.stop()
