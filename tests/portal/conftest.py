from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from casework.actor import SYSTEM, Role
from casework.bus.memory import MemoryBus
from casework.clock import ManualClock
from casework.ids import new_id
from casework.store import schema_org as org
from portal.app import setup_portal
from portal.passwords import hash_password
from portal.settings import PortalSettings
from scenes.kernel import Kernel, kernel

PASSWORD = "四海云窗-2026"
_HASH = hash_password(PASSWORD)
POSTS = {
    Role.CLERK: "综合柜员",
    Role.REVIEWER: "审核岗",
    Role.AUDITOR: "稽核岗",
    Role.DUTY_LEAD: "值班岗",
    Role.OUTLET_LEAD: "客服经理",
    Role.USHER: "引导员",
    Role.ADMIN: "管理岗",
}


@dataclass(frozen=True)
class Town:
    """Ids of one small outlet with two windows, and of staff by login."""

    outlet: str
    windows: list[str]
    staff: dict[str, str]


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def k(tmp_path: Path, clock: ManualClock) -> Iterator[Kernel]:
    with kernel(tmp_path, clock=clock) as made:
        yield made


@pytest.fixture
def town(k: Kernel) -> Town:
    return found_town(k)


def found_town(k: Kernel, windows: int = 2) -> Town:
    """Signs on one person a role: clerk01, reviewer01, auditor01, duty_lead01, outlet_lead01, usher01,
    admin01.
    """
    centre, outlet = new_id(), new_id()
    places = [new_id() for _ in range(windows)]
    staff = {f"{role.value}01": new_id() for role in POSTS}

    def build(tx, _command) -> None:
        execute = tx.conn.execute
        execute(insert(org.centre).values(id=centre, name="市人社大厅"))
        execute(
            insert(org.outlet).values(
                id=outlet, centre_id=centre, name="城关支行网点", kind="bank", active=True
            )
        )
        for number, place in enumerate(places, 1):
            execute(
                insert(org.window).values(
                    id=place,
                    outlet_id=outlet,
                    number=f"{number:02}",
                    name=f"{number}号窗口",
                    profile="one_pc",
                    accepts=True,
                    issues=True,
                )
            )
        for role, post in POSTS.items():
            login = f"{role.value}01"
            execute(
                insert(org.staff).values(
                    id=staff[login],
                    number=f"{role.value[:2]}-01",
                    name=f"{post}甲",
                    login=login,
                    password_hash=_HASH,
                    employer="人社局",
                    outlet_id=outlet if role is Role.CLERK else None,
                    centre_id=centre,
                    active=True,
                )
            )
            execute(
                insert(org.post_grant).values(
                    id=new_id(),
                    staff_id=staff[login],
                    role=role.value,
                    post=post,
                    outlet_id=None,
                    from_ms=0,
                    until_ms=None,
                    granted_by=staff[login],
                )
            )

    k.writer.run_sync(build, None, actor=SYSTEM)
    return Town(outlet, places, staff)


def make_app(k: Kernel, clock: ManualClock, settings: PortalSettings) -> web.Application:
    app = web.Application(client_max_size=settings.max_body_bytes)
    setup_portal(app, settings, store=k.store, writer=k.writer, clock=clock, bus=MemoryBus())
    return app


@pytest.fixture
def settings() -> PortalSettings:
    return PortalSettings(development=True, organisation="测试市人社局")


@pytest.fixture
def create_app(k: Kernel, clock: ManualClock, settings: PortalSettings):
    """Another shell on the same kernel, as after a restart; keywords change settings."""

    def create(**changed) -> web.Application:
        return make_app(k, clock, replace(settings, **changed))

    return create


@pytest.fixture
def app(k: Kernel, clock: ManualClock, settings: PortalSettings) -> web.Application:
    return make_app(k, clock, settings)


@pytest.fixture
async def client(app: web.Application) -> AsyncIterator[TestClient]:
    async with TestClient(TestServer(app)) as made:
        yield made


@pytest.fixture
def sign_in(client: TestClient, town: Town):
    """Signs in at a door as that role's one person; a clerk is seated at the first window."""

    async def do(door: str, login: str | None = None, password: str = PASSWORD):
        roles = {"lead": "duty_lead", "outlet": "outlet_lead"}
        form = {"number": login or f"{roles.get(door, door)}01", "password": password}
        answer = await client.post(f"/sign-in/{door}", data=form, allow_redirects=False)
        if door == "clerk" and answer.status == 303:
            seat = {"window": town.windows[0]}
            await client.post("/sign-in/clerk/window", data=seat, allow_redirects=False)
        return answer

    return do
