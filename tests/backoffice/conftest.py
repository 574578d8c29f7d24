import importlib.util
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from casework.clock import ManualClock
from casework.testing import kernel

_SPEC = importlib.util.spec_from_file_location(
    "backoffice_house", Path(__file__).with_name("house.py")
)
house_module = importlib.util.module_from_spec(_SPEC)
sys.modules["backoffice_house"] = house_module
_SPEC.loader.exec_module(house_module)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator["house_module.House"]:
    (tmp_path / "kernel").mkdir()
    with kernel(tmp_path / "kernel", clock=clock) as made:
        yield house_module.a_house(made, tmp_path)


@pytest.fixture
def app(house):
    return house_module.an_app(house)


@pytest.fixture
async def client(app) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(app)) as made:
        yield made


@pytest.fixture
def sign_in(client: TestClient):
    async def do(door: str, login: str):
        form = {"number": login, "password": house_module.PASSWORD}
        answer = await client.post(f"/sign-in/{door}", data=form, allow_redirects=False)
        assert answer.status == 303, await answer.text()

    return do
