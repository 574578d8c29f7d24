"""Entries and whole acts through the store, writer and log of an installation."""

import asyncio
import random
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench.audit.callers import Answered, ask
from casework.actions.open_case import OpenCase, open_case
from casework.actions.save_form import SaveForm, save_form
from casework.actor import Actor
from casework.catalogue.stored_item import load_item
from casework.data_dir import DataDir
from casework.installation import Installation, opened
from casework.model.form_field import FieldKind
from casework.store.tx import Tx
from yunchuang.demo_data import prepare_demo

LOOK_S = 0.002
"""Between two looks at how far the log is."""
SETTLED_S = 10.0


@dataclass(frozen=True, slots=True)
class Note:
    """An act that is an entry and nothing else."""

    chain: str
    number: int


def note(tx: Tx, command: Note) -> None:
    tx.entry("bench.entry.noted", command.chain, committed={"number": command.number})


@dataclass(frozen=True, slots=True)
class City:
    """A running installation, a clerk, and for each caller a case of hers."""

    installation: Installation
    clerk: Actor
    item: str
    text_field: str
    cases: tuple[str, ...]

    async def note(self, callers: int, seconds: float) -> Answered:
        numbers = count()

        async def act(caller: int) -> None:
            command = Note(f"case:{self.cases[caller]}", next(numbers))
            await self.installation.writer.run(note, command, actor=self.clerk)

        return await ask(act, callers, seconds)

    async def act(self, name: str, callers: int, seconds: float) -> Answered:
        """`name` is open_case or save_form."""
        run = self.installation.writer.run
        numbers = count()

        async def opens(_caller: int) -> None:
            await run(open_case, OpenCase(self.item), actor=self.clerk)

        async def saves(caller: int) -> None:
            values = {self.text_field: f"示范内容{next(numbers)}"}
            await run(save_form, SaveForm(self.cases[caller], values), actor=self.clerk)

        acts: dict[str, Callable[[int], Awaitable[None]]] = {
            "open_case": opens,
            "save_form": saves,
        }
        return await ask(acts[name], callers, seconds)

    async def logged_after_ms(self, callers: int, seconds: float) -> list[float]:
        """From the answer to an act until its entry stands under a published checkpoint."""
        await self._settled()
        first = self.installation.log.size
        committed: list[float] = []
        stop = threading.Event()
        grown: list[tuple[float, int]] = []
        watch = threading.Thread(target=self._watch, args=(stop, grown), daemon=True)
        watch.start()
        numbers = count()
        dice = random.Random(5)

        async def act(caller: int) -> None:
            # At every moment of the sequencer's second, and not always at the same one.
            await asyncio.sleep(dice.uniform(0.5, 1.5))
            command = Note(f"case:{self.cases[caller]}", next(numbers))
            await self.installation.writer.run(note, command, actor=self.clerk)
            committed.append(time.perf_counter())

        try:
            await ask(act, callers, seconds)
            await self._settled()
        finally:
            stop.set()
            watch.join()
        return _delays_ms(first, committed, grown)

    async def _settled(self) -> None:
        """Until the log has stood still for longer than the sequencer's interval."""
        end = time.monotonic() + SETTLED_S
        size, since = self.installation.log.size, time.monotonic()
        while time.monotonic() - since < 2.5:
            if time.monotonic() > end:
                raise TimeoutError("the log does not come to rest")
            await asyncio.sleep(0.05)
            if self.installation.log.size != size:
                size, since = self.installation.log.size, time.monotonic()

    def _watch(self, stop: threading.Event, grown: list[tuple[float, int]]) -> None:
        size = self.installation.log.size
        while not stop.wait(LOOK_S):
            now = self.installation.log.size
            if now != size:
                size = now
                grown.append((time.perf_counter(), size))


def _delays_ms(first: int, committed: list[float], grown: list[tuple[float, int]]) -> list[float]:
    """Answers come in commit order, which is the log's; a heartbeat in between shifts one."""
    delays = []
    at = 0
    for index, time_s in enumerate(committed, first):
        while at < len(grown) and grown[at][1] <= index:
            at += 1
        if at < len(grown):
            delays.append(max(0.0, grown[at][0] - time_s) * 1_000)
    return delays


@contextmanager
def city(folder: Path, callers: int) -> Iterator[City]:
    """Makes and opens an installation with the made-up city, and a case for each caller."""
    data = DataDir(folder / "data")
    seeded = prepare_demo(data)
    clerk = seeded.actors["clerk1"]
    with opened(data) as installation:
        with installation.store.reading() as conn:
            items = [load_item(conn, version) for version in seeded.items]
        item, text_field = next(
            (item.code, field.code)
            for item in items
            for field in item.fields
            if field.kind is FieldKind.TEXT
        )
        run = installation.writer.run_sync
        cases = tuple(run(open_case, OpenCase(item), actor=clerk).case_id for _ in range(callers))
        yield City(installation, clerk, item, text_field, cases)
