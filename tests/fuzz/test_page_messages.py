"""Messages of hostile pages: answered by the codes there are, and nobody else is disturbed."""

import contextlib
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSMsgType
from mischief import campaign
from mischief.json_texts import spoilt
from structlog.testing import capture_logs

from casework.actor import Actor
from casework.clock import ManualClock
from portal.error_table import ERROR_TABLE
from scenes.fake_worker import FakeFiles, FakeWorker
from scenes.hall_scene import build_hall
from scenes.kernel import kernel
from scenes.sockets import DeskUnderTest, Party, Scene, until
from signaling import line as line_module
from signaling.protocol.parse import TYPES

PAPER = Path(__file__).parents[2] / "docs" / "protocol.md"
A_TURN = 50
LAST = 7_777
DEFECTS = {"command_failed", "line_failed", "stream_broken", "link_failed"}


@pytest.fixture
def unhurried(monkeypatch):
    """The limit of rate has tests of its own."""
    monkeypatch.setattr(line_module, "BURST", 1_000_000)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    with capture_logs() as entries:
        yield entries
    assert [one for one in entries if one["event"] in DEFECTS] == []


@pytest.fixture
async def call(tmp_path, unhurried, logged) -> AsyncIterator[Scene]:
    """A running call of clerk, citizen and reviewer."""
    with kernel(tmp_path, clock=ManualClock()) as k:
        files = FakeFiles(tmp_path / "recordings")
        worker = FakeWorker("worker-1", files)
        desk = DeskUnderTest(k, build_hall(k.writer), files, worker=worker)
        await desk.start()
        reviewer = await desk.page(desk.hall.reviewers[0])
        await reviewer.ask("presence.set", state="free")
        clerk, citizen = await desk.page(desk.hall.clerk), await desk.page(desk.hall.screen)
        made = Scene(desk, clerk, citizen, reviewer)
        await made.talk()
        yield made
        await desk.stop()


def samples() -> list[dict[str, Any]]:
    """One of each that a page sends, as the paper shows them."""
    shown = re.findall(r"```json\n(\{.*\})\n```", PAPER.read_text(encoding="utf-8"))
    return [one for one in map(json.loads, shown) if one["type"] in TYPES]


async def known_of(call: Scene) -> list[Any]:
    """What means something in this call, all of it guessed by the hostile page."""
    state = await call.clerk.snapshot(call.stream)
    hall = call.desk.hall
    ids = [call.call, hall.case_id, hall.window, *state["legs"], *state["persons"]]
    streams = [
        f"call:{call.call}",
        f"case:{hall.case_id}",
        f"window:{hall.window}",
        "hall",
        "queue",
    ]
    return [*ids, *streams, "free", "review", "agreed", "finished", ["citizen"], 1, 2, "v=0\r\n"]


class HostilePages:
    """Sends turn by turn, from one page after the other, and counts the codes it is told."""

    def __init__(self, call: Scene, known: list[Any]) -> None:
        self.codes: Counter[str] = Counter()
        self.taken = 0
        self._desk = call.desk
        self._known = known
        self._dice = campaign.dice("pages")
        self._samples = samples()

    async def turn(self, actor: Actor) -> None:
        page = await self._desk.page(actor)
        with contextlib.suppress(ConnectionError):  # what is no text or too large ends its socket
            for number in range(A_TURN):
                broken = "surrogatepass" if self._dice.random() < 0.02 else "replace"
                text = self._text(number).encode(errors=broken)
                await page.socket._writer.send_frame(text, WSMsgType.TEXT)
            await page.socket.send_str(json.dumps({"type": "ping", "id": LAST}))
        await until(lambda: page.close_code or any(one.get("re") == LAST for one in page.told))
        await self._leave(page)

    async def _leave(self, page: Party) -> None:
        await page.close()
        self._desk.parties.remove(page)
        for one in page.told:
            if one["type"] == "error":
                self.codes[one["code"]] += 1
            self.taken += one["type"] == "ok"

    def _text(self, number: int) -> str:
        dice = self._dice
        sample = {**dice.choice(self._samples), "id": number}
        for name in ("call", "case", "leg", "person", "stream"):
            if name in sample and dice.random() < 0.9:
                sample[name] = dice.choice(self._known)
        return json.dumps(sample) if dice.random() < 0.3 else spoilt(dice, sample, self._known)


async def test_strangers_disturb_nobody(call: Scene):
    hall = call.desk.hall
    hostile = HostilePages(call, await known_of(call))
    strangers = (hall.tablet_clerk, hall.tablet_screen, hall.reviewers[2], hall.lead)
    for number in range(campaign.texts() // (2 * A_TURN)):
        await hostile.turn(strangers[number % len(strangers)])
        state = await call.clerk.snapshot(call.stream)
        assert state["state"] == "active"
        assert {leg["state"] for leg in state["legs"].values()} == {"connected"}
    assert hostile.taken > 0
    assert set(hostile.codes) <= set(ERROR_TABLE) - {"K-00"}


async def test_a_party_of_a_call_harms_its_own_call_at_most(call: Scene):
    hall = call.desk.hall
    hostile = HostilePages(call, await known_of(call))
    for number in range(campaign.texts() // (2 * A_TURN)):
        await hostile.turn((hall.screen, hall.clerk, hall.reviewers[0])[number % 3])
    assert set(hostile.codes) <= set(ERROR_TABLE) - {"K-00"}
    other = await call.desk.page(hall.tablet_clerk)
    assert (await other.ask("ping"))["t_ms"]
    await other.snapshot("hall")
