"""Fixtures of the whole product: one city, nodes made of it, and what they are played with."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

# Test folders are no packages; what these tests share is one, and lies beside them. The bad lines
# of the benchmarks are found by the root of the checkout: last, so that nothing installed is hidden.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[2]))

from playhouse.node import LiveNode, make_city
from playhouse.people import CITIZEN, HALL, WINDOW

from bench.live.chromium import Devices, make_devices
from bench.live.desk_scene import DeskScene, desk_scene

_FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    return make_city(tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="session")
def devices(tmp_path_factory) -> dict[int, Devices]:
    """Cameras and microphones by station, for browsers."""
    folder = tmp_path_factory.mktemp("devices")
    people = {WINDOW: "柜员01", CITIZEN: "群众甲", HALL: "审核员01"}
    return {station: make_devices(folder, station, name) for station, name in people.items()}


@pytest.fixture
async def node(city: Path, tmp_path: Path) -> AsyncIterator[LiveNode]:
    made = LiveNode(city, tmp_path)
    try:
        await made.start()
        yield made
    finally:
        await made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Lets a fixture know how its test ended."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture
async def call_scene(
    node: LiveNode, devices: dict[int, Devices], request: pytest.FixtureRequest
) -> AsyncIterator[DeskScene]:
    """Three browsers in a running call, everybody seen."""
    async with desk_scene(node, devices) as made:
        await made.to_the_ring()
        await made.to_the_call()
        await made.until_all_seen()
        yield made
        if request.node.stash.get(_FAILED, False):
            await made.browsers.keep_pictures(node.data.path.parent)
