"""Calls from places that have no UDP at all: over TCP to a real coturn, and from there to the relay.

The place is a network namespace with a line that swallows every datagram; the desk's port and coturn's
are carried into it over TCP (tests/support/scenes/without_udp.py).
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playhouse.node import LiveNode
from playhouse.people import CITIZEN, HALL, WINDOW, Company, Talk, company
from playhouse.store import newest_call
from playhouse.until import until

from bench.live.desk_scene import DeskScene, desk_scene
from bench.live.media import route
from bench.live.recordings import is_ended, parts_of, read_part
from scenes.coturn import SECRET, Coturn, coturn
from scenes.without_udp import PlaceWithoutUdp, place_without_udp

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

LIVE_S = 12
"""Of the credentials: shorter than the call of the test."""
_REVIEWER = Path(__file__).parent / "playhouse" / "far_reviewer.py"
_SEATS = {"window": WINDOW, "citizen": CITIZEN, "hall": HALL}


@pytest.fixture
async def turn(tmp_path) -> AsyncIterator[Coturn]:
    async with coturn(tmp_path / "coturn") as made:
        yield made


@pytest.fixture
async def turned(city, tmp_path, turn) -> AsyncIterator[LiveNode]:
    settings = {
        "YUNCHUANG_TURN_URLS": json.dumps(turn.urls),
        "YUNCHUANG_TURN_SECRET": SECRET,
        "YUNCHUANG_TURN_CREDENTIALS_LIVE_S": str(LIVE_S),
    }
    node = LiveNode(city, tmp_path, settings)
    try:
        await node.start()
        yield node
    finally:
        await node.stop()


@pytest.fixture
async def place(turned, turn) -> AsyncIterator[PlaceWithoutUdp]:
    async with place_without_udp(turned.port, turn.port) as made:
        check_nothing_but_tcp(made, turned)
        yield made


def check_nothing_but_tcp(place: PlaceWithoutUdp, node: LiveNode) -> None:
    """The relay's port is not there for datagrams; coturn, too, is there for TCP alone."""
    probe = place.datagrams
    probe.settimeout(5)
    probe.connect(("127.0.0.1", node.media_port))
    probe.send(b"hello")
    with pytest.raises(ConnectionRefusedError):
        probe.recv(100)


class FarReviewer:
    """What the process in the place says; see far_reviewer.py."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.facts: dict = {}
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for line in self._process.stdout:
            self.facts = json.loads(line)

    def newest_seen(self, station: int) -> int:
        return self.facts.get("seen", {}).get(str(station), -1)

    async def ends(self) -> int:
        await self._reading
        return await self._process.wait()


@contextlib.asynccontextmanager
async def far_reviewer(place: PlaceWithoutUdp, node: LiveNode) -> AsyncIterator[FarReviewer]:
    command = place.command(sys.executable, _REVIEWER, node.url, "02")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    made = FarReviewer(process)
    try:
        await until(lambda: made.facts.get("state") == "free", "the reviewer is there", 60)
        yield made
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await asyncio.gather(made._reading, return_exceptions=True)


async def test_a_station_without_udp_is_in_the_call(turned, place):
    async with company(turned) as people, far_reviewer(place, turned) as reviewer:
        case = await people.accepted_case()
        talk = Talk()
        await call_the_hall(people, talk, case)
        await all_see(talk, reviewer)
        assert reviewer.facts["selected"] == "relay"
        await people.lines["clerk"].ask("call.end", call=talk.call)
        assert await reviewer.ends() == 0
        await talk.leave()
    await check_recorded(turned)


async def call_the_hall(people: Company, talk: Talk, case: str) -> None:
    clerk, citizen = people.lines["clerk"], people.lines["citizen"]
    asked = await clerk.ask("call.request", kind="review", case=case, present=["citizen"])
    talk.call = str(asked["call"])
    views = {line: await line.follow(f"call:{talk.call}") for line in (clerk, citizen)}
    await people.agree(talk.call, views[citizen])
    await views[clerk].until(lambda data: data["state"] == "connecting", "an answer", 60)
    await talk.sit(WINDOW, clerk, views[clerk])
    await talk.sit(CITIZEN, citizen, views[citizen])
    await views[clerk].until(lambda data: data["state"] == "active", "an active call", 60)


async def all_see(talk: Talk, reviewer: FarReviewer) -> None:
    """Everybody gets pictures that were sent after now."""
    sent = reviewer.facts.get("sent", 0)
    for at in (WINDOW, CITIZEN):
        await until(
            lambda at=at: talk.newest_seen(at, HALL) > sent, f"station {at} sees the hall", 30
        )
        number = talk.cameras[at].sent
        await until(
            lambda at=at, number=number: reviewer.newest_seen(at) > number,
            f"the hall sees station {at}",
            30,
        )


async def test_an_outlet_without_udp_plays_a_call_that_outlives_its_credentials(
    turned, turn, place, devices, tmp_path
):
    chromium = place.script(tmp_path / "chromium", "/usr/bin/chromium")
    async with desk_scene(turned, devices, outlet=chromium) as scene:
        await scene.to_the_ring()
        await scene.to_the_call()
        connected = time.monotonic()
        await scene.until_all_seen()
        await check_by_turn(scene)

        await asyncio.sleep(max(0.0, connected + LIVE_S + 1 - time.monotonic()))
        # Every connection to coturn breaks. The pages ask for a restart, whose offer brings new names.
        assert place.cut(turn.port) >= 2
        cut = time.monotonic()
        await scene.until_all_seen()
        print(f"\nall seen again {time.monotonic() - cut:.1f} s after TCP broke")
        await check_by_turn(scene)
        await scene.hall.end_call()
    await check_recorded(turned)


async def check_by_turn(scene: DeskScene) -> None:
    for page in (scene.window.page, scene.screen.page):
        taken = await settled_route(page)
        assert (taken["candidateType"], taken["relayProtocol"]) == ("relay", "tcp")
    # The hall has UDP, and takes the direct road though it was handed the same servers.
    assert (await settled_route(scene.hall.page))["candidateType"] != "relay"


async def settled_route(page):
    """Statistics name no pair while a restart chooses one."""
    deadline = time.monotonic() + 30
    while "candidateType" not in (taken := await route(page)):
        assert time.monotonic() < deadline, "no pair was chosen"
        await asyncio.sleep(0.1)
    return taken


async def check_recorded(node: LiveNode) -> None:
    call = newest_call(node)
    directory = node.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    key = node.call_key(call.id)
    seen: dict[str, set[int]] = {}
    for span in parts_of(directory):
        seen.setdefault(span.leg, set()).update(read_part(directory, span, key).stations())
    for seat, station in _SEATS.items():
        assert station in seen[call.legs[seat]]
