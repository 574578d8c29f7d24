"""The story of a case: one timeline for lead and reviewer, the lead's under a purpose of his own."""

import re

import pytest

from casework.actor import Role
from scenes.case_scene import DESK_ITEM

HTML = {"Accept": "text/html"}


@pytest.fixture
def decided(house):
    return house.decided(DESK_ITEM)


def kinds(page):
    return re.findall(r'data-kind="([^"]+)"', page)


async def viewed(client, case_id):
    answer = await client.post(
        f"/lead/cases/{case_id}", data={"purpose": "督办超期办件"}, allow_redirects=False
    )
    assert answer.status == 303
    return answer.headers["Location"]


async def test_a_lead_states_a_purpose_and_reads_what_happened(client, sign_in, house, decided):
    await sign_in("lead", "lead")
    asked = await (await client.get(f"/lead/cases/{decided}", headers=HTML)).text()
    assert 'name="purpose"' in asked
    assert kinds(asked) == []
    page = await (await client.get(await viewed(client, decided), headers=HTML)).text()
    told = kinds(page)
    assert told[0] == "desk.case.opened"
    for kind in (
        "desk.material.added",
        "desk.case.accepted",
        "decision.confirmed",
        "desk.case.viewed",
    ):
        assert kind in told
    assert house.desk.case(decided).number in page
    assert "群众甲" not in page
    assert "期限内办结" in page
    assert house.types(f"case:{decided}")[-1] == "desk.case.viewed"


async def test_a_purpose_is_needed_and_belongs_to_its_person(client, sign_in, house, decided):
    await sign_in("lead", "lead")
    answer = await client.post(f"/lead/cases/{decided}", data={"purpose": " "}, headers=HTML)
    assert answer.status == 400
    assert "desk.case.viewed" not in house.types(f"case:{decided}")
    await sign_in("auditor", "auditor")
    answer = await client.post(
        f"/audit/cases/{decided}", data={"purpose": "例行抽查"}, allow_redirects=False
    )
    seq = answer.headers["Location"].partition("viewing=")[2]
    for viewing in (seq, "999", "x"):
        page = await client.get(f"/lead/cases/{decided}?viewing={viewing}", headers=HTML)
        assert kinds(await page.text()) == []


async def test_a_reviewer_reads_stories_of_his_cases_alone(client, sign_in, house, decided):
    await sign_in("reviewer", "reviewer1")
    page = await (await client.get(f"/hall/case/{decided}/story", headers=HTML)).text()
    assert "decision.confirmed" in kinds(page)
    draft = house.desk.opened()
    assert (await client.get(f"/hall/case/{draft}/story", headers=HTML)).status == 404


async def test_a_call_is_told_with_its_interruptions(client, sign_in, house):
    case_id = house.accepted()
    await sign_in("lead", "lead")
    assert house.city.actors["lead"].role is Role.DUTY_LEAD
    page = await (await client.get(await viewed(client, case_id), headers=HTML)).text()
    assert 'data-clock="promised"' in page
    assert "data-call=" not in page
