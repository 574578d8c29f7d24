"""A case through the counter's interface, and what each guard answers there."""

import pytest

from scenes import counter as t


async def test_a_case_goes_from_the_first_click_to_the_rating(clerk, screen, hall):
    case = await t.accepted(clerk, screen)
    hall.approve(case)
    path = f"/api/v1/cases/{case}"

    _, work = await clerk.get("/api/v1/window/counts")
    assert work["counts"]["results"] == 1
    status, _ = await clerk.post(f"{path}/receiver", {"method": "original_seen"})
    assert status == 200
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "receipt"})
    status, _ = await screen.send(f"{path}/receipt-signature", t.still(300, 120, "PNG"))
    assert status == 200
    _, page = await clerk.get(path)
    assert page["receipt_signed"] is True
    assert (await clerk.post(f"{path}/issue"))[1]["state"] == "issued"
    assert (await clerk.post(f"{path}/completion"))[1]["state"] == "completed"
    # Closed, and still on her screen: she rates it by her own input.
    status, _ = await screen.post(f"{path}/rating", {"level": 5, "reasons": ["quick"]})
    assert status == 200
    _, page = await clerk.get(path)
    assert page["case"]["moments"]["rated_ms"] is not None
    assert [slot["enough"] for slot in page["case"]["materials"] if slot["required"]] == [True]


async def test_who_signed_for_receipt_is_who_was_checked_last(clerk, screen, hall, clock):
    case = await t.accepted(clerk, screen)
    hall.approve(case)
    path, picture = f"/api/v1/cases/{case}", t.still(300, 120, "PNG")
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "receipt"})
    status, problem = await screen.send(f"{path}/receipt-signature", picture)
    assert (status, problem["code"]) == (409, "C-29"), (
        "nobody signs before it is known who receives"
    )

    await clerk.post(f"{path}/receiver", {"method": "original_seen"})
    assert (await screen.send(f"{path}/receipt-signature", picture))[0] == 200
    clock.advance(1_000)
    agent = {"name": "群众乙", "id_number": t.APPLICANT["id_number"]}
    said = {"receiver": "agent", "agent": agent, "authority_seen": True, "method": "original_seen"}
    assert (await clerk.post(f"{path}/receiver", said))[0] == 200
    assert (await clerk.get(path))[1]["receipt_signed"] is False
    assert (await clerk.post(f"{path}/issue"))[0] == 422
    assert (await screen.send(f"{path}/receipt-signature", picture))[0] == 200
    assert (await clerk.post(f"{path}/issue"))[1]["state"] == "issued"


@pytest.mark.parametrize(
    ("road", "code"),
    [("desk", "C-04"), ("call", "C-04"), ("window", "C-32")],
)
async def test_acceptance_says_what_it_lacks_first(clerk, road, code):
    case = await t.opened(clerk)
    status, problem = await clerk.post(f"/api/v1/cases/{case}/accept", {"road": road})
    assert (problem["code"], status // 100) == (code, 4)
    assert problem["title"]
    assert problem["trace_id"]


async def test_each_missing_step_has_its_own_code(clerk, screen):
    case = await t.opened(clerk)
    path = f"/api/v1/cases/{case}"

    async def refusal():
        return (await clerk.post(f"{path}/accept", {"road": "desk"}))[1]["code"]

    await clerk.post(f"{path}/identity", {"method": "original_seen", "applicant": t.APPLICANT})
    assert (await clerk.post(f"{path}/read-back"))[1]["code"] == "C-05"
    assert await refusal() == "C-05"
    values = {"reason": "遗失补卡", "bank": "城关支行", "contact_phone": "13800000000"}
    await clerk.post(f"{path}/form", {"values": values})
    assert await refusal() == "C-06"
    await clerk.send(f"{path}/materials/id_card?source=still", t.still(50, 50))
    assert await refusal() == "C-06"  # the card has another side
    await clerk.send(f"{path}/materials/id_card?source=upload&page=2", t.still(50, 50))
    assert await refusal() == "C-06"  # a copy nobody compared with the original
    _, page = await clerk.get(path)
    slot = page["case"]["materials"][0]
    assert (slot["pages"], slot["good_pages"], slot["enough"]) == (2, [1], False)
    check = {"check": "good", "original_seen": True}
    address = f"{path}/materials/{slot['versions'][0]['id']}/check"
    assert (await clerk.post(address, check))[0] == 200
    assert await refusal() == "C-07"
    _, sheet = await clerk.post(f"{path}/read-back")
    await clerk.post(f"{path}/form", {"values": {"bank": "河东支行"}})
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "read_back"})
    picture = t.still(50, 50, "PNG")
    _, problem = await screen.send(f"{path}/signature?digest={sheet['digest']}", picture)
    assert problem["code"] == "C-08"
    assert (await clerk.post(f"{path}/issue-nothing"))[0] == 404


async def test_wrong_values_name_their_field_and_lose_nothing(clerk):
    case = await t.opened(clerk)
    path = f"/api/v1/cases/{case}"
    wrong = {**t.APPLICANT, "id_number": "990000198001010011"}
    status, problem = await clerk.post(
        f"{path}/identity", {"method": "original_seen", "applicant": wrong}
    )
    assert (status, problem["code"], problem["details"]["field"]) == (422, "K-01", "id_number")
    status, problem = await clerk.post(f"{path}/form", {"values": {"contact_phone": "1380"}})
    assert problem["details"]["field"] == "contact_phone"
    status, problem = await clerk.post(f"{path}/form", {"values": {"nothing": "x"}})
    assert problem["details"]["field"] == "nothing"
    status, problem = await clerk.post(f"{path}/form", {"valeus": {}})
    assert (status, problem["code"]) == (422, "K-01")


async def test_what_a_body_leaves_out_keeps_its_value(clerk):
    case = await t.filled(clerk)
    path = f"/api/v1/cases/{case}"
    again = {"method": "id_reader", "applicant": {"phone": "13900000000"}}
    assert (await clerk.post(f"{path}/identity", again))[0] == 200
    _, shown = await clerk.post(f"{path}/reveal/applicant.id_number")
    assert shown["value"] == t.APPLICANT["id_number"]
    _, shown = await clerk.post(f"{path}/reveal/applicant.phone")
    assert shown["value"] == "13900000000"


async def test_pages_carry_no_plain_number(clerk):
    case = await t.filled(clerk)
    answer = await clerk.client.get(f"/api/v1/cases/{case}")
    text = await answer.text()
    assert t.APPLICANT["id_number"] not in text
    assert t.APPLICANT["phone"] not in text
    assert answer.headers["Cache-Control"] == "no-store"
    _, lists = await clerk.get("/api/v1/window/lists/drafts")
    assert lists["cases"][0]["applicant"] == "群*甲"


async def test_an_act_repeated_under_its_key_is_done_once(clerk):
    headers = {"Idempotency-Key": "key-1"}
    _, first = await clerk.post("/api/v1/cases", {"item": "SK-001"}, headers=headers)
    _, again = await clerk.post("/api/v1/cases", {"item": "SK-001"}, headers=headers)
    assert again["case_id"] == first["case_id"]
    _, other = await clerk.post("/api/v1/cases", {"item": "SB-001"}, headers=headers)
    assert other["code"] == "K-05"


async def test_a_stale_page_is_told_so(clerk):
    case = await t.opened(clerk)
    path = f"/api/v1/cases/{case}"
    identity = {"method": "original_seen", "applicant": t.APPLICANT, "version": 1}
    assert (await clerk.post(f"{path}/identity", identity))[0] == 200
    status, problem = await clerk.post(f"{path}/identity", identity)
    assert (status, problem["code"]) == (409, "K-04")


async def test_an_instant_item_is_closed_at_the_window(clerk):
    case = await t.filled(clerk, "SB-005")
    path = f"/api/v1/cases/{case}"
    assert (await clerk.post(f"{path}/accept", {"road": "window"}))[0] == 200
    assert (await clerk.post(f"{path}/completion"))[1]["state"] == "completed"


async def test_withdrawal_asks_who_withdraws(clerk):
    case = await t.filled(clerk)
    path = f"/api/v1/cases/{case}/withdrawal"
    _, problem = await clerk.post(path, {"reason": "不办了"})
    assert problem["details"]["field"] == "method"
    _, done = await clerk.post(path, {"method": "original_seen", "reason": "不办了"})
    assert done["state"] == "withdrawn"


async def test_a_refusal_is_issued_with_its_reasons(clerk, screen, hall):
    case = await t.accepted(clerk, screen)
    hall.refuse(case)
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    decision = page["case"]["decision"]
    assert decision["reasons"] == ["conditions_not_met"]
    assert decision["remedy"] == "reconsideration_or_lawsuit"
    path = f"/api/v1/cases/{case}"
    assert (await clerk.post(f"{path}/completion"))[1]["code"] == "C-37"
    _, problem = await clerk.send(f"{path}/paper-issue", t.still(60, 60))
    assert problem["code"] == "C-29"
    agent = {"method": "original_seen", "receiver": "agent"}
    assert (await clerk.post(f"{path}/receiver", agent))[1]["details"]["field"] == "agent"
    agent |= {"agent": {**t.APPLICANT, "name": "代办人乙"}}
    _, problem = await clerk.post(f"{path}/receiver", agent)
    assert problem["details"]["field"] == "authority_seen"
    await clerk.post(f"{path}/receiver", {**agent, "authority_seen": True})
    _, problem = await clerk.post(f"{path}/issue")
    assert problem["details"]["field"] == "receipt"
    _, done = await clerk.send(f"{path}/paper-issue", t.still(60, 60))
    assert done["state"] == "issued"
    # From the clerk's page it counts, flagged; and only once.
    assert (await clerk.post(f"{path}/rating", {"level": 3}))[0] == 200
    assert (await clerk.post(f"{path}/rating", {"level": 3}))[1]["code"] == "C-30"
