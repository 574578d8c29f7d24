"""The table of persons over HTTP: the template out, the filled workbook in, every bad cell named."""

import io
import json

import pytest
from openpyxl import load_workbook

from casework.catalogue.loader import load_catalogue
from scenes import counter as t
from scenes.case_scene import some_persons

ITEM = "SB-012"
COLUMNS = next(item for item in load_catalogue().items if item.code == ITEM).persons
ORGANISATION = {"organisation": "示范企业", "credit_code": "91990000MA0000001"}


@pytest.fixture
async def case(clerk):
    return await t.opened(clerk, ITEM)


async def filled(clerk, case, rows):
    """The template as it came, with `rows` typed into it."""
    answer = await clerk.client.get(f"/api/v1/cases/{case}/persons/template.xlsx")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    book = load_workbook(io.BytesIO(await answer.read()))
    for row in rows:
        book["人员名单"].append([row.get(column.code, "") for column in COLUMNS])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows(count):
    item = next(item for item in load_catalogue().items if item.code == ITEM)
    return some_persons(item, count)


async def test_a_workbook_goes_in_and_comes_out_masked(clerk, case):
    status, _ = await clerk.send(
        f"/api/v1/cases/{case}/persons", await filled(clerk, case, rows(30))
    )
    assert status == 200
    answer = await clerk.client.get(f"/api/v1/cases/{case}")
    text = await answer.text()
    table = json.loads(text)["case"]["persons"]
    assert len(table["rows"]) == 30
    assert table["rows"][6][0]["shown"] == "群*7"
    for row in rows(30):
        assert row["id_number"] not in text
    _, shown = await clerk.post(f"/api/v1/cases/{case}/reveal/person.0007.id_number")
    assert shown["value"] == rows(30)[6]["id_number"]


async def test_bad_cells_are_listed_and_nothing_is_taken(clerk, case):
    people = [dict(row) for row in rows(4)]
    people[1]["id_number"] = people[0]["id_number"]
    people[3]["wage"] = "很多"
    people[2]["phone"] = "1390000000199"
    content = await filled(clerk, case, people)
    status, problem = await clerk.send(f"/api/v1/cases/{case}/persons", content)
    assert (status, problem["code"]) == (422, "T-04")
    cells = problem["details"]["cells"]
    assert [(one["row"], one["column"], one["fault"]) for one in cells] == [
        (3, "B", "repeated"),
        (4, "C", "malformed"),
        (5, "E", "malformed"),
    ]
    assert cells[1]["title"] == "手机号码"
    assert cells[1]["about"] == "11 位手机号码"
    assert all(one["words"] for one in cells)
    assert people[0]["id_number"] not in json.dumps(problem)
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    assert page["case"]["persons"]["rows"] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "T-01"),
        (b"no workbook at all", "T-01"),
        (b"PK\x03\x04" + b"\0" * 400, "T-01"),
        (b"\0" * (5 * 1024 * 1024 + 1), "T-02"),
    ],
)
async def test_hostile_bodies_have_codes(clerk, case, content, code):
    status, problem = await clerk.send(f"/api/v1/cases/{case}/persons", content)
    assert (status // 100, problem["code"]) == (4, code)


async def test_the_same_table_sent_twice_under_a_key_is_one_act(clerk, case):
    content = await filled(clerk, case, rows(2))
    path = f"/api/v1/cases/{case}/persons"
    versions = []
    for _ in range(2):
        answer = await clerk.client.post(path, data=content, headers={"Idempotency-Key": "once"})
        versions.append((await answer.json())["version"])
    assert versions[0] == versions[1]


async def test_an_item_without_a_table_takes_none(clerk):
    other = await t.opened(clerk)
    path = f"/api/v1/cases/{other}/persons"
    assert (await clerk.get(f"{path}/template.xlsx"))[1]["details"]["field"] == "persons"
    assert (await clerk.send(path, b"x"))[1]["details"]["field"] == "persons"
    _, page = await clerk.get(f"/api/v1/cases/{other}")
    assert page["case"]["persons"] is None


async def test_a_stranger_finds_no_case(sign_in, case):
    stranger = await sign_in("clerk3", "community/1")
    status, problem = await stranger.send(f"/api/v1/cases/{case}/persons", b"x")
    assert (status, problem["code"]) == (404, "K-02")
    status, _ = await stranger.get(f"/api/v1/cases/{case}/persons/template.xlsx")
    assert status == 404


async def test_the_citizen_compares_the_table_before_she_signs(clerk, screen, case):
    path = f"/api/v1/cases/{case}"
    await clerk.send(f"{path}/persons", await filled(clerk, case, rows(3)))
    await clerk.put("/api/v1/window/mirror", {"case": case, "task": "fill"})
    _, shown = await screen.get("/api/v1/screen")
    assert [row[0]["shown"] for row in shown["case"]["persons"]["rows"]] == [
        "群*1",
        "群*2",
        "群*3",
    ]
