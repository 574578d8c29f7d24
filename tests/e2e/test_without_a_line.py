"""An outlet without a line: nothing that was typed, photographed or signed is lost or done twice.

`make test` keeps the line dark for seconds; YUNCHUANG_DARK_S=600 makes it ten minutes.
"""

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from aiohttp import ClientSession
from playhouse.people import APPLICANT, CITIZEN, FORM, WINDOW
from playhouse.store import reading
from playhouse.until import until
from playwright.async_api import Error, Page, expect

from bench.live.desk_scene import ITEM, MATERIALS, ONE_PC, DeskScene, desk_scene
from bench.live.node import PASSWORD
from bench.live.person_line import PersonLine, person_lines
from bench.live.window_page import TAKE

pytestmark = [pytest.mark.browser, pytest.mark.faults, pytest.mark.timeout(1_200)]

DARK_S = float(os.environ.get("YUNCHUANG_DARK_S", "12"))
READ_BACK = re.compile("^(宣读并请群众签名|在群众屏上宣读)$")
GO_ON = "可以继续填写和拍摄"
KEPT = """
async () => {
  const opened = await new Promise((done) => { indexedDB.open("yunchuang.kept").onsuccess = (event) => done(event.target.result); });
  const rows = await new Promise((done) => { opened.transaction("kept").objectStore("kept").getAll().onsuccess = (event) => done(event.target.result); });
  opened.close();
  const plain = (bytes) => [...new Uint8Array(bytes)].map((one) => String.fromCharCode(one)).join("");
  return { names: rows.map((one) => one.name.split(".")[0]).sort(), text: rows.map((one) => JSON.stringify(one) + plain(one.sealed)).join("") + JSON.stringify([{...sessionStorage}, {...localStorage}]) };
}
"""


@pytest.fixture
async def outlet(node, devices) -> AsyncIterator[tuple[DeskScene, dict[int, PersonLine]]]:
    """Window and citizen's screen, each behind a line of TCP that can be cut."""
    async with (
        person_lines(node, (WINDOW, CITIZEN)) as lines,
        desk_scene(node, devices, ONE_PC, lines=lines) as scene,
    ):
        yield scene, lines


async def kept(page: Page) -> list[str]:
    """What lies on the page's machine, by kind; nothing of it can be read."""
    found = await page.evaluate(KEPT)
    for value in (*APPLICANT.values(), *FORM.values(), "JFIF", "PNG"):
        assert value not in found["text"]
        assert json.dumps(value)[1:-1] not in found["text"]
    return found["names"]


async def until_kept(page: Page, *names: str) -> None:
    async def same() -> bool:
        return await kept(page) == sorted(names)

    await until(same, f"on the machine lie {names}", 60)


async def dark(lines: dict[int, PersonLine], since: float) -> None:
    await asyncio.sleep(max(0.0, since + DARK_S - time.monotonic()))
    for line in lines.values():
        line.mend()


def rows(node, query: str) -> list[tuple]:
    with reading(node) as db:
        return db.execute(query).fetchall()


async def test_typed_and_pressed_without_a_line(outlet, node):
    """The page stays: what was typed stands there, and what was pressed is done, once."""
    scene, lines = outlet
    window, page = scene.window, scene.window.page
    await window.begin(ITEM)
    for line in lines.values():
        line.cut()
    began = time.monotonic()
    await page.get_by_label("姓名").fill(APPLICANT["name"])
    await page.get_by_label("身份证号").fill(APPLICANT["id_number"])
    await page.get_by_label("手机号码").fill(APPLICANT["phone"])
    await window.press("确认身份")
    await until_kept(page, "draft")
    await dark(lines, began)
    await expect(page.get_by_role("heading", name="填写")).to_be_visible(timeout=75_000)
    print(
        f"\n{DARK_S:.0f} s without a line: done {time.monotonic() - began - DARK_S:.1f} s after it"
    )
    await until_kept(page)
    confirmed = rows(node, "SELECT count(*) FROM entry WHERE type = 'desk.identity.confirmed'")
    assert confirmed == [(1,)]


async def test_photographs_without_a_line(outlet, node):
    """Papers are photographed one after the other, and the page is even loaded again in between."""
    scene, lines = outlet
    window, page = scene.window, scene.window.page
    await window.begin(ITEM)
    await window.confirm_identity()
    await window.fill()
    for line in lines.values():
        line.cut()
    began = time.monotonic()
    for name in MATERIALS:
        await expect(page.get_by_text(f"下一份：{name}")).to_be_visible()
        await page.get_by_role("button", name=TAKE).click()
    await expect(page.get_by_text("还有 3 张正在上传")).to_be_visible()
    await expect(page.get_by_text(GO_ON)).to_be_visible(timeout=40_000)
    await expect(page.get_by_text("3 张图片已保存在本机，尚未提交")).to_be_visible()
    await expect(window.button("宣读并请群众签名")).to_be_disabled()
    await until_kept(page, "parcel", "parcel", "parcel")
    # A page cannot be loaded without a line; what it kept is there when it can.
    with pytest.raises(Error):
        await page.reload(timeout=3_000)
    await dark(lines, began)
    await page.goto(lines[WINDOW].url + await case_path(node))
    await expect(page.get_by_role("button", name=READ_BACK)).to_be_enabled(timeout=75_000)
    print(
        f"\n{DARK_S:.0f} s without a line: sent {time.monotonic() - began - DARK_S:.1f} s after it"
    )
    await until_kept(page)
    taken = rows(
        node, "SELECT code, page, max(version), count(*) FROM case_material GROUP BY code, page"
    )
    assert sorted(n for *_, n in taken) == [1, 1, 1], taken


async def test_a_signature_without_a_line(outlet, node):
    """The citizen signs, and her screen is even loaded again before the line is back."""
    scene, lines = outlet
    window, screen = scene.window, scene.screen
    await window.begin(ITEM)
    await window.confirm_identity()
    await window.fill()
    await window.capture(*MATERIALS)
    await window.read_back()
    await expect(screen.page.get_by_role("heading", name="请核对")).to_be_visible()
    await screen.press("无误，签名")
    for line in lines.values():
        line.cut()
    began = time.monotonic()
    await screen.sign()
    await until_kept(screen.page, "parcel")
    with pytest.raises(Error):
        await screen.page.reload(timeout=3_000)
    await dark(lines, began)
    await screen.page.goto(f"{lines[CITIZEN].url}/screen")
    await expect(window.button("受理并呼叫大厅")).to_be_visible(timeout=75_000)
    print(f"signed without a line: there {time.monotonic() - began - DARK_S:.1f} s after it")
    await until_kept(screen.page)
    signed = rows(node, "SELECT count(*) FROM entry WHERE type = 'desk.application.signed'")
    assert signed == [(1,)]


async def test_a_sign_in_that_ends_meanwhile_and_another_clerk_at_the_machine(outlet, node):
    scene, lines = outlet
    window, page = scene.window, scene.window.page
    url = lines[WINDOW].url
    await window.begin(ITEM)
    await window.confirm_identity()
    await page.get_by_label("新账户卡号").fill(FORM["new_account"])
    await until_kept(page, "draft")
    path = await case_path(node)

    # Somebody else signs in at the same machine: nothing of it can be read or stands anywhere.
    await page.get_by_role("button", name="退出").click()
    await sign_in(page, url, "102")
    await page.goto(url + path)
    await expect(page.get_by_label("新账户卡号")).to_have_value("")
    await until_kept(page, "draft")
    await page.get_by_role("button", name="退出").click()

    # The same person finds it again.
    await sign_in(page, url, "101")
    await page.goto(url + path)
    await expect(page.get_by_label("新账户卡号")).to_have_value(FORM["new_account"])
    await window.fill()
    for line in lines.values():
        line.cut()
    await page.get_by_role("button", name=TAKE).click()
    await until_kept(page, "parcel")
    await end_the_sign_in(page, node)
    for line in lines.values():
        line.mend()
    await expect(page.get_by_text("您重新登录后自动提交")).to_be_visible(timeout=75_000)
    await page.get_by_role("link", name="登录").click()
    await credentials(page, "101")
    await page.wait_for_url(f"**{path}")
    await expect(page.get_by_text(f"下一份：{MATERIALS[1]}")).to_be_visible()
    await until_kept(page)
    assert rows(node, "SELECT count(*) FROM case_material") == [(1,)]


async def end_the_sign_in(page: Page, node) -> None:
    """While its page has no line."""
    held = {one["name"]: one["value"] for one in await page.context.cookies()}
    async with ClientSession(cookies={"yc_clerk": held["yc_clerk"]}) as elsewhere:
        ended = await elsewhere.post(f"{node.url}/sign-out/clerk", allow_redirects=False)
        assert ended.status == HTTPStatus.SEE_OTHER


async def sign_in(page: Page, url: str, number: str) -> None:
    await page.goto(f"{url}/sign-in/clerk")
    await credentials(page, number)
    await page.wait_for_url("**/window")


async def credentials(page: Page, number: str) -> None:
    await page.get_by_label("工号").fill(number)
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="登录", exact=True).click()


async def case_path(node) -> str:
    return f"/window/cases/{rows(node, 'SELECT id FROM cases')[-1][0]}"
