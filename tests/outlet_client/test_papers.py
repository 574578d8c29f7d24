"""The receipt: its words are really in the PDF, and the same facts give the same bytes."""

import dataclasses
import io
import re
from pathlib import Path

import pikepdf
import pytest

from casework.model.case import Outcome
from casework.model.decision import RefusalReason, Remedy
from outlet_client.papers.receipt import ReceiptFacts, receipt_pdf
from outlet_client.papers.short_code import is_code_of, short_code
from outlet_client.papers.typesetting import PaperError, set_paper
from scenes import counter as t
from scenes.paper_text import text_of

FACTS = ReceiptFacts(
    number="2026112100000116",
    code="K3F7-9QXM",
    item="失业保险金账号变更",
    result="失业保险金账号变更确认单",
    outcome=Outcome.APPROVED,
    applicant="群众甲",
    id_number="990*************12",
    organisation="",
    outlet="示范银行第一支行",
    window="1号窗口",
    clerk="101",
    reviewer="02",
    transaction_number="YW20261121000123",
    changes=(("待遇发放账号", "6222****0002", "6222****0010"),),
    reasons=(),
    text="",
    remedy=None,
    follow_up=("新账户自下一个发放日起使用。",),
    accepted_ms=1_795_000_000_000,
    decided_ms=1_795_000_600_000,
    copy=1,
    printed_ms=1_795_001_000_000,
)


def made(facts: ReceiptFacts = FACTS, base: str = "") -> bytes:
    return receipt_pdf(facts, organisation="示范市人力资源和社会保障局", public_base_url=base)


def test_the_words_are_in_the_text_layer():
    text = text_of(made())
    for words in (
        "办理结果回执", FACTS.number, FACTS.code, FACTS.item, "群众甲", "已核准", "盖章处",
        FACTS.transaction_number, "6222****0010", "领取人签名", FACTS.follow_up[0], "审核员02号",
        "2026年11月",
    ):  # fmt: skip
        assert words.replace(" ", "") in text.replace(" ", ""), words
    assert "补打" not in text


def test_the_same_facts_give_the_same_bytes_and_others_do_not():
    assert made() == made()
    assert made() != made(dataclasses.replace(FACTS, copy=2))


def test_the_code_beside_the_line_leads_to_the_page_where_there_is_one():
    logged = dataclasses.replace(FACTS, log_line=f"hall.example/log 123456 {'ab' * 32}")
    plain = made(logged)
    leading = receipt_pdf(
        logged, organisation="", public_base_url="", public_log_url="https://log.hall.example"
    )
    assert "扫码核对" not in text_of(plain)
    assert "扫码核对" in text_of(leading)
    for paper in (plain, leading):
        with pikepdf.open(io.BytesIO(paper)) as pdf:
            assert len(pdf.pages) == 1


def test_a_reprint_says_so():
    assert "补打·第2份" in text_of(made(dataclasses.replace(FACTS, copy=2))).replace(" ", "")


def test_a_refusal_tells_reasons_and_remedy():
    refused = dataclasses.replace(
        FACTS,
        outcome=Outcome.REFUSED,
        transaction_number="",
        changes=(),
        reasons=(RefusalReason.DATA_CONTRADICTS,),
        text="系统登记的领取期已经结束。",
        remedy=Remedy.RECONSIDERATION_OR_LAWSUIT,
    )
    text = text_of(made(refused))
    assert "不予核准" in text
    assert "系统登记的领取期已经结束。" in text
    assert "行政复议" in text
    assert FACTS.result not in text
    assert "不予核准决定书" in text
    assert FACTS.follow_up[0] not in text  # what comes after an approval


def test_the_place_in_the_log_stands_where_it_is_known():
    line = f"example.org/log 1234567 {'0123456789abcdef' * 4}"
    assert "存证编号" not in text_of(made())
    text = text_of(made(dataclasses.replace(FACTS, log_line=line))).replace(" ", "")
    assert line.replace(" ", "") in text
    assert "存证编号" in text


def test_a_qr_stands_only_where_a_telephone_can_follow_it():
    assert "扫码查询" not in text_of(made())
    assert "扫码查询" in text_of(made(base="https://example.org"))


def test_every_paper_is_one_sheet_of_a4():
    long = dataclasses.replace(
        FACTS,
        follow_up=tuple("注意事项。" * 12 for _ in range(4)),
        log_line=f"window.example.org/log 1234567 {'0123456789abcdef' * 4}",
    )
    with pikepdf.open(io.BytesIO(made(long))) as pdf:
        box = [float(side) for side in pdf.pages[0].MediaBox]
        assert [round(side) for side in box[2:]] == [595, 842]
        assert len(pdf.pages) == 1


def test_without_the_font_nothing_is_printed(tmp_path: Path):
    """Typst would leave the Chinese out and only warn."""
    with pytest.raises(PaperError):
        set_paper("receipt.typ", {}, made_s=0)
    with pytest.raises(PaperError):
        made_without = {"words": {}, "number": "1"}
        set_paper("receipt.typ", made_without, made_s=0, fonts=tmp_path)


def test_the_short_code_is_read_as_it_is_written_by_hand():
    key = b"k" * 32
    code = short_code(key, "01M7ZY6A6P5F2J1ZN4VHEM1TNH")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code)
    assert is_code_of(f" {code.lower().replace('-', ' ')}", key, "01M7ZY6A6P5F2J1ZN4VHEM1TNH")
    assert not is_code_of(code, b"l" * 32, "01M7ZY6A6P5F2J1ZN4VHEM1TNH")


async def test_each_copy_is_taken_out_by_an_act_and_stays_the_same(clerk, screen, hall):
    case = await t.accepted(clerk, screen)
    path = f"/api/v1/cases/{case}"
    assert (await clerk.post(f"{path}/receipts"))[1]["code"] == "C-01"
    hall.approve(case)
    assert (await clerk.client.get(f"{path}/receipts/1.pdf")).status == 404
    _, first = await clerk.post(f"{path}/receipts")
    _, second = await clerk.post(f"{path}/receipts")
    assert (first["copy"], second["copy"]) == (1, 2)
    papers = [await (await clerk.client.get(one["url"])).read() for one in (first, second)]
    assert papers[0] == await (await clerk.client.get(first["url"])).read()
    assert "补打" not in text_of(papers[0])
    assert "补打" in text_of(papers[1])
    assert t.APPLICANT["id_number"] not in text_of(papers[0])
    assert "群众甲" in text_of(papers[0])
    assert (await clerk.client.get(f"{path}/receipts/3.pdf")).status == 404


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
