"""The one list, the leave for a further one, and leafing, over HTTP and on the duty lead's page."""

import pytest
from backoffice_screen import shot
from playwright.async_api import expect

from casework.actions.ask_second_notice import AskSecondNotice, ask_second_notice
from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.supply_supplement import PointAnswer, SupplySupplement, supply_supplement
from casework.actions.take_case import TakeCase, take_case
from casework.model.case import CaseState, Road
from casework.model.supplement import GENERAL, NoticePoint, NoticeReason
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM, a_stored

CASES = "/api/v1/review/cases"
LEAVE = "/api/v1/lead/second-notices"
POINT = {"target": "id_card", "reason": "not_valid", "words": "已过有效期", "bring": "新证"}
WHY = "新材料与原材料互相矛盾。"


async def code_of(answer) -> tuple[int, str]:
    return answer.status, (await answer.json())["code"]


@pytest.fixture
def case_id(house) -> str:
    return house.accepted(DESK_ITEM, Road.DESK)


def once_told(house, case_id) -> None:
    """In review again, after a whole round."""
    told = (NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明中断缴费的原因"),)
    house.run(take_case, TakeCase(case_id), house.reviewer)
    house.run(require_supplement, RequireSupplement(case_id, told, 15), house.reviewer)
    clerk = house.city.actors["clerk1"]
    house.run(give_notice, GiveNotice(case_id, a_stored(case_id)), clerk)
    answer = SupplySupplement(case_id, (PointAnswer(1, "停工"),))
    house.run(supply_supplement, answer, clerk)
    house.run(take_case, TakeCase(case_id), house.reviewer)


@pytest.mark.parametrize(
    ("path", "door"),
    [
        (f"{CASES}/{{}}/supplement", "auditor"),
        (f"{CASES}/{{}}/second-notice", "auditor"),
        (f"{LEAVE}/{{}}/allow", "reviewer"),
        (f"{LEAVE}/{{}}/refuse", "reviewer"),
    ],
)
async def test_no_other_door_leads_here(client, sign_in, case_id, path, door):
    address = path.format(case_id)
    assert await code_of(await client.post(address, json={})) == (401, "P-01")
    await sign_in(door, f"{door}1" if door == "reviewer" else door)
    assert await code_of(await client.post(address, json={})) == (403, "P-02")


async def test_the_list_is_sent_once_though_the_answer_got_lost(client, sign_in, house, case_id):
    await sign_in("reviewer", "reviewer1")
    taken = await (await client.post(f"{CASES}/{case_id}/take", json={})).json()
    body = {"points": [POINT], "days": 10, "version": taken["version"]}
    for _ in range(2):
        answer = await client.post(
            f"{CASES}/{case_id}/supplement", json=body, headers={"Idempotency-Key": "one-press"}
        )
        assert answer.status == 200, await answer.text()
        told = await answer.json()
    assert (told["state"], told["round"]) == ("supplement_required", 1)
    shown = await (await client.get(f"{CASES}/{case_id}")).json()
    (notice,) = shown["notices"]
    assert [point["words"] for point in notice["points"]] == [POINT["words"]]
    assert (notice["days"], notice["channel"]) == (10, None)
    assert house.types(f"case:{case_id}").count("desk.supplement.required") == 1


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"points": []}, (422, "C-60")),
        ({"points": [POINT], "days": 0}, (422, "K-01")),
        ({"points": [{**POINT, "target": "nothing"}]}, (422, "K-01")),
        ({"points": [{**POINT, "reason": "because"}]}, (422, "K-01")),
        ({"points": [POINT], "version": 1}, (409, "K-04")),
        ({"points": [POINT], "call": "01JD00000000000000000000AA"}, (409, "C-18")),
    ],
)
async def test_what_does_not_fit_is_refused(client, sign_in, house, case_id, body, refused):
    await sign_in("reviewer", "reviewer1")
    await client.post(f"{CASES}/{case_id}/take", json={})
    answer = await client.post(f"{CASES}/{case_id}/supplement", json=body)
    assert await code_of(answer) == refused
    assert house.desk.case(case_id).state is CaseState.IN_FIRST_REVIEW


async def test_a_further_list_needs_leave(client, sign_in, house, case_id):
    once_told(house, case_id)
    await sign_in("reviewer", "reviewer1")
    answer = await client.post(f"{CASES}/{case_id}/supplement", json={"points": [POINT]})
    assert await code_of(answer) == (409, "C-61")
    asked = await client.post(f"{CASES}/{case_id}/second-notice", json={"reason": WHY})
    assert asked.status == 200
    again = await client.post(f"{CASES}/{case_id}/second-notice", json={"reason": WHY})
    assert await code_of(again) == (409, "C-64")
    await sign_in("lead", "lead")
    page = await (await client.get("/lead/notices")).text()
    number = house.desk.case(case_id).number
    assert number in page
    assert WHY in page
    assert "请说明中断缴费的原因" in page
    lead = {"Yc-Door": "lead"}
    version = house.desk.case(case_id).version
    stale = {"reason": "同意", "version": version - 1}
    answer = await client.post(f"{LEAVE}/{case_id}/allow", json=stale, headers=lead)
    assert await code_of(answer) == (409, "K-04")
    body = {"reason": "同意", "version": version}
    answer = await client.post(f"{LEAVE}/{case_id}/allow", json=body, headers=lead)
    assert answer.status == 200
    answer = await client.post(f"{LEAVE}/{case_id}/refuse", json={"reason": "不"}, headers=lead)
    assert await code_of(answer) == (409, "C-65")
    answer = await client.post(
        f"{CASES}/{case_id}/supplement", json={"points": [POINT]}, headers={"Yc-Door": "reviewer"}
    )
    assert (await answer.json())["round"] == 2


async def test_the_pool_is_leafed_through_without_taking(client, sign_in, house):
    ids = []
    for _ in range(3):
        ids.append(house.accepted(DESK_ITEM, Road.DESK))
        house.kernel.clock.advance(1000)
    await sign_in("reviewer", "reviewer1")
    before = [house.types(f"case:{one}") for one in ids]
    desk = await (await client.get("/hall")).text()
    seen = []
    address = f"/hall/case/{ids[0]}?leaf=pool"
    assert address in desk
    for place, case_id in enumerate(ids, start=1):
        page = await (await client.get(address)).text()
        assert f"第 {place} 件，共 3 件" in page
        seen.append(case_id)
        address = f"/hall/case/{ids[min(place, 2)]}?leaf=pool"
        assert ("leaf-on" in page, "leaf-back" in page) == (place < 3, place > 1)
        assert address in page
    assert [house.types(f"case:{one}") for one in ids] == before
    assert {house.desk.case(one).state for one in ids} == {CaseState.ACCEPTED}
    # A colleague took it meanwhile: it is said, and the way on is there.
    house.run(take_case, TakeCase(ids[1]), house.city.actors["reviewer2"])
    page = await (await client.get(f"/hall/case/{ids[1]}?leaf=pool")).text()
    assert "已不在列表中" in page
    assert f"/hall/case/{ids[0]}?leaf=pool" in page
    assert "已不在列表中" not in await (await client.get(f"/hall/case/{ids[1]}?leaf=x")).text()


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_the_lead_answers_on_a_page_without_barriers(live_house, server, enter):
    case_id = live_house.accepted(DESK_ITEM, Road.DESK)
    once_told(live_house, case_id)
    live_house.run(ask_second_notice, AskSecondNotice(case_id, WHY), live_house.reviewer)
    page = await enter("lead", "lead", "/lead/notices")
    await expect(page.get_by_text(WHY)).to_be_visible()
    await no_barriers(page)
    await shot(page, "second-notices")
    await page.set_viewport_size({"width": 320, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth") <= 320
    await page.get_by_role("button", name="同意再次告知").click()
    await expect(page.get_by_label("答复理由")).to_be_focused()
    await page.get_by_label("答复理由").fill("确属新情况。")
    await page.get_by_role("button", name="同意再次告知").click()
    await expect(page.get_by_text("没有待答复的再次补正申请")).to_be_visible()


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_the_reviewers_list_has_no_barriers(live_house, server, enter):
    case_id = live_house.accepted(DESK_ITEM, Road.DESK)
    live_house.run(take_case, TakeCase(case_id), live_house.reviewer)
    page = await enter("reviewer", "reviewer1", f"/hall/case/{case_id}")
    await page.get_by_role("button", name="一次性告知补正").click()
    await page.get_by_role("checkbox", name="其他事项").check()
    await no_barriers(page)
    await shot(page, "supplement-sheet")
    await page.get_by_label("其他事项：原因").select_option(label="需要申请人说明")
    await page.get_by_label("其他事项：说明").fill("请说明情况。")
    await page.get_by_role("button", name="发出告知书").click()
    await expect(page.get_by_text("已告知群众 1 次")).to_be_visible()
    await no_barriers(page)
