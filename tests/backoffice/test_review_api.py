"""The reviewer's acts over HTTP: guards reach the page as stable codes, and nothing leaks."""

import pytest
from backoffice_house import a_pdf

from casework.actions.decline_offer import DeclineOffer, decline_offer
from casework.actions.note_health import NoteHealth, note_health
from casework.actions.take_case import TakeCase, take_case
from casework.actor import SYSTEM
from casework.model.call import DeclineReason
from casework.model.case import CaseState, Road
from scenes.case_scene import CALL_ITEM, DESK_ITEM, a_value

CASES = "/api/v1/review/cases"


@pytest.fixture
async def reviewer(sign_in):
    await sign_in("reviewer", "reviewer1")


@pytest.fixture
def case_id(house) -> str:
    return house.accepted(DESK_ITEM, Road.DESK)


async def code_of(answer) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


def approval(house, case_id, **more):
    changes = {one.code: a_value(one) for one in house.desk.item(case_id).changes}
    return {
        "outcome": "approved",
        "transaction_number": "RS20260001",
        "before": changes,
        "after": changes,
        **more,
    }


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("GET", ""),
        ("GET", "/evidence"),
        ("POST", "/take"),
        ("POST", "/decision"),
        ("POST", "/reveal"),
        ("POST", "/return"),
    ],
)
async def test_no_other_door_leads_here(client, sign_in, case_id, method, rest):
    answer = await client.request(method, f"{CASES}/{case_id}{rest}", json={})
    assert await code_of(answer) == (401, "P-01")
    await sign_in("auditor", "auditor")
    answer = await client.request(method, f"{CASES}/{case_id}{rest}", json={})
    assert await code_of(answer) == (403, "P-02")


async def test_a_desk_case_is_taken_decided_and_handed_back(client, reviewer, house, case_id):
    taken = await (await client.post("/api/v1/review/next", json={})).json()
    assert taken["case_id"] == case_id
    shown = await (await client.get(f"{CASES}/{case_id}")).json()
    assert (shown["mine"], shown["state"], shown["version"]) == (
        True,
        "in_first_review",
        taken["version"],
    )
    body = approval(house, case_id, version=shown["version"])
    prepared = await (await client.post(f"{CASES}/{case_id}/decision", json=body)).json()
    again = await client.post(f"{CASES}/{case_id}/decision", json=body)
    assert await code_of(again) == (409, "C-13")
    confirm = f"{CASES}/{case_id}/decision/{prepared['decision_id']}/confirm"
    key = {"Idempotency-Key": "one-press"}
    for _ in range(2):  # the answer was lost, and the press is repeated
        done = await client.post(confirm, json={}, headers=key)
        assert (await done.json())["state"] == "handed_back", await done.text()
    assert house.desk.case(case_id).state is CaseState.HANDED_BACK


async def test_an_empty_pool_says_so(client, reviewer):
    assert await code_of(await client.post("/api/v1/review/next", json={})) == (404, "C-31")


async def test_numbers_leave_masked_and_each_reveal_is_an_entry(client, reviewer, house, case_id):
    shown = await (await client.get(f"{CASES}/{case_id}")).json()
    number = next(one for one in shown["applicant"] if one["code"] == "id_number")
    assert set(number["value"][3:-2]) == {"*"}
    assert number["reveal"] == "applicant.id_number"
    answer = await client.post(f"{CASES}/{case_id}/reveal", json={"field": number["reveal"]})
    assert (await answer.json())["value"].startswith("990000")
    assert answer.headers["Cache-Control"] == "no-store"
    types = house.types(f"case:{case_id}")
    assert types[-1] == "desk.field.revealed"


async def test_another_group_sees_nothing_of_the_case(client, sign_in, case_id):
    await sign_in("reviewer", "reviewer3")  # certified for employment alone
    for path in ("", "/materials/01JD00000000000000000000AA"):
        assert await code_of(await client.get(f"{CASES}/{case_id}{path}")) == (404, "K-02")
    answer = await client.post(f"{CASES}/{case_id}/reveal", json={"field": "applicant.name"})
    assert await code_of(answer) == (404, "K-02")
    assert await code_of(await client.post(f"{CASES}/{case_id}/take", json={})) == (403, "C-02")


async def test_a_colleagues_case_is_shown_and_locked(client, reviewer, house, case_id):
    house.run(take_case, TakeCase(case_id), house.city.actors["reviewer2"])
    shown = await (await client.get(f"{CASES}/{case_id}")).json()
    assert (shown["mine"], shown["holder"]["number"]) == (False, "02")
    answer = await client.post(f"{CASES}/{case_id}/decision", json=approval(house, case_id))
    assert await code_of(answer) == (409, "C-12")


async def test_an_old_version_changes_nothing(client, reviewer, case_id):
    taken = await (await client.post(f"{CASES}/{case_id}/take", json={})).json()
    body = {"version": taken["version"] - 1}
    answer = await client.post(f"{CASES}/{case_id}/release", json=body)
    assert await code_of(answer) == (409, "K-04")


async def test_a_lock_that_ran_out_is_told(client, reviewer, case_id, clock):
    await client.post(f"{CASES}/{case_id}/take", json={})
    clock.advance(121_000)
    assert await code_of(await client.post(f"{CASES}/{case_id}/lease", json={})) == (409, "C-11")


async def test_a_return_names_what_to_mend(client, reviewer, house, case_id):
    await client.post(f"{CASES}/{case_id}/take", json={})
    path = f"{CASES}/{case_id}/return"
    assert await code_of(await client.post(path, json={"faults": []})) == (422, "C-27")
    faults = [{"target": "nothing", "reason": "blurred"}]
    assert await code_of(await client.post(path, json={"faults": faults})) == (422, "K-01")
    faults = [{"target": "id_card", "reason": "blurred", "note": "看不清"}]
    answer = await client.post(path, json={"faults": faults})
    assert (await answer.json())["state"] == "returned_to_outlet"


async def test_a_refusal_needs_reasons_and_remedy(client, reviewer, case_id):
    await client.post(f"{CASES}/{case_id}/take", json={})
    path = f"{CASES}/{case_id}/decision"
    assert await code_of(await client.post(path, json={"outcome": "refused"})) == (422, "C-26")
    body = {
        "outcome": "refused",
        "reasons": ["conditions_not_met"],
        "text": "缴费不满一年。",
        "remedy": "reconsideration_or_lawsuit",
    }
    prepared = await (await client.post(path, json=body)).json()
    back = f"{path}/{prepared['decision_id']}/revert"
    assert (await client.post(back, json={})).status == 200
    assert await code_of(await client.post(back, json={})) == (409, "C-14")


async def test_an_item_that_needs_a_call_is_not_approved_at_the_desk(client, reviewer, house):
    case_id = house.accepted(CALL_ITEM)
    await client.post(f"{CASES}/{case_id}/take", json={})
    evidence = await (await client.get(f"{CASES}/{case_id}/evidence")).json()
    assert evidence["call_required"]
    assert evidence["blocked"]["code"] == "C-17"
    assert evidence["blocked"]["title"]
    answer = await client.post(f"{CASES}/{case_id}/decision", json=approval(house, case_id))
    assert await code_of(answer) == (409, "C-17")


async def test_in_a_call_the_page_is_told_what_is_still_missing(client, reviewer, house):
    case_id = house.accepted(CALL_ITEM)
    stage = house.stage(case_id)
    call_id, _counter, _hall = stage.active(house.reviewer)
    url = f"{CASES}/{case_id}/evidence?call={call_id}"
    blocked = (await (await client.get(url)).json())["blocked"]
    assert blocked["code"] == "C-23"
    body = {
        "call": call_id,
        "face_matches": True,
        "document_shown": True,
        "question": "您的生日是哪天？",
        "question_answered": False,
    }
    known = {**body, "question_answered": True}
    answer = await client.post(f"{CASES}/{case_id}/identity", json=known)
    assert await code_of(answer) == (409, "C-19")  # nobody has reported a healthy recording
    found = await (await client.get(url)).json()
    assert found["recording"]["ok"] is False
    answer = await client.post(
        f"{CASES}/{case_id}/decision", json=approval(house, case_id, call=call_id)
    )
    assert await code_of(answer) == (409, "C-23")
    now = house.kernel.clock.mono_ms()
    house.kernel.writer.run_sync(
        note_health, NoteHealth(call_id, True, None, now, now - 1500), actor=SYSTEM
    )
    answer = await client.post(f"{CASES}/{case_id}/identity", json=body)
    assert await code_of(answer) == (422, "K-01")
    answer = await client.post(f"{CASES}/{case_id}/identity", json=known)
    assert answer.status == 200, await answer.text()


async def test_materials_are_shown_under_a_mark_and_framed_by_nobody_else(
    client, reviewer, house, case_id
):
    shown = await (await client.get(f"{CASES}/{case_id}")).json()
    picture = shown["materials"][0]["versions"][0]
    answer = await client.get(f"{CASES}/{case_id}/materials/{picture['id']}")
    assert answer.content_type == "image/jpeg"
    seen = await answer.read()
    assert seen.startswith(b"\xff\xd8")
    later = house.kernel.clock.wall_ms() + 60_000
    house.kernel.clock.set_wall(later)
    again = await client.get(f"{CASES}/{case_id}/materials/{picture['id']}")
    assert await again.read() != seen  # it says when
    assert answer.headers["Cache-Control"] == "no-store"
    paper = house.put(case_id, "id_card", a_pdf())
    answer = await client.get(f"{CASES}/{case_id}/materials/{paper}")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("body", [{"outcome": "maybe"}, {"outcome": "approved", "x": 1}, []])
async def test_a_body_that_does_not_fit_is_refused(client, reviewer, case_id, body):
    answer = await client.post(f"{CASES}/{case_id}/decision", json=body)
    assert await code_of(answer) == (422, "K-01")


async def test_pages_of_the_desk(client, reviewer, house, case_id):
    page = await (await client.get("/hall", headers={"Accept": "text/html"})).text()
    assert house.desk.case(case_id).number in page
    other = await (await client.get("/hall?item=SB-001", headers={"Accept": "text/html"})).text()
    assert f'data-case="{case_id}"' not in other
    for path in (f"/hall/case/{case_id}", "/hall/done"):
        assert (await client.get(path, headers={"Accept": "text/html"})).status == 200
    assert (await client.get("/hall/call/01JD00000000000000000000AA")).status == 404


async def test_the_page_of_a_call_is_had_by_whoever_is_rung_as_long_as_it_rings(
    client, sign_in, house
):
    stage = house.stage(house.accepted(CALL_ITEM))
    reviewer, other = stage.hall.reviewers[:2]
    stage.on_duty(reviewer)
    call_id = stage.request()
    path = f"/hall/call/{call_id}"

    async def status(login: str) -> int:
        await sign_in("reviewer", login)
        return (await client.get(path, headers={"Accept": "text/html"})).status

    assert await status("reviewer1") == 404
    offer_id = stage.offer(call_id, reviewer)
    assert [await status(login) for login in ("reviewer1", "reviewer2")] == [200, 404]
    house.run(decline_offer, DeclineOffer(offer_id, DeclineReason.DEVICE), reviewer)
    assert await status("reviewer1") == 404
    stage.on_duty(other)
    stage.accept(call_id, other)
    assert [await status(login) for login in ("reviewer1", "reviewer2")] == [404, 200]
