"""The outlet lead's page: the day's roster and the opening checklist, of the own outlet alone."""

import re
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestClient
from sqlalchemy import insert, select

from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.call_visit import CallVisit, call_visit
from casework.actions.end_visit import EndVisit, end_visit
from casework.actions.open_case import OpenCase, open_case
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.receive_visit import ReceiveVisit, receive_visit
from casework.actor import SYSTEM, Role
from casework.ids import new_id
from casework.model.organisation import OpeningCheck
from casework.model.visit import VisitStep
from casework.store import schema_opening, schema_org
from portal.doors import Door
from portal.keys import SESSIONS
from scenes.case_scene import DESK_ITEM, Desk


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


async def test_the_day_s_visits_have_their_seven_times_and_medians(lead, k, city, clock):
    usher, clerk, run = city.actors["usher1"], city.actors["clerk1"], k.writer.run_sync
    origin = "hall.example/log"
    elsewhere = replace(usher, outlet=city.outlets["community"])
    run(open_visit, OpenVisit(origin), actor=elsewhere)
    for minutes in (2, 4, 9):
        visit = run(open_visit, OpenVisit(origin), actor=usher).visit_id
        run(begin_step, BeginStep(origin, visit, VisitStep.WAIT), actor=usher)
        clock.advance(minutes * 60_000)
        run(call_visit, CallVisit(origin, visit), actor=clerk)
        clock.advance(30_000)
        run(receive_visit, ReceiveVisit(origin, visit), actor=clerk)
        clock.advance(600_000)
        run(end_visit, EndVisit(origin, visit), actor=clerk)
    text = await (await lead.get("/outlet/visits")).text()
    rows = {
        found[1]: re.findall(r'data-step="(\w+)">([^<]*)<', found[2])
        for found in re.finditer(r'<tr data-visit="(\w+)">(.*?)</tr>', text, re.DOTALL)
    }
    assert list(rows) == ["median", "A003", "A002", "A001"]
    assert [step for step, _ in rows["median"]] == [step.value for step in VisitStep]
    assert dict(rows["median"]) == {
        "guide": "00:00",
        "consult": "—",
        "fill": "—",
        "wait": "04:00",
        "call": "00:30",
        "handle": "10:00",
        "rate": "—",
    }
    assert dict(rows["A003"])["wait"] == "09:00"
    before = await (await lead.get("/outlet/visits?day=2020-01-01")).text()
    assert "data-visit" not in before
    assert (await lead.get("/outlet/visits?day=yesterday")).status == 422


async def test_a_clerk_does_not_enter(clerk):
    assert (await clerk.client.get("/outlet")).status == 403


async def test_the_lead_lists_the_cases_of_the_own_outlet_alone(lead, city, k):
    desk = Desk(k, city)
    mine = desk.accepted()
    elsewhere = next(
        one
        for one in city.actors.values()
        if one.role is Role.CLERK and one.outlet != desk.clerk.outlet
    )
    foreign = desk.run(open_case, OpenCase(DESK_ITEM), elsewhere).case_id
    page = await (await lead.get("/outlet/cases")).text()
    assert f'data-case="{mine}"' in page
    assert foreign not in page
    for query in (
        f"outlet={elsewhere.outlet}",
        f"window={elsewhere.window}",
        f"number={desk.case(foreign).number}",
    ):
        narrowed = await (await lead.get(f"/outlet/cases?{query}")).text()
        assert "data-case=" not in narrowed, query
    body = await (await lead.post("/outlet/cases/export", data={"query": ""})).text()
    assert desk.case(mine).number in body
    assert desk.case(foreign).number not in body
