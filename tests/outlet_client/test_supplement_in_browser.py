"""The clerk's own list before acceptance, the signed paper, and a withdrawal that lists what goes back."""

import pytest
from playwright.async_api import Page, expect

from scenes.barriers import no_barriers
from scenes.counter_pages import begin, paired, shot

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def fits(window: Page) -> None:
    """Nothing has to be scrolled sideways at 320 px (WCAG 1.4.10)."""
    size = window.viewport_size
    assert size is not None
    await window.set_viewport_size({"width": 320, "height": 900})
    assert await window.evaluate("document.documentElement.scrollWidth") <= 320
    await window.set_viewport_size(size)


async def test_the_citizen_reads_the_list_while_it_is_handed_over(window, chromium, complaints):
    await begin(window, "sybxjzh")
    screen = await paired(window, chromium, complaints)
    await window.get_by_role("button", name="一次性告知", exact=True).click()
    dialog = window.get_by_role("dialog")
    await dialog.get_by_role("checkbox", name="其他事项").check()
    await dialog.get_by_label("其他事项：原因").select_option(label="还没有提交")
    await dialog.get_by_label("其他事项：说明").fill("请带上单位出具的离职证明。")
    await dialog.get_by_label("其他事项：请带来").fill("离职证明原件")
    await dialog.get_by_role("button", name="发出告知书").click()
    await expect(screen.get_by_role("heading", name="请补正以下内容")).to_be_visible()
    for words in ("请带上单位出具的离职证明。", "请带来：离职证明原件", "15 个工作日"):
        await expect(screen.get_by_text(words)).to_be_visible()
    await no_barriers(screen)
    await fits(screen)
    await shot(screen, "screen-supplement")
    await window.get_by_role("button", name="拍下签收的告知书").click()
    await expect(screen.get_by_text("前（含当日）备齐送来")).to_be_visible()
    assert complaints == []


async def test_a_list_is_told_signed_for_answered_and_not_told_again(window, complaints):
    await begin(window, "sybxjzh")
    await window.get_by_role("button", name="一次性告知", exact=True).click()
    dialog = window.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="发出告知书")).to_be_disabled()
    await dialog.get_by_role("checkbox", name="其他事项").check()
    await no_barriers(window)
    await shot(window, "window-notice")
    await dialog.get_by_label("其他事项：原因").select_option(label="还没有提交")
    await dialog.get_by_label("其他事项：说明").fill("请带上单位出具的离职证明。")
    await dialog.get_by_role("button", name="发出告知书").click()
    await expect(dialog).to_have_count(0)
    await expect(window.locator(".case-middle[data-step=supplement]")).to_be_visible()
    await expect(window.get_by_text("请带上单位出具的离职证明。")).to_be_visible()
    await no_barriers(window)
    await fits(window)
    await shot(window, "window-supplement")
    submit = window.get_by_role("button", name="提交补正")
    await window.get_by_label("第 1 项：没有补交的，请写明情况").fill("已由单位直接寄到大厅。")
    await expect(submit).to_be_disabled()  # the list was not handed over yet
    await window.get_by_role("button", name="拍下签收的告知书").click()
    await expect(window.get_by_text("已送达并签收")).to_be_visible()
    await submit.click()
    await expect(window.locator(".case-middle[data-step=identity]")).to_be_visible()
    await expect(window.locator("#notice-rounds")).to_contain_text("1")
    # Once is enough: a second list is for the duty lead to allow.
    await window.get_by_role("button", name="一次性告知", exact=True).click()
    await dialog.get_by_label("再次告知的理由").fill("又缺一份材料。")
    await dialog.get_by_role("button", name="报值班领导").click()
    await expect(dialog).to_have_count(0)
    await window.get_by_role("button", name="一次性告知", exact=True).click()
    await expect(dialog.get_by_text("已报值班领导，尚未答复。")).to_be_visible()
    assert complaints == []
