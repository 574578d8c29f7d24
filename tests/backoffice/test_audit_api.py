"""The auditor: nothing without a purpose, each look an entry, and recordings by byte range."""

import pytest
from backoffice_house import a_picture

from backoffice_console.ports import Verdict
from casework.model.case import Road
from scenes.case_scene import CALL_ITEM, DESK_ITEM

HTML = {"Accept": "text/html"}


@pytest.fixture
async def auditor(sign_in):
    await sign_in("auditor", "auditor")


@pytest.fixture
def case_id(house) -> str:
    return house.decided(DESK_ITEM)


@pytest.fixture
def open_case(client, auditor):
    async def do(case_id: str) -> int:
        answer = await client.post(
            f"/audit/cases/{case_id}", data={"purpose": "例行抽查"}, allow_redirects=False
        )
        assert answer.status == 303
        return int(answer.headers["Location"].partition("viewing=")[2])

    return do


async def code_of(answer) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


async def test_a_reviewer_does_not_come_in(client, sign_in, case_id):
    await sign_in("reviewer", "reviewer1")
    for path in ("/audit", f"/audit/cases/{case_id}"):
        assert await code_of(await client.get(path)) == (403, "P-02")


async def test_the_list_filters_and_turns_pages(client, auditor, house, case_id):
    for _ in range(31):
        house.desk.opened(CALL_ITEM)
    first = await (await client.get("/audit", headers=HTML)).text()
    assert house.desk.case(case_id).number not in first  # the oldest lies on the second page
    assert 'data-action="next-page"' in first
    cursor = first.partition("after=")[2].partition('"')[0]
    second = await (await client.get(f"/audit?after={cursor}", headers=HTML)).text()
    assert house.desk.case(case_id).number in second
    assert 'data-action="next-page"' not in second
    only = await (await client.get("/audit?outcome=approved", headers=HTML)).text()
    assert only.count('data-action="open-case"') == 1


async def test_without_a_purpose_nothing_is_shown(client, auditor, house, case_id):
    page = await (await client.get(f"/audit/cases/{case_id}", headers=HTML)).text()
    assert 'name="purpose"' in page
    assert "群众甲" not in page
    answer = await client.post(f"/audit/cases/{case_id}", data={"purpose": " "})
    assert answer.status == 400
    assert "desk.case.viewed" not in house.types(f"case:{case_id}")


async def test_opening_is_an_entry_and_lasts_an_hour(client, house, case_id, open_case, clock):
    viewing = await open_case(case_id)
    assert house.types(f"case:{case_id}")[-1] == "desk.case.viewed"
    url = f"/audit/cases/{case_id}?viewing={viewing}"
    page = await (await client.get(url, headers=HTML)).text()
    assert "群众甲" in page
    assert "990000198001010" not in page  # numbers stay masked
    clock.advance(3_601_000)
    assert 'name="purpose"' in await (await client.get(url, headers=HTML)).text()


async def test_another_entry_is_no_viewing(client, auditor, house, case_id):
    for seq in (0, 999):
        path = f"/api/v1/audit/cases/{case_id}/verification?viewing={seq}"
        assert await code_of(await client.post(path, json={})) == (403, "B-01")
    path = f"/api/v1/audit/cases/{case_id}/verification?viewing=x"
    assert await code_of(await client.post(path, json={})) == (422, "K-01")


async def test_a_value_is_revealed_by_an_act(client, house, case_id, open_case):
    viewing = await open_case(case_id)
    path = f"/api/v1/audit/cases/{case_id}/reveal"
    body = {"field": "applicant.id_number"}
    assert await code_of(await client.post(path, json=body)) == (422, "K-01")
    answer = await client.post(f"{path}?viewing={viewing}", json=body)
    assert (await answer.json())["value"].startswith("990000")
    assert house.types(f"case:{case_id}")[-1] == "desk.field.revealed"


async def test_a_package_is_made_listed_verified_and_sent(client, house, case_id, open_case):
    viewing = await open_case(case_id)
    base = f"/api/v1/audit/cases/{case_id}"
    made = await client.post(f"{base}/packages?viewing={viewing}", json={})
    assert made.status == 201
    package = (await made.json())["id"]
    sent = await client.get(f"{base}/packages/{package}?viewing={viewing}")
    assert sent.content_type == "application/zip"
    assert house.desk.case(case_id).number in sent.headers["Content-Disposition"]
    assert await code_of(
        await client.get(f"{base}/packages/01JD00000000000000000000AA?viewing={viewing}")
    ) == (404, "K-02")
    answer = await (await client.post(f"{base}/verification?viewing={viewing}", json={})).json()
    assert answer["package"]["id"] == package
    assert answer["verification"]["verdict"] == "good"
    house.evidence.verdict = Verdict.TAMPERED
    answer = await (await client.post(f"{base}/verification?viewing={viewing}", json={})).json()
    assert answer["verification"]["problems"][0]["record"] == "part 3f, segment 7"


async def test_materials_need_the_viewing_too(client, house, open_case):
    case_id = house.accepted(DESK_ITEM, Road.DESK)
    material = house.put(case_id, "id_card", a_picture("身份证"))
    path = f"/api/v1/audit/cases/{case_id}/materials/{material}"
    assert await code_of(await client.get(f"{path}?viewing=1")) == (403, "B-01")
    viewing = await open_case(case_id)
    assert (await client.get(f"{path}?viewing={viewing}")).status == 200


async def test_playing_is_an_entry_on_the_call(client, house, open_case):
    case_id = house.accepted(CALL_ITEM)
    call_id, _counter, _hall = house.stage(case_id).active(house.reviewer)
    viewing = await open_case(case_id)
    recording = f"/api/v1/audit/calls/{call_id}/recording"
    assert await code_of(await client.get(f"{recording}?viewing={viewing}")) == (403, "B-01")
    path = f"/api/v1/audit/calls/{call_id}/play"
    answer = await client.post(path, json={"case": case_id, "viewing": viewing})
    playing = (await answer.json())["entry_seq"]
    assert house.types(f"call:{call_id}")[-1] == "desk.recording.viewed"
    house.recordings.joinpath(call_id).mkdir()
    answer = await client.get(f"{recording}?viewing={playing}")
    assert await code_of(answer) == (404, "K-02")  # nothing was recorded
