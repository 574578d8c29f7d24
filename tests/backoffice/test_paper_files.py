"""Printed papers read in the hall: by the reviewer, and under a purpose by duty lead and auditor."""

import pytest

from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.model.paper import PaperKind
from casework.model.supplement import NoticePoint, NoticeReason
from scenes.case_scene import DESK_ITEM
from scenes.printed_paper import a_paper

HTML = {"Accept": "text/html"}
KIND = PaperKind.DECISION


@pytest.fixture
def case_id(house):
    return house.decided(DESK_ITEM)


@pytest.fixture
def papers(house, case_id) -> list[bytes]:
    return [a_paper(house.kernel, case_id, KIND, house.desk.clerk) for _ in range(2)]


async def code_of(answer):
    return answer.status, (await answer.json())["code"]


def path_of(room: str, case_id: str, copy: int, kind: str = "decision") -> str:
    return f"/api/v1/{room}/cases/{case_id}/papers/{kind}/0/{copy}.pdf"


async def test_a_reviewer_reads_the_very_copies_of_a_case_in_his_scope(
    client, sign_in, house, case_id, papers
):
    await sign_in("reviewer", "reviewer1")
    shown = await (await client.get(f"/api/v1/review/cases/{case_id}")).json()
    assert [(one["kind"], one["count"]) for one in shown["papers"]] == [("decision", 2)]
    for copy, paper in enumerate(papers, start=1):
        answer = await client.get(path_of("review", case_id, copy))
        assert (answer.content_type, await answer.read()) == ("application/pdf", paper)
        assert answer.headers["Cache-Control"] == "no-store"
    for missing in (path_of("review", case_id, 3), path_of("review", case_id, 1, "no_such")):
        assert await code_of(await client.get(missing)) == (404, "K-02")
    draft = house.desk.filled(DESK_ITEM)
    assert await code_of(await client.get(path_of("review", draft, 1))) == (404, "K-02")
    assert await code_of(await client.get(path_of("audit", case_id, 1))) == (403, "P-02")


@pytest.mark.parametrize(
    ("login", "room", "page"),
    [("lead", "lead", "/lead/cases"), ("auditor", "audit", "/audit/cases")],
)
async def test_lead_and_auditor_read_them_under_a_purpose(
    client, sign_in, case_id, papers, login, room, page
):
    await sign_in(room.replace("audit", "auditor"), login)
    path = path_of(room, case_id, 2)
    assert await code_of(await client.get(f"{path}?viewing=1")) == (403, "B-01")
    opened = await client.post(
        f"{page}/{case_id}", data={"purpose": "督办超期办件"}, allow_redirects=False
    )
    told = await (await client.get(opened.headers["Location"], headers=HTML)).text()
    viewing = opened.headers["Location"].partition("viewing=")[2]
    link = f"{path}?viewing={viewing}"
    assert link in told
    assert await (await client.get(link)).read() == papers[1]
    elsewhere = await client.get(f"{path}?viewing={int(viewing) - 1}")
    assert await code_of(elsewhere) == (403, "B-01")


async def test_the_auditor_sees_what_the_citizen_was_told_to_supply(client, sign_in, house):
    case_id = house.desk.in_review(DESK_ITEM)
    point = NoticePoint("general", NoticeReason.PROOF_NEEDED, "请补充居住证明。", "居住证")
    house.run(require_supplement, RequireSupplement(case_id, (point,), 10), house.reviewer)
    await sign_in("auditor", "auditor")
    opened = await client.post(
        f"/audit/cases/{case_id}", data={"purpose": "例行抽查"}, allow_redirects=False
    )
    page = await (await client.get(opened.headers["Location"], headers=HTML)).text()
    for words in (
        "告知群众补正的内容",
        "尚未送达",
        "请补充居住证明。",
        "请带来：居住证",
        "10 个工作日",
    ):
        assert words in page, words
