"""单据 at the window: which paper the case has when, reprints, and the same bytes for the same copy."""

import hashlib
import io
from dataclasses import replace

import pikepdf
import pytest
from sqlalchemy import select, update

from audit.entry import Entry
from casework.actions.print_paper import PrintPaper, print_paper
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.take_case import TakeCase, take_case
from casework.actor import SYSTEM
from casework.errors import VersionConflict
from casework.model.paper import PaperKind, PaperSize
from casework.model.supplement import NoticePoint, NoticeReason
from casework.store import schema_log as log
from casework.store.case_rows import load_case
from casework.store.schema_paper import paper_template
from casework.store.tx import Tx
from casework.views.papers import kept_copy
from casework.views.sealed_values import sealed_fields
from outlet_client.keys import OUTLET
from portal.papers.city_templates import SHIPPED, load_templates
from portal.papers.press import PaperPress
from portal.papers.seal import WetStamp
from scenes import counter as t
from scenes.paper_text import text_of


def words_of(paper: bytes) -> str:
    return "".join(text_of(paper).split())


async def listed(clerk, case: str) -> dict[str, dict]:
    _, answer = await clerk.get(f"/api/v1/cases/{case}/papers")
    return {one["paper"]: one for one in answer["papers"]}


async def printed(clerk, case: str, paper: str, **more: str) -> bytes:
    answer = t.done(await clerk.post(f"/api/v1/cases/{case}/papers", {"paper": paper, **more}))
    return await (await clerk.client.get(answer["url"])).read()


def entries(k, case: str) -> list[Entry]:
    with k.store.reading() as conn:
        bodies = conn.scalars(
            select(log.entry.c.body)
            .where(log.entry.c.chain == f"case:{case}", log.entry.c.type == "desk.paper.printed")
            .order_by(log.entry.c.seq)
        )
        return [Entry.decode(body) for body in bodies]


async def test_the_case_has_each_paper_in_its_time(clerk, screen, hall):
    case = await t.filled(clerk)
    assert await listed(clerk, case) == {}
    status, refused = await clerk.post(
        f"/api/v1/cases/{case}/papers", {"paper": "acceptance_receipt"}
    )
    assert (status, refused["code"]) == (409, "C-80")
    case = await t.accepted(clerk, screen)
    assert set(await listed(clerk, case)) == {"acceptance_receipt"}
    for early in ("decision", "delivery_receipt", "next_steps"):
        status, refused = await clerk.post(f"/api/v1/cases/{case}/papers", {"paper": early})
        assert (status, refused["code"]) == (409, "C-80")
    hall.approve(case)
    assert set(await listed(clerk, case)) == {
        "acceptance_receipt",
        "decision",
        "delivery_receipt",
        "next_steps",
    }
    assert "准予办理决定书" in words_of(await printed(clerk, case, "decision"))
    assert "送达回证" in words_of(await printed(clerk, case, "delivery_receipt"))
    assert "办事明白纸" in words_of(await printed(clerk, case, "next_steps"))


async def test_what_is_closed_at_the_window_has_a_paper_of_its_result_and_no_decision(clerk):
    case = await t.filled(clerk, "SB-005")
    path = f"/api/v1/cases/{case}"
    t.done(await clerk.post(f"{path}/accept", {"road": "window"}))
    t.done(await clerk.post(f"{path}/completion"))
    assert set(await listed(clerk, case)) == {"acceptance_receipt", "decision", "next_steps"}
    text = words_of(await printed(clerk, case, "decision"))
    assert "办理结果告知书" in text
    for words in ("准予", "不予", "存证编号"):
        assert words not in text


async def test_a_refused_case_has_a_decision_with_remedies_and_no_next_steps(clerk, screen, hall):
    case = await t.accepted(clerk, screen)
    hall.refuse(case)
    assert set(await listed(clerk, case)) == {
        "acceptance_receipt",
        "decision",
        "delivery_receipt",
    }
    text = words_of(await printed(clerk, case, "decision"))
    for words in ("不予办理决定书", "不符合", "Thedataonfilesayotherwise.", "行政复议"):
        assert words in text


async def test_what_stands_on_it_is_the_case_with_numbers_masked(clerk, screen, k):
    case = await t.accepted(clerk, screen)
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    text = words_of(await printed(clerk, case, "acceptance_receipt"))
    assert page["case"]["number"] in text
    assert "群众甲" in text
    assert "示范市人力资源和社会保障局" in text
    assert t.APPLICANT["id_number"] not in text
    assert t.APPLICANT["phone"] not in text
    for slot in page["case"]["materials"]:
        assert ("".join(slot["name"].split()) in text) is slot["enough"]


async def test_the_receiver_stands_on_the_delivery_receipt(clerk, screen, hall):
    case = await t.accepted(clerk, screen)
    hall.approve(case)
    before = words_of(await printed(clerk, case, "delivery_receipt"))
    assert "经核对身份" not in before
    agent = {"name": "群众乙", "id_number": t.APPLICANT["id_number"]}
    body = {
        "receiver": "agent",
        "method": "original_seen",
        "agent": agent,
        "authority_seen": True,
    }
    t.done(await clerk.post(f"/api/v1/cases/{case}/receiver", body))
    after = words_of(await printed(clerk, case, "delivery_receipt"))
    assert "领取人：群众乙（代收）" in after
    assert "补打第2份" in after


async def test_a_second_copy_is_a_reprint_and_every_copy_stays_as_it_was(clerk, screen, hall, k):
    case = await t.accepted(clerk, screen)
    path = f"/api/v1/cases/{case}/papers"
    assert (await clerk.client.get(f"{path}/acceptance_receipt/0/1.pdf")).status == 404
    first = await printed(clerk, case, "acceptance_receipt")
    second = await printed(clerk, case, "acceptance_receipt", size="ticket")
    assert "补打" not in words_of(first)
    assert "补打第2份" in words_of(second)
    hall.approve(case)
    for copy, paper in enumerate((first, second), start=1):
        again = await clerk.client.get(f"{path}/acceptance_receipt/0/{copy}.pdf")
        assert await again.read() == paper
        assert again.headers["Cache-Control"] == "private, no-store"
    assert (await clerk.client.get(f"{path}/acceptance_receipt/0/3.pdf")).status == 404
    assert (await clerk.client.get(f"{path}/no_such_paper/0/1.pdf")).status == 404
    assert (await listed(clerk, case))["acceptance_receipt"]["copies"] == 2
    # Each kind counts for itself.
    assert "补打" not in words_of(await printed(clerk, case, "decision"))
    with pikepdf.open(io.BytesIO(second)) as pdf:
        assert round(float(pdf.pages[0].MediaBox[2])) == 227


async def test_the_entry_tells_kind_template_copy_and_commits_to_the_bytes(clerk, screen, k):
    case = await t.accepted(clerk, screen)
    paper = await printed(clerk, case, "acceptance_receipt")
    (entry,) = entries(k, case)
    with k.store.reading() as conn:
        kept = kept_copy(conn, k.keys, load_case(conn, case), PaperKind.ACCEPTANCE_RECEIPT, 0, 1)
    assert set(entry.c) == {"paper", "size", "template_sha256", "content", "pdf_sha256"}
    assert set(entry.facts) <= {"copy", "case"}
    with k.store.reading() as conn:
        sealed = sealed_fields(conn, k.keys, f"case:{case}", entry.seq)
    assert (sealed["paper"], sealed["size"]) == ("acceptance_receipt", "a4")
    assert sealed["template_sha256"] == hashlib.sha256(kept.template).hexdigest()
    assert kept.pdf_sha256 == hashlib.sha256(paper).hexdigest()
    assert "群众甲" not in entry.encode().decode()


async def test_another_template_later_leaves_old_copies_as_they_were(
    clerk, screen, app, server, tmp_path
):
    case = await t.accepted(clerk, screen)
    first = await printed(clerk, case, "acceptance_receipt")
    folder = tmp_path / "city"
    folder.mkdir()
    own = (SHIPPED / "acceptance_receipt.typ").read_text(encoding="utf-8")
    changed = own.replace('title: "受理回执"', 'title: "受理通知书"')
    (folder / "acceptance_receipt.typ").write_text(changed, encoding="utf-8")
    _swap(app, load_templates(folder))
    url = f"/api/v1/cases/{case}/papers/acceptance_receipt/0/1.pdf"
    assert await (await clerk.client.get(url)).read() == first
    assert "受理通知书" in words_of(await printed(clerk, case, "acceptance_receipt"))
    (folder / "acceptance_receipt.typ").write_text("#panic()")
    _swap(app, load_templates(folder))
    status, refused = await clerk.post(
        f"/api/v1/cases/{case}/papers", {"paper": "acceptance_receipt"}
    )
    assert (status, refused["code"]) == (503, "C-81")
    assert (await listed(clerk, case))["acceptance_receipt"]["copies"] == 2


def _swap(app, templates) -> None:
    """Another start of the desk with these templates."""
    app._state[OUTLET] = replace(app[OUTLET], papers=PaperPress(templates, WetStamp()))


async def test_a_copy_that_would_come_out_otherwise_is_refused(clerk, screen, k):
    case = await t.accepted(clerk, screen)
    await printed(clerk, case, "acceptance_receipt")

    def another_machine(tx: Tx, _command: None) -> None:
        source = bytes(tx.conn.scalar(select(paper_template.c.source)) or b"")
        other = source.replace("受理回执".encode(), "受理回单".encode())
        tx.conn.execute(update(paper_template).values(source=other))

    k.writer.run_sync(another_machine, None, actor=SYSTEM)
    answer = await clerk.client.get(f"/api/v1/cases/{case}/papers/acceptance_receipt/0/1.pdf")
    assert (answer.status, (await answer.json())["code"]) == (409, "C-82")


async def test_pressing_again_for_a_lost_answer_prints_once(clerk, screen, k):
    case = await t.accepted(clerk, screen)
    path, body = f"/api/v1/cases/{case}/papers", {"paper": "acceptance_receipt"}
    key = {"headers": {"Idempotency-Key": "one press"}}
    first = t.done(await clerk.post(path, body, **key))
    again = t.done(await clerk.post(path, body, **key))
    assert first == again
    assert len(entries(k, case)) == 1


async def test_of_two_windows_at_once_neither_has_the_others_number(clerk, screen, k, city):
    case = await t.accepted(clerk, screen)
    await printed(clerk, case, "acceptance_receipt")
    kind = PaperKind.ACCEPTANCE_RECEIPT
    late = PrintPaper(case, kind, PaperSize.A4, 0, 1, {"a": "b"}, b"x", "0" * 64)
    actor = replace(city.actors["clerk1"], window=city.windows["bank/1"])
    with pytest.raises(VersionConflict):
        k.writer.run_sync(print_paper, late, actor=actor)
    assert len(entries(k, case)) == 1


async def test_nobody_prints_the_papers_of_another_outlet(clerk, screen, sign_in):
    case = await t.accepted(clerk, screen)
    await printed(clerk, case, "acceptance_receipt")
    elsewhere = await sign_in("clerk3", "community/1")
    path = f"/api/v1/cases/{case}/papers"
    assert (await elsewhere.client.get(path)).status == 404
    assert (await elsewhere.client.get(f"{path}/acceptance_receipt/0/1.pdf")).status == 404
    status, _ = await elsewhere.post(path, {"paper": "acceptance_receipt"})
    assert status == 404
    status, _ = await screen.post(path, {"paper": "acceptance_receipt"})
    assert status in {401, 403}


@pytest.mark.parametrize(
    "body", [{"paper": "x"}, {"paper": "decision", "size": "a3"}, {}, {"paper": "decision", "x": 1}]
)
async def test_what_is_no_paper_is_refused(clerk, screen, body):
    case = await t.accepted(clerk, screen)
    status, refused = await clerk.post(f"/api/v1/cases/{case}/papers", body)
    assert (status, refused["code"]) == (422, "K-01")


async def test_a_size_that_a_paper_does_not_have_is_refused(clerk, screen, hall):
    case = await t.accepted(clerk, screen)
    hall.approve(case)
    body = {"paper": "decision", "size": "ticket"}
    status, refused = await clerk.post(f"/api/v1/cases/{case}/papers", body)
    assert (status, refused["code"]) == (409, "C-80")


async def test_the_one_time_notice_has_every_point_and_where_to_bring_it(clerk, screen):
    case = await t.filled(clerk)
    points = [
        {"target": "identity", "reason": "other", "words": "照片不清楚。", "bring": "身份证原件"},
        {"target": "general", "reason": "statement_needed", "words": "请说明住址。", "bring": ""},
    ]
    body = {"points": points, "days": 15}
    assert "one_time_notice" not in await listed(clerk, case)
    t.done(await clerk.post(f"/api/v1/cases/{case}/notice", body))
    assert set(await listed(clerk, case)) == {"one_time_notice"}
    text = words_of(await printed(clerk, case, "one_time_notice"))
    for words in ("一次性告知书", "身份核验", "照片不清楚。", "身份证原件", "请说明住址。"):
        assert words in text
    assert "15个工作日" in text
    assert "补打" not in text
    assert "补打第2份" in words_of(await printed(clerk, case, "one_time_notice", size="ticket"))
    status, refused = await clerk.post(
        f"/api/v1/cases/{case}/papers", {"paper": "supplement_notice"}
    )
    assert (status, refused["code"]) == (409, "C-80")


async def test_the_supplement_notice_is_the_reviewers(clerk, screen, k, city):
    case = await t.accepted(clerk, screen)
    reviewer = city.actors["reviewer2"]
    k.writer.run_sync(take_case, TakeCase(case), actor=reviewer)
    point = NoticePoint("general", NoticeReason.PROOF_NEEDED, "请补充居住证明。", "居住证")
    k.writer.run_sync(require_supplement, RequireSupplement(case, (point,), 10), actor=reviewer)
    assert set(await listed(clerk, case)) == {"acceptance_receipt", "supplement_notice"}
    text = words_of(await printed(clerk, case, "supplement_notice"))
    for words in ("补正告知书", "请补充居住证明。", "居住证", "10个工作日", "正在审核"):
        assert words in text
