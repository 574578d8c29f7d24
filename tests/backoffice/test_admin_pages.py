"""The administrator's pages: who enters, what can be set up, and what a refusal shows."""

import io

import pytest
from aiohttp import FormData
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from backoffice_console.admin_pages import ADMIN_PAGES
from casework.store import schema_org as s
from casework.tables.organisation import SHEETS

FIRST = "第一次登录用的初始密码"


@pytest.fixture
def rows(house):
    def do(query):
        with house.kernel.store.reading() as conn:
            return conn.execute(query).all()

    return do


async def test_the_landing_page_leads_to_every_page_of_the_list(client, sign_in):
    await sign_in("admin", "admin")
    answer = await client.get("/admin")
    text = await answer.text()
    assert answer.status == 200
    assert all(text.count(f'href="{page.href}"') == 2 for page in ADMIN_PAGES)


@pytest.mark.parametrize("login", ["clerk1", "lead", "reviewer1"])
@pytest.mark.parametrize("path", ["/admin", *(page.href for page in ADMIN_PAGES)])
async def test_others_do_not_enter(client, sign_in, login, path):
    doors = {"clerk1": "clerk", "lead": "lead", "reviewer1": "reviewer"}
    await sign_in(doors[login], login)
    assert (await client.get(path)).status == 403
    assert (await client.post(path)).status in {403, 405}


async def test_an_outlet_a_window_and_a_clerk_are_made_by_forms(client, sign_in, rows):
    await sign_in("admin", "admin")
    await client.post("/admin/outlets", data={"name": "邮政网点", "kind": "post"})
    outlet = rows(select(s.outlet.c.id).where(s.outlet.c.name == "邮政网点"))[0].id
    window = {"number": "1", "name": "1号窗口", "profile": "one_pc", "accepts": "1"}
    page = await client.post(f"/admin/outlets/{outlet}/windows", data=window)
    assert "1号窗口" in await page.text()
    page = await client.post(f"/admin/outlets/{outlet}/items", data={"item": "*"})
    assert page.status == 200
    person = {
        "number": "7001", "name": "柜员71", "employer_kind": "bank", "employer": "示范邮政",
        "outlet": outlet, "password": FIRST,
    }  # fmt: skip
    page = await client.post("/admin/staff", data=person)
    assert "柜员71" in await page.text()
    staff = rows(select(s.staff.c.id).where(s.staff.c.number == "7001"))[0].id
    post = {"role": "clerk", "post": "综合柜员", "until": "2099-12-31"}
    page = await client.post(f"/admin/staff/{staff}/posts", data=post)
    assert "综合柜员" in await page.text()
    made = rows(select(s.window.c.accepts, s.window.c.issues).where(s.window.c.outlet_id == outlet))
    assert [tuple(one) for one in made] == [(True, False)]


async def test_a_refusal_is_shown_on_the_page_with_its_code(client, sign_in):
    await sign_in("admin", "admin")
    twice = {"name": "示范银行第一支行", "kind": "bank"}
    answer = await client.post("/admin/outlets", data=twice)
    assert answer.status == 409
    assert "O-01" in await answer.text()
    answer = await client.post("/admin/outlets", data={"name": "甲", "kind": "castle"})
    assert answer.status == 422
    assert "K-01" in await answer.text()


async def test_a_first_password_opens_nothing_but_the_page_that_changes_it(client, sign_in, house):
    await sign_in("admin", "admin")
    person = house.city.actors["reviewer3"].id
    await client.post(f"/admin/staff/{person}/password", data={"password": FIRST})
    form = {"number": "reviewer3", "password": FIRST}
    await client.post("/sign-in/reviewer", data=form, allow_redirects=False)
    html = {"Accept": "text/html"}
    answer = await client.get("/hall", headers=html, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/own-password?door=reviewer")
    answer = await client.get("/hall")
    assert (answer.status, (await answer.json())["code"]) == (403, "P-13")
    change = "/own-password?door=reviewer"
    for new, again in (
        ("short", "short"),
        (FIRST, FIRST),
        ("长而不同的新密码一", "另一个不同的新密码"),
    ):
        refused = await client.post(change, data={"old": FIRST, "new": new, "again": again})
        assert (refused.status, "P-14" in await refused.text()) == (422, True)
    own = {"new": "只有我知道的新密码一", "again": "只有我知道的新密码一"}
    wrong = own | {"old": "不是原来的那个密码"}
    assert (await client.post(change, data=wrong)).status == 401
    right = own | {"old": FIRST}
    done = await client.post(change, data=right, allow_redirects=False)
    assert done.status == 303, await done.text()


def workbook(**sheets):
    book = Workbook()
    book.remove(book.active)
    for shape in SHEETS:
        sheet = book.create_sheet(shape.title)
        sheet.append([column.title for column in shape.columns])
        for row in sheets.get(shape.key, ()):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = {
    "outlets": [["新网点甲", "银行", "是"], ["新网点乙", "流动服务", None]],
    "windows": [["新网点甲", "1", "1号窗口", "单机双屏", "是", "是"], ["新网点乙", 2, "2号窗口", "平板", "是", "否"]],
    "staff": [
        ["9001", "柜员91", "银行等派驻单位", "示范银行", "新网点甲", "柜员", "综合柜员", FIRST],
        ["9002", "审核员92", "人社", "市人社局", None, "审核", None, FIRST],
    ],
}  # fmt: skip


async def hand_in(client, content):
    form = FormData()
    form.add_field("workbook", content, filename="a.xlsx")
    return await client.post("/admin/import", data=form)


async def test_a_workbook_becomes_outlets_windows_and_staff(client, sign_in, rows, house):
    await sign_in("admin", "admin")
    answer = await hand_in(client, workbook(**GOOD))
    text = await answer.text()
    assert answer.status == 200, text
    names = [
        one.name for one in rows(select(s.outlet.c.name).where(s.outlet.c.name.like("新网点%")))
    ]
    assert sorted(names) == ["新网点乙", "新网点甲"]
    posts = rows(
        select(
            s.staff.c.number, s.post_grant.c.role, s.post_grant.c.post, s.staff.c.password_to_change
        )
        .join(s.post_grant, s.post_grant.c.staff_id == s.staff.c.id)
        .where(s.staff.c.number.in_(["9001", "9002"]))
        .order_by(s.staff.c.number)
    )
    assert [tuple(one) for one in posts] == [
        ("9001", "clerk", "综合柜员", True),
        ("9002", "reviewer", "审核", True),
    ]


async def test_one_bad_cell_and_nothing_is_taken_over(client, sign_in, rows):
    await sign_in("admin", "admin")
    count = select(func.count()).select_from(s.outlet)
    before = rows(count)
    bad = {
        "outlets": [*GOOD["outlets"], ["新网点甲", "银行", None], ["丙", "城堡", None]],
        "windows": [["没有的网点", "1", "1号窗口", "单机双屏", "是", "是"]],
        "staff": [
            ["9001", "柜员91", "银行等派驻单位", "示范银行", "新网点甲", "审核", None, FIRST],
            ["101", "柜员92", "银行等派驻单位", "示范银行", "新网点甲", "柜员", None, "short"],
        ],
    }
    answer = await hand_in(client, workbook(**bad))
    text = await answer.text()
    assert answer.status == 422
    assert "T-04" in text
    for code in (
        "exists_already",
        "not_a_choice",
        "unknown_reference",
        "not_together",
        "malformed",
    ):
        assert f"<code>{code}</code>" in text, code
    assert rows(count) == before
    assert rows(select(s.staff.c.id).where(s.staff.c.number == "9001")) == []


async def test_what_is_no_workbook_is_refused_by_its_code(client, sign_in):
    await sign_in("admin", "admin")
    answer = await hand_in(client, b"name,kind")
    assert (answer.status, "T-01" in await answer.text()) == (415, True)
    answer = await client.post("/admin/import", data={"workbook": "text"})
    assert answer.status == 415


async def test_the_template_has_the_sheets_that_are_read(client, sign_in):
    await sign_in("admin", "admin")
    answer = await client.get("/admin/import/template.xlsx")
    book = load_workbook(io.BytesIO(await answer.read()))
    assert book.sheetnames == [*(shape.title for shape in SHEETS), "填写说明"]
    again = await hand_in(client, await (await client.get("/admin/import/template.xlsx")).read())
    assert again.status == 200
