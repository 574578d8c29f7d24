"""一次性告知 and 补正 at the window over HTTP: the list, the signed paper, the answers."""

import pytest

from casework.actions.lapse_cases import LapseCases, lapse_cases
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.take_case import TakeCase, take_case
from casework.actor import SYSTEM
from casework.model.short_code import short_code
from casework.model.supplement import GENERAL, NoticePoint, NoticeReason
from scenes import counter as t
from scenes.case_scene import Desk
from scenes.lapsing import TERM, publish_lapsing
from scenes.paper_text import text_of

POINT = {"target": "general", "reason": "statement_needed", "words": "请说明情况"}
POINTS = (
    NoticePoint("id_card", NoticeReason.NOT_VALID, "已过有效期", "新证"),
    NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明情况"),
)


@pytest.fixture
async def listed(clerk, screen, hall) -> str:
    """A case whose list lies at the window."""
    case = await t.accepted(clerk, screen)
    hall.k.writer.run_sync(take_case, TakeCase(case), actor=hall.reviewer)
    hall.k.writer.run_sync(
        require_supplement, RequireSupplement(case, POINTS, 15), actor=hall.reviewer
    )
    return case


async def shown(clerk, case):
    return (await clerk.get(f"/api/v1/cases/{case}"))[1]


async def test_from_the_list_to_the_hall_again(clerk, listed):
    path = f"/api/v1/cases/{listed}"
    answer = await shown(clerk, listed)
    assert answer["case"]["state"] == "supplement_required"
    assert [one["words"] for one in answer["notices"]["notice"]["points"]] == [
        "已过有效期",
        "请说明情况",
    ]
    _, work = await clerk.get("/api/v1/window/counts")
    assert (work["counts"]["supplement"], work["counts"]["returned"]) == (1, 0)
    answers = {"answers": [{"number": 2, "words": "一直在原单位"}]}
    status, refused = await clerk.post(f"{path}/supplement", answers)
    assert (status, refused["code"]) == (409, "C-63")
    t.done(await clerk.send(f"{path}/notice-receipt", t.still()))
    status, refused = await clerk.post(f"{path}/supplement", answers)
    assert (status, refused["code"]) == (409, "C-62")
    pages = next(one for one in answer["case"]["materials"] if one["code"] == "id_card")["pages"]
    for page in range(1, pages + 1):
        sent = f"{path}/materials/id_card?source=still&page={page}"
        t.done(await clerk.send(sent, t.still()))
    t.done(await clerk.post(f"{path}/supplement", answers))
    answer = await shown(clerk, listed)
    assert answer["case"]["state"] == "accepted"
    assert answer["notices"] == {"notice": None, "notice_rounds": 1, "further_notice": None}


async def test_the_list_stands_on_the_citizens_screen_while_it_is_handed_over(
    clerk, screen, listed
):
    await clerk.put("/api/v1/window/mirror", {"case": listed, "task": "wait"})
    told = (await screen.get("/api/v1/screen"))[1]["case"]["notice"]
    assert [(one["label"], one["words"], one["bring"]) for one in told["points"]] == [
        ("居民身份证", "已过有效期", "新证"),
        ("", "请说明情况", ""),
    ]
    assert (told["days"], told["told"], told["lapses"]) == (15, False, "")
    path = f"/api/v1/cases/{listed}"
    t.done(await clerk.send(f"{path}/notice-receipt", t.still()))
    t.done(await clerk.send(f"{path}/materials/id_card?source=still&page=1", t.still()))
    told = (await screen.get("/api/v1/screen"))[1]["case"]["notice"]
    assert told["told"]
    assert [one["answered"] for one in told["points"]] == [True, False]
    # Another window's screen, and one that shows another case, have nothing of it.
    await clerk.put("/api/v1/window/mirror", {"case": None, "task": "wait"})
    assert (await screen.get("/api/v1/screen"))[1]["case"] is None


async def test_what_lapsed_is_told_at_the_window_and_to_whoever_holds_the_paper(
    clerk, sign_in, k, city, clock
):
    publish_lapsing(Desk(k, city), "SK-001")
    case = await t.filled(clerk)
    path = f"/api/v1/cases/{case}"
    item = (await shown(clerk, case))["case"]["item"]
    assert (item["supplement_days"], item["lapses"]) == (TERM, "《示范市政务服务条例》第三十六条")
    t.done(await clerk.post(f"{path}/notice", {"points": [POINT]}))
    assert (await shown(clerk, case))["notices"]["notice"]["days"] == TERM
    paper = t.done(await clerk.post(f"{path}/papers", {"paper": "one_time_notice"}))
    words = "".join(text_of(await (await clerk.client.get(paper["url"])).read()).split())
    assert "逾期未补正的，依据《示范市政务服务条例》第三十六条视为撤回申请" in words
    t.done(await clerk.send(f"{path}/notice-receipt", t.still()))
    for days, lapsed in ((3, ()), (60, (case,))):
        clock.advance(days * 86_400_000)
        assert k.writer.run_sync(lapse_cases, LapseCases(), actor=SYSTEM) == lapsed
    clerk = await sign_in("clerk1", "bank/1")  # the session ended meanwhile
    page = (await shown(clerk, case))["case"]
    assert page["state"] == "lapsed"
    _, today = await clerk.get("/api/v1/window/lists/today")
    assert [(one["case_id"], one["state"]) for one in today["cases"]] == [(case, "lapsed")]
    _, work = await clerk.get("/api/v1/window/counts")
    assert work["counts"]["supplement"] == 0
    form = {"number": page["number"], "code": short_code(k.keys.case_key(case), case)}
    told = await (await clerk.client.post("/q", data=form)).text()
    assert "逾期未补正，视为撤回" in told


async def test_the_paper_is_handed_over_once_however_often_it_is_sent(clerk, listed):
    path = f"/api/v1/cases/{listed}/notice-receipt"
    for _ in range(2):  # the answer was lost
        answer = await clerk.client.post(
            path, data=t.still(), headers={"Idempotency-Key": "one-paper"}
        )
        assert answer.status == 200, await answer.text()
    status, refused = await clerk.send(path, t.still())
    assert (status, refused["code"]) == (409, "C-66")


async def test_a_clerk_tells_it_before_acceptance_and_only_once(clerk):
    case = await t.opened(clerk, "SB-002")
    path = f"/api/v1/cases/{case}"
    listed = t.done(await clerk.post(f"{path}/notice", {"points": [POINT], "days": 5}))
    assert (listed["state"], listed["round"]) == ("supplement_required", 1)
    t.done(await clerk.send(f"{path}/notice-receipt", t.still()))
    t.done(await clerk.post(f"{path}/supplement", {"answers": [{"number": 1, "words": "好"}]}))
    assert (await shown(clerk, case))["case"]["state"] == "draft"
    status, refused = await clerk.post(f"{path}/notice", {"points": [POINT]})
    assert (status, refused["code"]) == (409, "C-61")
    t.done(await clerk.post(f"{path}/second-notice", {"reason": "又缺一页"}))
    assert (await shown(clerk, case))["notices"]["further_notice"] == "asked"


async def test_another_outlet_finds_no_such_case(sign_in, listed):
    stranger = await sign_in("clerk3", "community/1")
    path = f"/api/v1/cases/{listed}"
    for answered in (
        await stranger.post(f"{path}/notice", {"points": [POINT]}),
        await stranger.post(f"{path}/second-notice", {"reason": "x"}),
        await stranger.post(f"{path}/supplement", {}),
        await stranger.send(f"{path}/notice-receipt", t.still()),
    ):
        assert (answered[0], answered[1]["code"]) == (404, "K-02")


async def test_the_withdrawn_list_names_what_was_given_back(clerk, listed):
    path = f"/api/v1/cases/{listed}/withdrawal"
    wrong = {"method": "original_seen", "given_back": ["nothing"]}
    status, refused = await clerk.post(path, wrong)
    assert (status, refused["code"]) == (422, "K-01")
    t.done(await clerk.post(path, {"method": "original_seen", "given_back": ["id_card"]}))
    assert (await shown(clerk, listed))["case"]["state"] == "withdrawn"
