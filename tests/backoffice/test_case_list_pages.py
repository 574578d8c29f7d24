"""Lists of cases in the hall: filters stand in the address, refusals on the page, files are answered for."""

import csv
import io
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from audit.entry import Entry
from casework.actions.save_filter import MAX_SAVED
from casework.ids import new_id
from casework.store.reading import entries_of
from casework.views.lists.asked import asked
from portal.case_lists.csv_file import BOM, cell
from scenes.case_scene import CALL_ITEM, DESK_ITEM, an_id_number

HTML = {"Accept": "text/html"}
DOORS = [
    ("reviewer", "reviewer1", "/hall/cases"),
    ("lead", "lead", "/lead/cases"),
    ("auditor", "auditor", "/audit"),
]


@pytest.fixture
def get(client):
    async def do(path, status=200):
        answer = await client.get(path, headers=HTML)
        assert answer.status == status, await answer.text()
        return await answer.text()

    return do


@pytest.fixture
def post(client):
    async def do(path, status, **form):
        answer = await client.post(path, data=form, headers=HTML, allow_redirects=False)
        assert answer.status == status, await answer.text()
        return answer

    return do


def shown(page):
    return re.findall(r'<tr data-case="([^"]+)"', page)


@pytest.mark.parametrize(("door", "login", "path"), DOORS)
async def test_each_door_has_its_list(get, sign_in, house, door, login, path):
    accepted, draft = house.desk.accepted(DESK_ITEM), house.desk.opened(CALL_ITEM)
    await sign_in(door, login)
    seen = {accepted} if door == "reviewer" else {accepted, draft}
    assert set(shown(await get(path))) == seen
    assert shown(await get(f"{path}?state=accepted&item={DESK_ITEM}")) == [accepted]
    assert shown(await get(f"{path}?state=completed")) == []


async def test_other_doors_do_not_come_in(client, sign_in):
    await sign_in("reviewer", "reviewer1")
    for _, _, path in DOORS[1:]:
        for asked_for in (path, f"{path}/saved", f"{path}/export"):
            answer = await client.get(asked_for)
            assert answer.status in {403, 405}


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("state=x", "K-10", None),
        ("outcome=x", "K-10", "outcome"),
        ("opened_from=2026-99-99", "K-10", "opened_from"),
        ("size=1000", "K-10", None),
        ("size=00309", "K-10", None),
        (f"size=0030{'9' * 4_400}", "K-10", None),
        ("what=ever", "K-10", None),
        ("after=%21", "K-11", None),
    ],
)
async def test_a_filter_that_cannot_be_read_is_told_and_the_page_stays(
    get, sign_in, house, query, code, field
):
    house.desk.accepted(DESK_ITEM)
    await sign_in("lead", "lead")
    page = await get(f"/lead/cases?{query}", 422)
    assert code in page
    assert shown(page) == []
    assert 'name="item"' in page
    if field:
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', page)


async def test_pages_turn_by_the_address_alone(get, sign_in, house):
    ids = {house.desk.opened() for _ in range(7)}
    await sign_in("auditor", "auditor")
    found, path = [], "/audit?size=5&state=draft"
    for _ in range(2):
        page = await get(path)
        found += shown(page)
        path = "".join(re.findall(r'href="([^"]*after=[^"]*)"', page)).replace("&amp;", "&")
    assert path == ""
    assert set(found) == ids
    assert len(found) == 7


async def test_an_identity_number_never_stands_in_the_address(get, post, sign_in, house):
    case_id = house.desk.accepted(DESK_ITEM)
    await sign_in("auditor", "auditor")
    number = an_id_number()
    answer = await post("/audit/find", 303, find=f" {number[:6]} {number[6:]} ")
    location = answer.headers["Location"]
    assert number not in location
    page = await get(location)
    assert shown(page) == [case_id]
    assert number not in page
    assert 'data-action="keep-filter"' not in page
    by_number = await post("/audit/find", 303, find=house.desk.case(case_id).number)
    assert shown(await get(by_number.headers["Location"])) == [case_id]
    answer = await post("/audit/find", 422, find="nothing of the kind")
    assert "K-10" in await answer.text()


async def test_a_filter_is_kept_for_its_person_and_door(get, post, sign_in, client):
    await sign_in("lead", "lead")
    await post("/lead/cases/saved", 303, name=" 今日 退回 ", query="state=returned_to_outlet")
    page = await get("/lead/cases")
    assert 'href="/lead/cases?state=returned_to_outlet"' in page
    assert "今日 退回" in page
    await post("/lead/cases/saved", 303, name="今日 退回", query="state=accepted")
    page = await get("/lead/cases")
    assert 'href="/lead/cases?state=accepted"' in page
    assert page.count('class="list-chip"') == 1
    await sign_in("auditor", "auditor")
    assert 'class="list-chip"' not in await get("/audit")
    await post("/lead/cases/saved/remove", 303, name="今日 退回", query="")
    assert 'class="list-chip"' not in await get("/lead/cases")


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("a", "", "K-12"),
        ("a", "order=oldest", "K-12"),
        ("a", "applicant=" + "0" * 64, "K-12"),
        ("a", "state=x", "K-10"),
        ("", "state=draft", "K-01"),
        ("x" * 21, "state=draft", "K-01"),
        ("\x07", "state=draft", "K-01"),
        ("a", "&".join(f"words={'x' * 80}" for _ in range(1)) + "&what=1", "K-10"),
    ],
)
async def test_what_is_not_kept(get, post, sign_in, name, query, code):
    await sign_in("lead", "lead")
    answer = await post("/lead/cases/saved", 422, name=name, query=query)
    assert code in await answer.text()
    assert 'class="list-chip"' not in await get("/lead/cases")


async def test_a_person_keeps_only_so_many(post, sign_in):
    await sign_in("lead", "lead")
    for n in range(MAX_SAVED):
        await post("/lead/cases/saved", 303, name=f"{n}", query="state=draft")
    answer = await post("/lead/cases/saved", 422, name="more", query="state=draft")
    assert "K-12" in await answer.text()
    await post("/lead/cases/saved", 303, name="0", query="state=accepted")


async def test_an_export_is_what_the_list_shows_and_is_answered_for(get, post, sign_in, house):
    accepted, _ = house.desk.accepted(DESK_ITEM), house.desk.opened(CALL_ITEM)
    await sign_in("lead", "lead")
    query = f"state=accepted&item={DESK_ITEM}"
    answer = await post("/lead/cases/export", 200, query=query)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="cases-\d{8}\.csv"', answer.headers["Content-Disposition"]
    )
    body = await answer.read()
    assert body.startswith(b"\xef\xbb\xbf")
    assert body.endswith(b"\r\n")
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    assert rows[1][0] == house.desk.case(accepted).number
    assert "群众甲" not in body.decode()
    assert an_id_number() not in body.decode()
    told = facts_of(house)
    wanted = asked(parse_qsl(query)).filter
    assert told == [{"filter_sha256": wanted.sha256, "rows": 1, "cut": False}]


async def test_an_export_asked_for_again_is_answered_for_again(client, sign_in, house):
    """Whatever key a program sends with it: no file leaves without an entry of its own."""
    house.desk.opened()
    await sign_in("lead", "lead")
    for _ in range(2):
        answer = await client.post(
            "/lead/cases/export",
            data={"query": ""},
            headers={"Idempotency-Key": "one-and-the-same"},
        )
        assert answer.status == 200
        assert (await answer.read()).count(b"\r\n") == 2
    assert [one["rows"] for one in facts_of(house)] == [1, 1]


async def test_a_filter_that_cannot_be_read_is_not_exported(post, sign_in, house):
    await sign_in("lead", "lead")
    answer = await post("/lead/cases/export", 422, query="state=x")
    assert "K-10" in await answer.text()
    assert facts_of(house) == []


async def test_a_large_export_is_cut_and_says_so(post, sign_in, house, monkeypatch):
    for _ in range(5):
        house.desk.opened()
    monkeypatch.setattr("portal.case_lists.export.MAX_ROWS", 4)
    monkeypatch.setattr("portal.case_lists.export.AT_ONCE", 3)
    await sign_in("auditor", "auditor")
    body = await (await post("/audit/export", 200, query="")).read()
    assert body.count(b"\r\n") == 5
    assert [(one["rows"], one["cut"]) for one in facts_of(house)] == [(4, True)]


def facts_of(house):
    with house.kernel.store.reading() as conn:
        entries = entries_of(conn, f"log:{house.log.published().origin}")
    said = [Entry.decode(one.body) for one in entries if one.type == "desk.list.exported"]
    return [json.loads(json.dumps(dict(one.facts))) for one in said]


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\tx",
        "\r=1",
        " =1",
        "\n=1",
        "＝1",
        "\u3000@x",
        "=cmd|'/c'!A1",
    ],
)
def test_no_cell_is_a_formula(value):
    (read,) = next(csv.reader(io.StringIO(cell(value) + "\r\n", newline="")))
    assert read == f"'{value}"


@pytest.mark.parametrize("value", ["", "群众甲", 'a"b', "a,b", "a\nb", "2026年1月2日", "'", "—"])
def test_a_cell_reads_back_as_it_was(value):
    (read,) = next(csv.reader(io.StringIO(cell(value) + "\r\n", newline="")))
    assert read == value
    assert BOM.encode() == b"\xef\xbb\xbf"


async def test_an_address_that_leads_back_holds_what_we_can_read(post, sign_in):
    await sign_in("lead", "lead")
    answer = await post(
        "/lead/cases/saved/remove",
        303,
        name=new_id(),
        query="state=draft&x=//elsewhere&outlet=%0d%0aA",
    )
    location = urlsplit(answer.headers["Location"])
    assert (location.netloc, location.path) == ("", "/lead/cases")
    assert dict(parse_qsl(location.query)) == {"state": "draft", "said": "removed"}
