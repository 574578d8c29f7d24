"""The demonstration city behind the counter's interface, on a real server with a real writer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from playwright.async_api import Browser, Page, async_playwright, expect

from casework.actor import SYSTEM
from casework.bus.memory import MemoryBus
from casework.bus.outbox import OutboxPump
from casework.clock import ManualClock
from casework.materials.local import LocalMaterialStore
from casework.model.actor_key import SigningRule
from casework.model.case import Road
from casework.seed import LOGINS, SeedDemo, SeededDemo, seed_demo
from outlet_client.app import setup_outlet
from outlet_client.verifiers.sources import MaterialSources
from portal.app import setup_portal
from portal.case_ladder import setup_case_ladder
from portal.doors import Door
from portal.keys import SESSIONS
from portal.rooms import add_room
from portal.settings import PortalSettings
from scenes.asked_citizen import Asked
from scenes.case_scene import DESK_ITEM, Desk
from scenes.counter import Counter, Hall, Told
from scenes.counter_pages import HEIGHT, SWITCHES, new_page, paired
from scenes.fake_worker import FakeFiles
from scenes.kernel import Kernel, kernel
from scenes.log_standing import LogStanding
from scenes.shown_log import ShownLog
from signaling import setup as signaling_setup
from signaling.desk import DeviceRule
from signaling.portal_auth import PortalAuth
from signaling.setup import setup_signaling


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shown() -> ShownLog | None:
    """The log that the desk writes; none, but where a test shows one."""
    return None


@pytest.fixture
def k(tmp_path: Path, clock: ManualClock, shown: ShownLog | None) -> Iterator[Kernel]:
    with kernel(tmp_path, clock=clock, log=shown) as made:
        yield made


@pytest.fixture
def city(k: Kernel) -> SeededDemo:
    command = SeedDemo(dict.fromkeys(LOGINS, "no password"))
    return k.writer.run_sync(seed_demo, command, actor=SYSTEM)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def log() -> LogStanding:
    """What the status ladder asks of the log; nothing is in it yet."""
    return LogStanding()


@pytest.fixture
def log_origin() -> str:
    """Without a log nobody waits for one."""
    return ""


@pytest.fixture
def device_rule() -> SigningRule:
    """Whether browsers of windows sign their requests."""
    return SigningRule.OFF


@pytest.fixture
def sources() -> MaterialSources | None:
    """Who is asked for materials; nobody, but where a test says so."""
    return None


def make_app(
    k: Kernel,
    clock: ManualClock,
    folder: Path,
    told: Told,
    log_origin: str,
    sources: MaterialSources | None = None,
) -> web.Application:
    settings = PortalSettings(
        development=True,
        organisation="示范市人力资源和社会保障局",
        hall_telephone="0000-12333",
    )
    app = web.Application(client_max_size=settings.max_body_bytes)
    setup_portal(app, settings, store=k.store, writer=k.writer, clock=clock, bus=MemoryBus())
    store = LocalMaterialStore(folder, k.keys)
    setup_outlet(app, keys=k.keys, store=store, hub=told, log_origin=log_origin, sources=sources)
    return app


@pytest.fixture
def app(
    k: Kernel,
    clock: ManualClock,
    city: SeededDemo,
    tmp_path: Path,
    told: Told,
    log_origin: str,
    sources: MaterialSources | None,
) -> web.Application:
    (tmp_path / "materials").mkdir()
    return make_app(k, clock, tmp_path / "materials", told, log_origin, sources)


@pytest.fixture
async def server(app: web.Application) -> AsyncIterator[TestServer]:
    async with TestServer(app) as made:
        yield made


@pytest.fixture
async def sign_in(app: web.Application, server: TestServer, city: SeededDemo) -> AsyncIterator[Any]:
    """A browser for whoever is named: at a window for a clerk, as `clerk1` at `bank/1`.

    The session is opened without the sign-in page, whose password hashing takes its time on purpose.
    """
    opened: list[TestClient] = []

    async def do(login: str = "", window: str | None = None, door: str = "clerk") -> Counter:
        client = TestClient(server)
        opened.append(client)
        if login:
            actor = city.actors[login]
            seat = city.windows[window] if window else None
            token = await app[SESSIONS].open_for_staff(
                Door(door), staff_id=actor.id, grant_id=actor.post or "", window_id=seat
            )
            client.session.cookie_jar.update_cookies(
                {Door(door).cookie: token}, server.make_url("/")
            )
        return Counter(client)

    yield do
    for client in opened:
        # The server is closed by its own fixture; a client only closes its session.
        await client.session.close()


@pytest.fixture
async def clerk(sign_in: Any) -> Counter:
    return await sign_in("clerk1", "bank/1")


@pytest.fixture
async def screen(sign_in: Any, clerk: Counter) -> Counter:
    """The citizen's screen of that window."""
    _, issued = await clerk.post("/api/v1/window/pairing")
    made = await sign_in()
    await made.client.post("/pair", data={"code": issued["code"]}, allow_redirects=False)
    return made


@pytest.fixture
def hall(k: Kernel, city: SeededDemo) -> Hall:
    return Hall(k, city.actors["reviewer2"])


@pytest.fixture
def live_app(
    k: Kernel,
    clock: ManualClock,
    city: SeededDemo,
    tmp_path: Path,
    log: LogStanding,
    log_origin: str,
    device_rule: SigningRule,
    sources: MaterialSources | None,
) -> web.Application:
    """The counter with the real socket, queue and rooms; no media worker is connected."""
    settings = PortalSettings(
        development=True,
        organisation="示范市人力资源和社会保障局",
        hall_telephone="0000-12333",
    )
    app = web.Application(client_max_size=settings.max_body_bytes)
    bus = MemoryBus()
    setup_portal(app, settings, store=k.store, writer=k.writer, clock=clock, bus=bus)
    add_room(app, "signaling", Path(signaling_setup.__file__).parent)
    made = setup_signaling(
        app,
        store=k.store,
        writer=k.writer,
        clock=clock,
        bus=bus,
        keys=k.keys,
        files=FakeFiles(tmp_path / "recordings"),
        auth=PortalAuth(),
        devices=DeviceRule(log_origin, device_rule),
    )
    (tmp_path / "materials").mkdir()
    store = LocalMaterialStore(tmp_path / "materials", k.keys)
    setup_outlet(
        app,
        keys=k.keys,
        store=store,
        hub=made.hub,
        sources=sources,
        log_origin=log_origin,
        device_signatures=device_rule,
    )
    setup_case_ladder(app, log)

    async def pump(_app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(OutboxPump(k.store, k.writer, bus).run())
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    app.cleanup_ctx.append(pump)
    return app


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=SWITCHES
        )
        yield browser
        await browser.close()


@pytest.fixture
async def live(live_app) -> AsyncIterator[TestServer]:
    async with TestServer(live_app) as made:
        yield made


@pytest.fixture
def complaints() -> list[str]:
    """Script errors and broken policies of every page; must be empty at the end."""
    return []


@pytest.fixture
def seat() -> str:
    """The window at which the clerk sits: one PC with two monitors."""
    return "bank/1"


@pytest.fixture
async def window(chromium, live, live_app, city, complaints, seat) -> Page:
    """The bank's clerk before her empty page."""
    actor = city.actors["clerk1"]
    token = await live_app[SESSIONS].open_for_staff(
        Door.CLERK,
        staff_id=actor.id,
        grant_id=actor.post or "",
        window_id=city.windows[seat],
    )
    cookie = {"name": Door.CLERK.cookie, "value": token, "url": str(live.make_url("/"))}
    page = await new_page(
        chromium, complaints, [cookie], viewport={"width": 1366, "height": HEIGHT}
    )
    await page.goto(str(live.make_url("/window")))
    await expect(page.locator(".item-card")).to_have_count(6)
    return page


@pytest.fixture
async def asked(window, chromium, k, city, live, seat, complaints) -> Asked:
    """A case that may be called about, the clerk's page on it, and the screen beside it."""
    clerk = replace(city.actors["clerk1"], window=city.windows[seat])
    here = replace(city, actors={**city.actors, "clerk1": clerk})
    case_id = Desk(k, here).accepted(DESK_ITEM, Road.CALL)
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    return Asked(k, window, await paired(window, chromium, complaints))
