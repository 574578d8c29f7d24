"""Where materials come from, at the counter by visible words: asked, promised, taken back."""

import pytest
from playwright.async_api import expect

from casework.materials.verifier import SourceStatement
from outlet_client.verifiers.sources import MaterialSources, NamedSource
from scenes.barriers import no_barriers
from scenes.case_scene import DESK_ITEM, Desk
from scenes.counter_pages import confirm, paired, shot, write
from scenes.issuing_authority import PlayedSource
from scenes.material_sources import PROMISED, TERMS, filled_without, publish_sources

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SAID = SourceStatement("示范市就业服务中心", "JY2025000001", None, (("单位名称", "示范企业"),), 0)


@pytest.fixture
def played() -> PlayedSource:
    return PlayedSource(SAID)


@pytest.fixture
def sources(played) -> MaterialSources:
    return MaterialSources([NamedSource("示范核验", (f"{DESK_ITEM}/{PROMISED}",), played)])


@pytest.fixture
async def case(k, city, window, live) -> str:
    """The clerk's page on a case that lacks the one material that may come from elsewhere."""
    desk = Desk(k, city)
    publish_sources(desk)
    case_id = filled_without(desk)
    await window.goto(str(live.make_url(f"/window/cases/{case_id}")))
    await expect(window.locator(".case-middle[data-step=materials]")).to_be_visible()
    return case_id


async def test_the_authority_is_asked_instead_of_the_citizen(window, case, complaints):
    slot = window.locator(f"[data-material={PROMISED}]")
    await no_barriers(window)
    await slot.get_by_role("button", name="向签发机关核查").click()
    await expect(window.get_by_text("签发机关已查到")).to_be_visible()
    await expect(slot.get_by_text("示范市就业服务中心核查结果")).to_be_visible()
    await expect(slot.get_by_role("button", name="向签发机关核查")).to_have_count(0)
    assert complaints == []


async def test_a_promise_is_the_citizens_choice_read_signed_and_taken_back(
    window, case, chromium, complaints
):
    screen = await paired(window, chromium, complaints)
    slot = window.locator(f"[data-material={PROMISED}]")
    await slot.get_by_role("button", name="改用告知承诺").click()
    await expect(screen.get_by_role("heading", name="告知承诺")).to_be_visible()
    await expect(screen.get_by_text(TERMS.text)).to_be_visible()
    await no_barriers(screen)
    await shot(screen, "screen-promise")
    await shot(window, "window-promise")
    await screen.get_by_role("button", name="不承诺，提交材料").click()
    await expect(window.get_by_text("群众选择提交材料")).to_be_visible()
    await slot.get_by_role("button", name="改用告知承诺").click()
    await screen.get_by_role("button", name="已阅读，愿意承诺").click()
    await write(screen)
    await confirm(screen)
    promises = window.get_by_role("region", name="告知承诺", exact=True)
    await expect(promises.get_by_text("已承诺")).to_be_visible()
    await expect(slot).to_have_attribute("data-enough", "true")
    await no_barriers(window)
    size = window.viewport_size
    assert size is not None
    await window.set_viewport_size({"width": 320, "height": 900})
    assert await window.evaluate("document.documentElement.scrollWidth") <= 320
    await window.set_viewport_size(size)
    await promises.get_by_role("button", name="撤回承诺").click()
    await window.get_by_role("dialog").get_by_role("button", name="撤回承诺", exact=True).click()
    await expect(promises.get_by_text("已撤回")).to_be_visible()
    await expect(slot).to_have_attribute("data-enough", "false")
    assert complaints == []


async def test_an_original_is_taken_in_passed_on_and_given_back(window, case, complaints):
    part = window.get_by_role("region", name="原件", exact=True)
    dialog = window.get_by_role("dialog")
    await part.get_by_role("button", name="收存原件").click()
    await dialog.get_by_label("原件说明").fill("终止劳动合同证明，1页")
    await no_barriers(window)
    await shot(window, "window-original")
    await dialog.get_by_role("button", name="收存", exact=True).click()
    await expect(part.get_by_text("在窗口，101号保管")).to_be_visible()
    await part.get_by_role("button", name="移交").click()
    await dialog.get_by_label("移交到").select_option(label="移交途中")
    await dialog.get_by_label("接收人工号").fill("102")
    await dialog.get_by_role("button", name="移交", exact=True).click()
    await expect(part.get_by_text("移交途中，102号保管")).to_be_visible()
    await window.get_by_role("button", name="申请人撤回").click()
    listed = window.locator("#withdraw-materials").get_by_role("checkbox", checked=True)
    await expect(listed).to_have_count(1)
    await window.locator("#withdraw-dialog [data-close-dialog]").click()
    await part.get_by_role("button", name="退还").click()
    await dialog.get_by_role("button", name="已退还", exact=True).click()
    await expect(part.get_by_text("已退还", exact=True)).to_be_visible()
    assert complaints == []
