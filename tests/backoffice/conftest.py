import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Page, async_playwright

from casework.bus.outbox import OutboxPump
from casework.clock import ManualClock, SystemClock
from casework.model.actor_key import SigningRule
from portal.keys import BUS
from scenes.kernel import kernel


def _load(name):
    """Test folders are no packages, so what several files share is loaded by its path."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"backoffice_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


house_module = _load("house")
screen_module = _load("screen")


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


@pytest.fixture
def live_house(tmp_path: Path) -> Iterator["house_module.House"]:
    """On the machine's own clock: browsers have no other."""
    (tmp_path / "kernel").mkdir()
    with kernel(tmp_path / "kernel", clock=SystemClock()) as made:
        yield house_module.a_house(made, tmp_path)


@pytest.fixture
def rule() -> SigningRule:
    return SigningRule.OPTIONAL


@pytest.fixture
def host() -> str:
    return "localhost"


@pytest.fixture
def site() -> str:
    """The web address that is set up for security keys."""
    return ""


@pytest.fixture
async def server(live_house, rule, host, site) -> AsyncIterator[TestServer]:
    app = house_module.an_app(live_house, signing=rule, site=site)
    screen_module.with_calls(app, live_house)
    k = live_house.kernel
    pump = asyncio.create_task(OutboxPump(k.store, k.writer, app[BUS]).run())
    async with TestServer(app, host=host) as made:
        yield made
    pump.cancel()


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=screen_module.SWITCHES
        )
        yield chromium
        await chromium.close()


@pytest.fixture
async def enter(server, browser):
    """A page of its own for somebody, signed in; what its console complains about is kept."""
    complaints: list[str] = []

    async def do(door: str, login: str, path: str, size=(1366, 768)) -> Page:
        context = await browser.new_context(
            base_url=str(server.make_url("/")),
            viewport={"width": size[0], "height": size[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            permissions=["camera", "microphone"],
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        form = {"number": login, "password": house_module.PASSWORD}
        await context.request.post(f"/sign-in/{door}", form=form)
        await page.goto(path)
        return page

    yield do
    # A refusal that a test provokes is logged by the browser as a failed load.
    assert [one for one in complaints if "Failed to load resource" not in one] == []
