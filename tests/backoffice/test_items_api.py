"""The catalogue's pages: import, publish, grant, close, and what each tells when it refuses."""

import io

import aiohttp
import pytest
import yaml
from openpyxl import load_workbook
from sqlalchemy import func, select

from backoffice_console.catalogue_words import FAULT_WORDS, GRANT_WORDS
from casework.actions.set_item_grant import ItemGrant
from casework.calendar import day_of
from casework.catalogue.faults import FAULTS
from casework.catalogue.loader import MAX_IMPORT_BYTES, load_catalogue, read_catalogue
from casework.catalogue.workbook_in import read_workbook_catalogue
from casework.store import schema_catalogue as s
from casework.views.grants import may_accept

ITEMS = load_catalogue().items


@pytest.fixture
async def admin(client, sign_in):
    await sign_in("admin", "admin")
    return client


@pytest.fixture
def upload(admin):
    async def do(content: bytes, name: str = "items.yaml"):
        form = aiohttp.FormData()
        form.add_field(
            "file", io.BytesIO(content), filename=name, content_type="application/octet-stream"
        )
        answer = await admin.post("/admin/items/import", data=form)
        return answer.status, await answer.text()

    return do


@pytest.fixture
def post(admin):
    async def do(path: str, **form: str):
        answer = await admin.post(f"/admin/items/{path}", data=form, allow_redirects=False)
        return answer.status, answer.headers.get("Location", ""), await answer.text()

    return do


def drafts(house):
    with house.kernel.store.reading() as conn:
        return dict(
            map(tuple, conn.execute(select(s.item_draft.c.code, s.item_draft.c.sha256)).all())
        )


async def next_version(admin, **changes):
    """What the desk exports, changed and with the next number: as an office would do it."""
    exported = await (await admin.get("/admin/items/SB-002/item.yaml")).read()
    value = yaml.safe_load(exported)
    return yaml.safe_dump(
        {**value, "version": value["version"] + 1, **changes}, allow_unicode=True
    ).encode()


def test_every_code_has_words():
    assert set(FAULT_WORDS) == FAULTS
    assert set(GRANT_WORDS) == set(ItemGrant)


@pytest.mark.parametrize("door", ["lead", "reviewer"])
async def test_others_do_not_enter(client, sign_in, door):
    await sign_in(door, {"lead": "lead", "reviewer": "reviewer1"}[door])
    for path in ("", "/SB-002", "/catalogue.yaml", "/catalogue.xlsx"):
        assert (await client.get(f"/admin/items{path}")).status == 403
    assert (await client.post("/admin/items/import", data={})).status == 403
    assert (await client.post("/admin/items/SB-002/close", data={})).status == 403


async def test_what_goes_out_comes_in_unchanged(admin, upload, house):
    for path, read in (
        ("catalogue.yaml", read_catalogue),
        ("catalogue.xlsx", read_workbook_catalogue),
    ):
        content = await (await admin.get(f"/admin/items/{path}")).read()
        assert read(path, content).items == ITEMS
        status, text = await upload(content, path)
        assert status == 200
        assert "40 个事项没有变化" in text
    assert drafts(house) == {}


async def test_a_draft_is_published_on_a_day(admin, upload, post, house, clock):
    today = day_of(clock.wall_ms()).isoformat()
    status, text = await upload(await next_version(admin, name="失业保险金申领（新）"))
    assert (status, 'data-saved="1"' in text) == (200, True)
    page = await (await admin.get("/admin/items/SB-002")).text()
    assert "失业保险金申领（新）" in page
    sha256 = drafts(house)["SB-002"]
    assert (await post("SB-002/publish", sha256="0" * 64, day=today))[0] == 409
    assert (await post("SB-002/publish", sha256=sha256, day="2020-01-01"))[0] == 422
    assert (await post("SB-002/publish", sha256=sha256, day="soon"))[0] == 422
    status, where, _ = await post("SB-002/publish", sha256=sha256, day=today)
    assert (status, where) == (303, "/admin/items/SB-002?done=published")
    page = await (await admin.get("/admin/items/SB-002")).text()
    assert 'data-version="2"' in page
    assert drafts(house) == {}


async def test_a_first_draft_is_discarded(admin, upload, post, house):
    status, _ = await upload(await next_version(admin, code="SB-900", version=1))
    assert status == 200
    assert (await admin.get("/admin/items/SB-900")).status == 200
    sha256 = drafts(house)["SB-900"]
    assert (await post("SB-900/discard", sha256=sha256))[:2] == (303, "/admin/items")
    assert (await admin.get("/admin/items/SB-900")).status == 404


class TestRefusals:
    async def test_every_bad_row_of_yaml(self, admin, upload, house):
        good = await next_version(admin)
        bad = await next_version(admin, code="SB-900", version=1, risk="huge", steps=[])
        status, text = await upload(b"---\n" + good + b"---\n" + bad)
        assert status == 422
        assert text.count('data-fault="') == 2
        assert "2.risk" in text
        assert "2.steps" in text
        assert drafts(house) == {}

    async def test_every_bad_cell_of_a_workbook(self, admin, upload, house):
        content = await (await admin.get("/admin/items/catalogue.xlsx")).read()
        book = load_workbook(io.BytesIO(content))
        book["事项"]["B2"] = "2"
        book["事项"]["D3"] = "行政处罚"
        book["申请材料"]["D2"] = None
        out = io.BytesIO()
        book.save(out)
        status, text = await upload(out.getvalue(), "items.xlsx")
        assert status == 422
        assert text.count('data-fault="') == 2
        assert "事项 · 第3行 · D列" in text
        assert "申请材料 · 第2行 · D列" in text
        assert drafts(house) == {}

    async def test_what_the_catalogue_says_against_it(self, admin, upload, house):
        changed = await next_version(admin, version=1, name="改名")
        status, text = await upload(changed)
        assert status == 422
        assert 'data-fault="version_published"' in text
        assert drafts(house) == {}

    @pytest.mark.parametrize(
        ("content", "status"),
        [
            (b"a: &x [1]\nb: *x\n", 422),
            (b"PK\x03\x04 no workbook", 415),
            (b"", 422),
            (b" " * (MAX_IMPORT_BYTES + 1), 400),
        ],
    )
    async def test_hostile_files(self, upload, house, content, status):
        assert (await upload(content))[0] == status
        assert drafts(house) == {}

    async def test_no_file(self, admin):
        for data in ({"file": "text"}, aiohttp.FormData({"other": "x"})):
            assert (await admin.post("/admin/items/import", data=data)).status == 400
        assert (await admin.post("/admin/items/import", json={})).status == 400


async def test_a_grant_decides_what_the_window_may_open(admin, post, house, clock):
    outlet = house.city.outlets["bank"]

    def granted():
        with house.kernel.store.reading() as conn:
            return may_accept(conn, outlet, "SB-002", clock.wall_ms())

    assert granted()
    assert (await post("SB-002/grant", outlet=outlet, grant="none"))[0] == 303
    assert not granted()
    assert (await post("SB-002/grant", outlet=outlet, grant="optional"))[0] == 303
    assert granted()
    page = await (await admin.get("/admin/items")).text()
    row = page[page.index('data-code="SB-002"') :]
    assert "约束性 1 个，选择性 1 个" in row[: row.index("</tr>")]
    assert (await post("SB-002/grant", outlet="nowhere", grant="optional"))[0] == 404
    assert (await post("SB-002/grant", outlet=outlet, grant="perhaps"))[0] == 422


async def test_an_item_is_taken_out_of_use(admin, post, house, clock):
    day = day_of(clock.wall_ms()).isoformat()
    assert (await post("SB-003/close", day=day))[0] == 303
    page = await (await admin.get("/admin/items")).text()
    row = page[page.index('data-code="SB-003"') :]
    assert "未生效" in row[: row.index("</tr>")]
    with house.kernel.store.reading() as conn:
        left = select(func.count()).where(
            s.item_version.c.code == "SB-003", s.item_version.c.closed_on.is_(None)
        )
        assert conn.scalar(left) == 0
