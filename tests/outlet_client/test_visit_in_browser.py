"""From the door to the window in a real Chromium: an usher prepares, the clerk calls and takes over."""

import re

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from portal.doors import Door
from portal.keys import SESSIONS
from scenes import counter as t
from scenes.barriers import no_barriers
from scenes.counter_pages import new_page, shot, step

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ITEM = "SB-001"
KEPT_ACCOUNTS = """
async (wanted) => {
  const { Kept } = await import("outlet_client/kept.js");
  const { pageData } = await import("portal/dom.js");
  const drafts = await new Kept(pageData("page-data").kept).list("draft.");
  return JSON.stringify(drafts.map((one) => one.about["form.new_account"])) === JSON.stringify(wanted);
}
"""


@pytest.fixture
def log_origin() -> str:
    return "hall.example/log"


@pytest.fixture
async def usher(chromium, live: TestServer, live_app, city, complaints) -> Page:
    """The bank's usher before the day's visits."""
    actor = city.actors["usher1"]
    token = await live_app[SESSIONS].open_for_staff(
        Door.USHER, staff_id=actor.id, grant_id=actor.post or "", window_id=None
    )
    cookie = {"name": Door.USHER.cookie, "value": token, "url": str(live.make_url("/"))}
    page = await new_page(chromium, complaints, [cookie], viewport={"width": 1280, "height": 800})
    await page.goto(str(live.make_url("/usher")))
    return page


async def expect_kept(usher: Page, account: str | None) -> None:
    """What lies on the machine for this person is this account, or nothing."""
    wanted = [] if account is None else [account]
    await usher.wait_for_function(KEPT_ACCOUNTS, arg=wanted)


async def received(usher: Page) -> None:
    await usher.get_by_role("button", name="登记到访").click()
    await expect(usher.get_by_role("heading", name="A001 号", level=1)).to_be_visible()


async def prepared(usher: Page) -> list[str]:
    """The form of the item, filled in; the names of what the citizen lacks."""
    await usher.get_by_label("事项（拼音首字母、名称或代码）").fill("sybxjzh")
    await usher.get_by_role("button", name="查询").click()
    await usher.locator(f"[data-item={ITEM}]").click()
    required = usher.locator("input[data-required]")
    names = [await one.get_attribute("data-name") or "" for one in await required.all()]
    await expect(usher.locator("#lacking")).to_have_text(f"还缺：{'、'.join(names)}")
    for place in range(len(names)):
        await required.nth(place).check()
    await expect(usher.locator("#lacking")).to_have_text("材料已带齐")
    await required.first.uncheck()
    await expect(usher.locator("#lacking")).to_have_text(f"还缺：{names[0]}")
    await usher.get_by_label(re.compile("^姓名")).fill(t.APPLICANT["name"])
    await usher.get_by_label(re.compile("^身份证号")).fill(t.APPLICANT["id_number"])
    await usher.locator('[name="form.new_account"]').fill(t.CARD)
    await usher.locator('[name="form.new_bank"]').fill("城关支行")
    await no_barriers(usher)
    await shot(usher, "usher-form")
    await usher.get_by_role("button", name="保存，交窗口办理").click()
    await expect(usher.locator(".visit-drafts li")).to_contain_text(f"还缺：{names[0]}")
    return names


async def test_nobody_types_twice(usher, window, complaints):
    await received(usher)
    await prepared(usher)
    await no_barriers(usher)
    await shot(usher, "usher-visit")
    await usher.get_by_role("button", name="去等候叫号").click()

    waiting = window.locator(".waiting-list li")
    await expect(waiting).to_contain_text("A001")
    await expect(waiting).to_contain_text(re.compile(r"已等 \d+ 分钟"))
    await expect(waiting).to_contain_text("已填好 1 份表")
    await no_barriers(window)
    await shot(window, "window-waiting")
    await window.get_by_role("button", name="叫下一位").click()
    bar = window.locator(".visit-bar")
    await expect(bar).to_contain_text("A001 号")
    await expect(bar).to_contain_text("叫号")
    await bar.get_by_role("button", name="已到窗口").click()
    await expect(bar).to_contain_text("办理")
    await bar.get_by_role("button", name="接手").click()
    await step(window, "identity")
    await expect(window.locator(".case-prepared")).to_contain_text("引导员 103 预填")
    await expect(bar.locator(".visit-case")).to_have_count(1)
    await no_barriers(window)
    await shot(window, "window-visit")

    # Who applies is confirmed by a press, the form is there already.
    await window.click("#main-action")
    await step(window, "materials")
    await usher.reload()
    await expect(usher.locator("main")).to_contain_text("1 号窗口正在接待")

    await bar.get_by_role("button", name="再办一件").click()
    await window.fill("#item-search", "SB-005")
    await expect(window.locator("#item-found")).to_be_visible()
    await window.keyboard.press("Enter")
    await step(window, "identity")
    await expect(bar.locator(".visit-case")).to_have_count(2)
    await bar.get_by_role("button", name="结束本次到访").click()
    await expect(bar).to_have_count(0)
    assert complaints == []


async def test_who_does_not_come_waits_again(usher, window, complaints):
    await received(usher)
    await usher.get_by_role("button", name="去等候叫号").click()
    row = window.locator(".waiting-list li")
    await row.get_by_role("button", name="叫号").click()
    bar = window.locator(".visit-bar")
    await bar.get_by_role("button", name="重呼").click()
    await bar.get_by_role("button", name="过号").click()  # held until the call is done
    await expect(bar).to_have_count(0)
    await expect(row).to_contain_text("过号 1 次")
    await window.get_by_label("要叫的号码").fill("1")
    await window.get_by_role("button", name="叫这个号").click()
    await expect(bar).to_contain_text("A001 号")
    assert complaints == []


async def test_a_draft_that_was_found_is_first_taken_over(usher, window, live, complaints):
    await received(usher)
    await prepared(usher)
    case = await usher.locator(".visit-drafts li").get_attribute("data-case")
    await window.goto(str(live.make_url(f"/window/cases/{case}")))
    await expect(window.locator(".at-desk")).to_contain_text("引导员 103")
    await window.get_by_role("button", name="接手办理").click()
    # Her visit stands at no window yet.
    await expect(window.locator("yc-toast")).to_contain_text("A001 号不在本窗口")
    await usher.get_by_role("button", name="已解答，结束到访").click()
    await expect(usher.locator("main")).to_contain_text("今日已结束")
    await window.get_by_role("button", name="接手办理").click()
    await step(window, "identity")
    assert complaints == []


async def test_what_was_typed_outlives_a_lost_sign_in(usher, live, complaints):
    await received(usher)
    visit = usher.url
    await usher.goto(f"{visit}/items/{ITEM}")
    await expect(usher.locator("#pre-fill[data-ready]")).to_be_visible()
    await usher.locator("input[data-required]").first.check()
    await usher.locator('[name="form.new_account"]').fill(t.CARD)
    await expect_kept(usher, t.CARD)
    cookies = await usher.context.cookies()
    await usher.context.clear_cookies()
    await usher.get_by_role("button", name="保存，交窗口办理").click()
    await expect(usher.locator('form[action="/sign-in/usher"]')).to_be_visible()
    await usher.context.add_cookies(cookies)
    await usher.goto(f"{visit}/items/{ITEM}")
    await expect(usher.locator('[name="form.new_account"]')).to_have_value(t.CARD)
    await expect(usher.locator("input[data-required]").first).to_be_checked()
    await usher.get_by_role("button", name="保存，交窗口办理").click()
    await expect(usher.locator(".visit-drafts li")).to_have_count(1)
    await expect_kept(usher, None)
    assert complaints == []


@pytest.mark.parametrize("path", ["/usher", "visit", "item"])
async def test_the_desk_reflows_on_a_narrow_screen(usher, live, path, complaints):
    await received(usher)
    if path == "/usher":
        await usher.goto(str(live.make_url(path)))
    elif path == "item":
        await usher.goto(f"{usher.url}/items/{ITEM}")
    await usher.set_viewport_size({"width": 320, "height": 640})
    wide = await usher.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    assert complaints == []
