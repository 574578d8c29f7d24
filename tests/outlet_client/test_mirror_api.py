"""What the citizen's screen is told, and what it says back."""

import pytest

from outlet_client.mirror import ScreenSaid, ScreenShow
from scenes import counter as t


async def test_typing_reaches_the_screen_masked(clerk, screen, told, city):
    case = await t.opened(clerk, "SB-001")
    typed = {
        "applicant.name": "群众甲",
        "applicant.id_number": "99000019800101",
        "form.new_account": t.CARD,
        "form.new_bank": "城关支行",
        "form.unknown": "x",
    }
    body = {"case": case, "task": "fill", "typed": typed}
    assert (await clerk.put("/api/v1/window/mirror", body))[0] == 200
    stream, show = told.messages[-1]
    assert stream == f"window:{city.windows['bank/1']}"
    assert isinstance(show, ScreenShow)
    assert show.typed == {
        "applicant.name": "群*甲",
        "applicant.id_number": "990*********01",
        "form.new_account": "9999***********0012",
        "form.new_bank": "城关支行",
    }
    _, shown = await screen.get("/api/v1/screen")
    assert shown["show"]["typed"] == show.typed
    assert shown["case"]["labels"]["new_bank"] == "新账户开户银行"


async def test_the_screen_shows_the_notice_as_published(screen):
    _, shown = await screen.get("/api/v1/screen")
    assert set(shown["notice"]) == {"version", "sha256", "text"}
    assert (shown["show"]["task"], shown["case"]) == ("wait", None)
    assert shown["window"]["name"] == "1号窗口"


async def test_buttons_that_are_no_acts_reach_the_clerk(clerk, screen, told):
    case = await t.opened(clerk)
    await screen.post("/api/v1/screen/said", {"case": case, "said": "mistake"})
    _, said = told.messages[-1]
    assert isinstance(said, ScreenSaid)
    assert (said.case, said.said) == (case, "mistake")
    _, problem = await screen.post("/api/v1/screen/said", {"said": "approve it"})
    assert problem["code"] == "K-01"


async def test_another_pairing_takes_the_old_screen_away(clerk, screen, sign_in):
    assert (await screen.get("/api/v1/screen"))[0] == 200
    _, issued = await clerk.post("/api/v1/window/pairing")
    assert issued["address"].endswith(f"/pair#{issued['code']}")
    assert issued["qr"].startswith("<?xml")
    newer = await sign_in()
    await newer.client.post("/pair", data={"code": issued["code"]}, allow_redirects=False)
    assert (await newer.get("/api/v1/screen"))[0] == 200
    assert (await screen.get("/api/v1/screen"))[1]["code"] == "P-01"


async def test_items_are_found_as_clerks_type(clerk):
    async def codes(query: str) -> list[str]:
        return [one["code"] for one in (await clerk.get(f"/api/v1/items?q={query}"))[1]["items"]]

    assert "SB-001" in await codes("sybxjzh")
    assert "SB-001" in await codes("shiyebaoxianjin")
    assert await codes("账号变更") == ["SB-001"]
    assert await codes("sk001") == ["SK-001"]
    assert await codes("SK-001") == ["SK-001"]
    assert await codes("%") == []
    assert await codes("_") == []
    assert (await codes("sb"))[0].startswith("SB-")
    assert len((await clerk.get("/api/v1/items"))[1]["items"]) == 6


async def test_the_items_used_most_come_first(clerk):
    for _ in range(2):
        await t.opened(clerk, "SB-009")
    await t.opened(clerk, "SK-002")
    _, answer = await clerk.get("/api/v1/items")
    assert [one["code"] for one in answer["items"]][:2] == ["SB-009", "SK-002"]


async def test_lists_hold_what_waits_at_this_window(clerk, screen, hall, sign_in):
    case = await t.accepted(clerk, screen)
    neighbour = await sign_in("clerk2", "bank/2")
    _, work = await clerk.get("/api/v1/window/counts")
    assert work["counts"] == {
        "results": 0, "returned": 0, "supplement": 0, "to_issue": 0, "drafts": 0, "in_hall": 1, "today": 1
    }  # fmt: skip
    hall.approve(case)
    _, lines = await clerk.get("/api/v1/window/lists/results")
    assert [one["case_id"] for one in lines["cases"]] == [case]
    await clerk.post(f"/api/v1/cases/{case}/receiver", {"method": "original_seen"})
    _, work = await clerk.get("/api/v1/window/counts")
    assert (work["counts"]["results"], work["counts"]["to_issue"]) == (0, 1)
    _, work = await neighbour.get("/api/v1/window/counts")
    assert not any(work["counts"].values())
    assert (await clerk.get("/api/v1/window/lists/everything"))[0] == 404


@pytest.mark.parametrize("case", ["", "x", "a\x00b", "\ud800", "01JD00000000000000000000ZZ\n"])
async def test_what_is_no_case_is_refused_and_told_to_nobody(clerk, screen, told, case):
    before = len(told.messages)
    for answered in (
        await screen.post("/api/v1/screen/said", {"said": "mistake", "case": case}),
        await clerk.put("/api/v1/window/mirror", {"task": "fill", "case": case}),
    ):
        assert (answered[0], answered[1]["code"]) == (422, "K-01")
    assert len(told.messages) == before


async def test_a_case_handed_in_for_desk_review_stays_on_the_screen_with_its_code(
    clerk, screen, hall
):
    case = await t.signed(clerk, screen)
    t.done(await clerk.post(f"/api/v1/cases/{case}/accept", {"road": "desk"}))
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "wait"})
    _, shown = await screen.get("/api/v1/screen")
    assert (shown["case"]["state"], shown["case"]["road"]) == ("accepted", "desk")
    assert shown["case"]["promised_days"] > 0
    assert shown["case"]["code"]
    assert shown["case"]["number"]


async def test_a_refusal_is_told_with_its_reasons_and_its_remedy(clerk, screen, hall):
    case = await t.signed(clerk, screen)
    t.done(await clerk.post(f"/api/v1/cases/{case}/accept", {"road": "desk"}))
    hall.refuse(case)
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "wait"})
    told = (await screen.get("/api/v1/screen"))[1]["case"]
    assert (told["state"], told["outcome"]) == ("handed_back", "refused")
    assert told["reasons"] == ["不符合本事项的办理条件"]
    assert told["text"] == "The data on file say otherwise."
    assert "60 日" in told["remedy"]
    assert "6 个月" in told["remedy"]
