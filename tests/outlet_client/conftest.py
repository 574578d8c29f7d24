"""The demonstration city behind the counter's interface, on a real server with a real writer."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from casework.actor import SYSTEM
from casework.bus.memory import MemoryBus
from casework.clock import ManualClock
from casework.materials.local import LocalMaterialStore
from casework.seed import LOGINS, SeedDemo, SeededDemo, seed_demo
from casework.testing import Kernel, kernel
from outlet_client.app import setup_outlet
from outlet_client.testing import Counter, Hall, Told
from portal.app import setup_portal
from portal.passwords import hash_password
from portal.settings import PortalSettings

PASSWORD = "四海云窗-2026"
_HASH = hash_password(PASSWORD)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def k(tmp_path: Path, clock: ManualClock) -> Iterator[Kernel]:
    with kernel(tmp_path, clock=clock) as made:
        yield made


@pytest.fixture
def city(k: Kernel) -> SeededDemo:
    command = SeedDemo(dict.fromkeys(LOGINS, _HASH))
    return k.writer.run_sync(seed_demo, command, actor=SYSTEM)


@pytest.fixture
def told() -> Told:
    return Told()


def make_app(k: Kernel, clock: ManualClock, folder: Path, told: Told) -> web.Application:
    settings = PortalSettings(development=True, organisation="示范市人力资源和社会保障局")
    app = web.Application(client_max_size=settings.max_body_bytes)
    setup_portal(app, settings, store=k.store, writer=k.writer, clock=clock, bus=MemoryBus())
    setup_outlet(app, keys=k.keys, store=LocalMaterialStore(folder, k.keys), tell=told)
    return app


@pytest.fixture
def app(
    k: Kernel, clock: ManualClock, city: SeededDemo, tmp_path: Path, told: Told
) -> web.Application:
    (tmp_path / "materials").mkdir()
    return make_app(k, clock, tmp_path / "materials", told)


@pytest.fixture
async def server(app: web.Application) -> AsyncIterator[TestServer]:
    async with TestServer(app) as made:
        yield made


@pytest.fixture
async def sign_in(server: TestServer, city: SeededDemo) -> AsyncIterator[Any]:
    """A browser for whoever is named: at a window for a clerk, as `clerk1` at `bank/1`."""
    opened: list[TestClient] = []

    async def do(login: str, window: str | None = None, door: str = "clerk") -> Counter:
        client = TestClient(server)
        opened.append(client)
        form = {"number": login, "password": PASSWORD}
        await client.post(f"/sign-in/{door}", data=form, allow_redirects=False)
        if window:
            seat = {"window": city.windows[window]}
            await client.post("/sign-in/clerk/window", data=seat, allow_redirects=False)
        return Counter(client)

    yield do
    for client in opened:
        # The server is closed by its own fixture; a client only closes its session.
        await client._session.close()


@pytest.fixture
async def clerk(sign_in: Any) -> Counter:
    return await sign_in("clerk1", "bank/1")


@pytest.fixture
async def screen(sign_in: Any, clerk: Counter) -> Counter:
    """The citizen's screen of that window."""
    _, issued = await clerk.post("/api/v1/window/pairing")
    made = await sign_in("nobody")
    await made.client.post("/pair", data={"code": issued["code"]}, allow_redirects=False)
    return made


@pytest.fixture
def hall(k: Kernel, city: SeededDemo) -> Hall:
    return Hall(k, city.actors["reviewer2"])
