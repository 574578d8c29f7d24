"""The story of a case beside the clerk's page: his outlet's cases alone."""

import re

from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.call_visit import CallVisit, call_visit
from casework.actions.open_case import OpenCase, open_case
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.take_over import TakeOver, take_over
from casework.actor import Role
from casework.model.visit import VisitStep
from scenes.case_scene import DESK_ITEM, Desk


async def test_a_clerk_reads_what_happened_to_a_case_of_the_outlet(clerk, k, city):
    desk = Desk(k, city)
    mine = desk.accepted()
    elsewhere = next(
        one
        for one in city.actors.values()
        if one.role is Role.CLERK and one.outlet != desk.clerk.outlet
    )
    foreign = desk.run(open_case, OpenCase(DESK_ITEM), elsewhere).case_id
    answer = await clerk.client.get(f"/counter/cases/{mine}")
    assert answer.status == 200
    page = await answer.text()
    assert 'data-kind="desk.case.accepted"' in page
    assert "群众甲" not in page
    assert (await clerk.client.get(f"/counter/cases/{foreign}")).status == 404


async def test_the_story_shows_the_steps_of_the_visit(clerk, k, city, clock):
    desk, usher, origin = Desk(k, city), city.actors["usher1"], "hall.example/log"
    visit = desk.run(open_visit, OpenVisit(origin), usher).visit_id
    case_id = desk.run(open_case, OpenCase(DESK_ITEM, visit_id=visit), usher).case_id
    desk.run(begin_step, BeginStep(origin, visit, VisitStep.WAIT), usher)
    clock.advance(7 * 60_000)
    desk.run(call_visit, CallVisit(origin, visit))
    desk.run(take_over, TakeOver(case_id))
    page = await (await clerk.client.get(f"/counter/cases/{case_id}")).text()
    told = page[page.index('data-visit="A001"') :]
    steps = re.findall(r'data-step="(\w+)"', told)
    assert steps == ["guide", "fill", "wait", "call", "handle"]
    assert "等待<br><small>07:00" in told
    assert 'data-kind="desk.case.taken_over"' in page
    alone = await (await clerk.client.get(f"/counter/cases/{desk.opened()}")).text()
    assert "data-visit" in alone  # of the visit that still stands at the window


async def test_a_case_without_a_visit_has_none_in_its_story(clerk, k, city):
    case_id = Desk(k, city).opened()
    page = await (await clerk.client.get(f"/counter/cases/{case_id}")).text()
    assert "data-visit" not in page
