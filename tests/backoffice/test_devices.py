"""The duty lead's list of the windows' computers, over HTTP."""

import pytest

from audit.device import ENROLLED_TYPE, REVOKED_TYPE
from casework.views.devices import devices_of
from scenes.window_device import WindowDevice


@pytest.fixture
def origin(house) -> str:
    return house.log.published().origin


@pytest.fixture
def computer(house, origin) -> WindowDevice:
    made = WindowDevice(house.kernel, house.desk.clerk, 61, origin)
    made.propose()
    return made


async def test_a_computer_is_enrolled_and_revoked(client, sign_in, house, origin, computer):
    await sign_in("lead", "lead")
    page = await (await client.get("/lead/devices")).text()
    assert " ".join(computer.id[at : at + 4] for at in (0, 4, 8)) in page
    assert "等待值班领导登记" in page
    path = f"/api/v1/devices/{computer.id}"
    for _ in range(2):
        answer = await client.post(f"{path}/enrol", json={})
        assert (answer.status, await answer.json()) == (200, {"id": computer.id})
    assert "已登记" in await (await client.get("/lead/devices")).text()
    answer = await client.post(f"{path}/revoke", json={"reason": "lost"})
    assert answer.status == 200
    assert house.types(f"log:{origin}") == [ENROLLED_TYPE, REVOKED_TYPE]
    assert "已注销" in await (await client.get("/lead/devices")).text()
    answer = await client.post(f"{path}/enrol", json={})
    assert (answer.status, (await answer.json())["code"]) == (409, "W-02")


async def test_one_that_waits_is_turned_down(client, sign_in, house, origin, computer):
    await sign_in("lead", "lead")
    answer = await client.post(f"/api/v1/devices/{computer.id}/revoke", json={"reason": "doubted"})
    assert answer.status == 200
    assert house.types(f"log:{origin}") == []
    with house.kernel.store.reading() as conn:
        assert devices_of(conn, origin, house.desk.clerk.window) == ()


async def test_what_is_not_there_is_not_found(client, sign_in):
    await sign_in("lead", "lead")
    assert (await client.post("/api/v1/devices/00/enrol", json={})).status == 404
    assert "还没有电脑申请登记" in await (await client.get("/lead/devices")).text()


@pytest.mark.parametrize(("door", "login"), [("reviewer", "reviewer1"), ("auditor", "auditor")])
async def test_nobody_else_enrols(client, sign_in, computer, door, login):
    await sign_in(door, login)
    answer = await client.post(f"/api/v1/devices/{computer.id}/enrol", json={})
    assert answer.status in {401, 403}
    assert (await client.get("/lead/devices")).status in {303, 401, 403}
