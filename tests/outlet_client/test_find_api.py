"""The clerk's list of cases: his outlet's, whatever he asks for."""

import pytest

from casework.actions.open_case import OpenCase, open_case
from casework.actor import Role
from scenes.case_scene import CALL_ITEM, DESK_ITEM, Desk, an_id_number

PATH = "/api/v1/window/cases"


@pytest.fixture
def log_origin() -> str:
    return "hall.example/log"


@pytest.fixture
def desk(k, city):
    return Desk(k, city)


@pytest.fixture
def foreign(desk, city):
    """A case of another outlet."""
    clerks = (one for one in city.actors.values() if one.role is Role.CLERK)
    elsewhere = next(one for one in clerks if one.outlet != desk.clerk.outlet)
    return desk.run(open_case, OpenCase(DESK_ITEM), elsewhere).case_id


async def found(clerk, query=""):
    status, page = await clerk.get(f"{PATH}?{query}")
    assert status == 200, page
    return [line["case_id"] for line in page["cases"]]


async def test_a_clerk_never_finds_a_case_of_another_outlet(clerk, desk, foreign):
    mine, case = desk.accepted(), desk.case(foreign)
    assert await found(clerk) == [mine]
    queries = (
        f"number={case.number}", f"outlet={case.outlet_id}", f"window={case.window_id}",
        f"item={case.item_code}&state=draft", "state=draft",
    )  # fmt: skip
    for query in queries:
        assert await found(clerk, query) == [], query
    status, answer = await clerk.post(f"{PATH}/find", {"text": case.number})
    assert status == 200
    assert await found(clerk, answer["query"]) == []


async def test_numbers_lead_to_cases_without_standing_in_the_address(clerk, desk):
    case_id = desk.accepted()
    _, answer = await clerk.post(f"{PATH}/find", {"text": f" {an_id_number()} "})
    assert an_id_number() not in answer["query"]
    assert await found(clerk, answer["query"]) == [case_id]
    status, problem = await clerk.post(f"{PATH}/find", {"text": "12"})
    assert (status, problem["code"]) == (422, "K-10")


async def test_pages_go_on_by_cursor(clerk, desk):
    ids = {desk.opened(CALL_ITEM) for _ in range(7)}
    _, first = await clerk.get(f"{PATH}?size=5")
    _, second = await clerk.get(f"{PATH}?size=5&after={first['after']}")
    assert second["after"] == ""
    assert {line["case_id"] for page in (first, second) for line in page["cases"]} == ids
    assert (first["count"], first["more"]) == (7, False)
    status, problem = await clerk.get(f"{PATH}?state=draft&after={first['after']}")
    assert (status, problem["code"]) == (422, "K-11")
    status, problem = await clerk.get(f"{PATH}?state=x")
    assert (status, problem["code"], problem["details"]["field"]) == (422, "K-10", "state")


async def test_filters_are_kept_by_name(clerk):
    status, _ = await clerk.post(
        f"{PATH}/saved", {"name": "退回", "query": "state=returned_to_outlet"}
    )
    assert status == 200
    _, options = await clerk.get(f"{PATH}/options")
    assert options["saved"] == [{"name": "退回", "query": "state=returned_to_outlet"}]
    assert options["windows"]
    _, left = await clerk.post(f"{PATH}/saved/remove", {"name": "退回"})
    assert left["saved"] == []
    status, problem = await clerk.post(f"{PATH}/saved", {"name": "x", "query": ""})
    assert (status, problem["code"]) == (422, "K-12")
