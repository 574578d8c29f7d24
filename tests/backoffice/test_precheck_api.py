"""The pre-check over HTTP: what its reviewer sees of a draft, and what he says of it."""

import pytest

from casework.actions.accept_case import AcceptCase, accept_case
from casework.actions.end_call import EndCall, end_call
from casework.model.call import CallKind
from casework.model.case import CaseState, Road
from scenes.case_scene import DESK_ITEM, an_applicant


@pytest.fixture
async def reviewer(sign_in):
    await sign_in("reviewer", "reviewer1")


@pytest.fixture
def case_id(house) -> str:
    return house.desk.signed(DESK_ITEM)


@pytest.fixture
def call_id(house, case_id) -> str:
    return house.stage(case_id).active(house.reviewer, kind=CallKind.PRECHECK)[0]


async def code_of(answer) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


def paths(call_id: str) -> tuple[str, str]:
    return tuple(f"/api/v1/review/calls/{call_id}/{rest}" for rest in ("precheck", "opinions"))


async def test_the_checklist_is_shown_and_nothing_of_the_citizen(
    client, reviewer, house, case_id, call_id
):
    shown, opinions = paths(call_id)
    answer = await client.get(shown)
    text = await answer.text()
    asked = (await answer.json())["materials"]
    assert [one["code"] for one in asked] == [
        one.code for one in house.desk.item(case_id).materials
    ]
    assert {one["opinion"] for one in asked} == {None}
    person = an_applicant()
    assert not any(value in text for value in (person.name, person.id_number, person.phone))
    body = {"material": asked[0]["code"], "opinion": "replace", "words": "复印件不清楚"}
    assert (await client.post(opinions, json=body)).status == 200
    noted = (await (await client.get(shown)).json())["materials"][0]["opinion"]
    assert (noted["opinion"], noted["words"]) == ("replace", "复印件不清楚")
    assert house.desk.case(case_id).state is CaseState.DRAFT


async def test_what_does_not_fit_is_refused_and_notes_nothing(
    client, reviewer, house, case_id, call_id
):
    _, opinions = paths(call_id)
    code = house.desk.item(case_id).materials[0].code
    for body in (
        {"material": code, "opinion": "approved"},
        {"material": code, "opinion": "replace"},
        {"material": "no_such", "opinion": "meets"},
        {"material": code, "opinion": "meets", "words": "字" * 301},
        {"material": code},
        {"material": code, "opinion": "meets", "version": 1},
    ):
        answer = await client.post(opinions, json=body)
        assert (answer.status, (await answer.json())["code"][:2]) == (422, "K-"), body
    assert "desk.precheck.noted" not in house.types(f"case:{case_id}")


async def test_others_see_no_draft_and_say_nothing(client, sign_in, house, case_id, call_id):
    shown, opinions = paths(call_id)
    code = house.desk.item(case_id).materials[0].code
    body = {"material": code, "opinion": "meets"}
    assert await code_of(await client.get(shown)) == (401, "P-01")
    await sign_in("reviewer", "reviewer2")
    assert (await client.get(shown)).status == 404
    assert (await client.post(opinions, json=body)).status == 404
    # The draft itself stays the window's: no reviewer's page shows it, the call's reviewer's neither.
    await sign_in("reviewer", "reviewer1")
    assert (await client.get(f"/api/v1/review/cases/{case_id}")).status == 404
    for act in ("take", "decision"):
        answer = await client.post(
            f"/api/v1/review/cases/{case_id}/{act}",
            json={} if act == "take" else {"outcome": "approved", "call": call_id},
        )
        assert answer.status in {403, 404, 409}
    assert house.desk.case(case_id).state is CaseState.DRAFT


async def test_a_review_call_is_no_pre_check(client, reviewer, house):
    case_id = house.accepted(DESK_ITEM, Road.CALL)
    call_id = house.stage(case_id).active(house.reviewer)[0]
    assert (await client.get(paths(call_id)[0])).status == 404


async def test_its_page_knows_no_case_and_no_decision_call_comes_of_it(
    client, reviewer, house, case_id, call_id
):
    page = await (await client.get(f"/hall/call/{call_id}")).text()
    assert "材料预审" in page
    assert case_id not in page
    house.run(end_call, EndCall(call_id), house.reviewer)
    house.desk.run(accept_case, AcceptCase(case_id, Road.DESK))
    await client.post(f"/api/v1/review/cases/{case_id}/take", json={})
    later = await (await client.get(f"/hall/case/{case_id}")).text()
    assert call_id not in later
    asked = f"/api/v1/review/cases/{case_id}/evidence?call={call_id}"
    assert (await (await client.get(asked)).json())["blocked"]["code"] == "C-91"


async def test_whoever_reviews_the_accepted_case_reads_the_opinions(
    client, reviewer, house, case_id, call_id
):
    code = house.desk.item(case_id).materials[0].code
    body = {"material": code, "opinion": "replace", "words": "复印件不清楚"}
    await client.post(paths(call_id)[1], json=body)
    house.run(end_call, EndCall(call_id), house.reviewer)
    house.desk.run(accept_case, AcceptCase(case_id, Road.DESK))
    shown = await (await client.get(f"/api/v1/review/cases/{case_id}")).json()
    first, *rest = shown["materials"]
    opinion = first["opinion"]
    assert (opinion["opinion"], opinion["words"]) == ("replace", "复印件不清楚")
    assert opinion["reviewer"]
    assert {one["opinion"] for one in rest} == {None}
