"""A case is found by what stands on its papers: number and short code, at any window and by telephone."""

import re

from casework.model.short_code import is_code_of, short_code
from scenes import counter as t


def test_the_short_code_is_read_as_it_is_written_by_hand():
    key = b"k" * 32
    code = short_code(key, "01M7ZY6A6P5F2J1ZN4VHEM1TNH")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    assert is_code_of(f" {code.lower().replace('-', ' ')}", key, "01M7ZY6A6P5F2J1ZN4VHEM1TNH")
    assert not is_code_of(code, b"l" * 32, "01M7ZY6A6P5F2J1ZN4VHEM1TNH")


async def test_any_window_looks_a_case_up_by_its_paper(clerk, sign_in, k):
    case = await t.filled(clerk)
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    number = page["case"]["number"]
    code = short_code(k.keys.case_key(case), case)
    elsewhere = await sign_in("clerk3", "community/1")
    paper = {"number": f"{number[:8]} {number[8:]}", "code": code.lower()}
    status, found = await elsewhere.post("/api/v1/enquiries", paper)
    assert (status, found["state"], found["item"]) == (200, "draft", "社会保障卡补换")
    assert "applicant" not in found
    for wrong in ({"number": number, "code": "0000-0000"}, {"number": "1", "code": code}):
        assert (await elsewhere.post("/api/v1/enquiries", wrong))[1]["code"] == "K-02"
    for _ in range(10):
        _, last = await elsewhere.post("/api/v1/enquiries", {"number": number, "code": "X"})
    assert last["code"] == "P-06"


async def test_the_code_on_a_paper_leads_to_a_page_without_a_name(clerk, screen, hall, k):
    case = await t.accepted(clerk, screen)
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    number, code = page["case"]["number"], short_code(k.keys.case_key(case), case)
    stranger = clerk.client
    stranger.session.cookie_jar.clear()
    asked = await stranger.get(f"/q/{number}")
    assert (asked.status, number in await asked.text()) == (200, True)
    told = await (await stranger.post("/q", data={"number": number, "code": code})).text()
    assert 'data-state="accepted"' in told
    assert "群众甲" not in told
    assert t.APPLICANT["id_number"][-4:] not in told
    wrong = await stranger.post("/q", data={"number": number, "code": "0000-0000"})
    assert wrong.status == 404
    assert number in await wrong.text()
    for _ in range(11):
        last = await stranger.post("/q", data={"number": number, "code": "0000-0000"})
    assert last.status == 429
