"""The outlet lead's page: the day's roster and the opening checklist, of the own outlet alone."""

import pytest
from aiohttp.test_utils import TestClient
from sqlalchemy import insert, select

from casework.actor import SYSTEM, Role
from casework.ids import new_id
from casework.model.organisation import OpeningCheck
from casework.store import schema_opening, schema_org
from portal.doors import Door
from portal.keys import SESSIONS


@pytest.fixture
def log_origin() -> str:
    return "hall.example/log"


@pytest.fixture
async def lead(k, city, app, server):
    """A lead of the bank, signed in: clerk 2, who holds both posts."""
    person, grant_id = city.actors["clerk2"], new_id()

    def grant(tx, _command):
        tx.conn.execute(
            insert(schema_org.post_grant).values(
                id=grant_id,
                staff_id=person.id,
                role=Role.OUTLET_LEAD,
                post="客服经理",
                outlet_id=person.outlet,
                from_ms=0,
                granted_by=person.id,
            )
        )

    k.writer.run_sync(grant, None, actor=SYSTEM)
    token = await app[SESSIONS].open_for_staff(
        Door.OUTLET, staff_id=person.id, grant_id=grant_id, window_id=None
    )
    async with TestClient(server) as client:
        client.session.cookie_jar.update_cookies({Door.OUTLET.cookie: token}, server.make_url("/"))
        yield client


async def test_a_window_is_shown_as_not_ready_until_its_checklist_is_complete(lead, city, clerk):
    window = city.windows["bank/1"]
    text = await (await lead.get("/outlet")).text()
    assert text.count("开门检查未完成") == 3
    assert "已登录：101" in text
    for check in OpeningCheck:
        done = {"window": window, "check": check.value, "passed": "1"}
        text = await (await lead.post("/outlet/checks", data=done)).text()
    assert (text.count("开门检查未完成"), text.count("开门检查已完成")) == (2, 1)
    faulty = {"window": window, "check": "print", "passed": ""}
    text = await (await lead.post("/outlet/checks", data=faulty)).text()
    assert text.count("开门检查未完成") == 3
    assert "102 柜员02" in text


async def test_the_roster_is_written_for_today(lead, city, k):
    seat = {"window": city.windows["bank/2"], "staff": city.actors["clerk1"].id}
    answer = await lead.post("/outlet/roster", data=seat)
    assert answer.status == 200
    with k.store.reading() as conn:
        rows = conn.execute(select(schema_opening.roster)).all()
    assert [(row.window_id, row.staff_id) for row in rows] == [(seat["window"], seat["staff"])]
    again = await lead.post("/outlet/roster", data=seat | {"window": city.windows["bank/3"]})
    assert (again.status, "O-01" in await again.text()) == (409, True)
    nobody = await lead.post("/outlet/roster", data=seat | {"staff": ""})
    assert nobody.status == 200


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("checks", {"check": "kit", "passed": "1"}, 404),
        ("checks", {"check": "dance", "passed": "1"}, 422),
        ("roster", {"staff": "no id"}, 422),
        ("roster", {"staff": ""}, 404),
    ],
)
async def test_windows_of_others_and_odd_input_are_refused(lead, city, path, form, status):
    form = {"window": city.windows["community/1"], **form}
    assert (await lead.post(f"/outlet/{path}", data=form)).status == status


async def test_a_clerk_does_not_enter(clerk):
    assert (await clerk.client.get("/outlet")).status == 403
