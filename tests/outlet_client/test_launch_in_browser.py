"""A clerk opens what an intake platform handed over, in a real Chromium."""

import pytest
from playwright.async_api import expect

from casework.actions.open_launch import OpenLaunch, open_launch
from casework.model.launch import LINK_MS
from scenes.barriers import no_barriers
from scenes.counter_pages import shot, step
from scenes.intake_platform import FIELDS, ORIGIN, IntakePlatform

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NARROW = {"width": 320, "height": 800}


@pytest.fixture
def log_origin():
    return ORIGIN


@pytest.fixture
def platform(k, city):
    return IntakePlatform(k, city).registered()


@pytest.fixture
def link(platform, live):
    def do(**changed):
        return str(live.make_url(f"/window/launch/{platform.handed_over(**changed)}"))

    return do


async def test_a_clerk_opens_a_launch_and_types_nothing_again(window, link, complaints):
    asked = []
    window.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    await window.goto(link())
    await expect(window.locator(".launch")).to_contain_text("示范市政务服务平台")
    await no_barriers(window)
    await shot(window, "window-launch")
    await window.click("#begin")
    await step(window, "identity")
    await expect(window.locator("#launch-facts")).to_contain_text("示范市政务服务平台")
    await expect(window.locator(".stored-value").nth(1)).to_contain_text("990*************12")
    await window.click("#main-action")
    # The form is complete: materials come next, and the form can be looked at.
    await step(window, "materials")
    await window.locator(".steps").get_by_role("button", name="填写").click()
    await expect(window.locator('[name="form.last_employer"]')).to_have_value("示范企业")
    await expect(window.locator(".left-out")).to_have_count(0)
    # Neither an address nor a request of the page says what was filled in over there.
    assert not any(FIELDS[name] in said for said in asked for name in ("sqrxm", "sfzjhm", "yydw"))
    assert complaints == []


async def test_what_did_not_fit_stands_beside_the_case_until_it_is_seen(window, link, complaints):
    await window.goto(link(fields={**FIELDS, "syyy": "77", "beizhu": "请上午联系"}))
    await window.click("#begin")
    await step(window, "identity")
    left = window.locator(".left-out")
    await expect(left).to_have_attribute("data-left-out", "2")
    await expect(left.locator("[data-reason=not_mapped]")).to_contain_text("beizhu")
    await expect(left.locator("[data-reason=not_translated]")).to_contain_text("syyy")
    await no_barriers(window)
    await shot(window, "window-launch-left-out")
    # Shown while it is pressed, as every masked value.
    unmapped = left.locator("[data-reason=not_mapped]")
    await expect(unmapped).not_to_contain_text("请上午联系")
    box = await unmapped.get_by_role("button").bounding_box()
    await window.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await window.mouse.down()
    await expect(unmapped).to_contain_text("请上午联系")
    await window.mouse.up()
    await expect(unmapped).not_to_contain_text("请上午联系")
    assert complaints == []


async def test_a_link_pressed_in_two_tabs_leads_to_one_case(window, link, complaints):
    address = link()
    other = await window.context.new_page()
    other.set_default_timeout(15_000)
    for tab in (window, other):
        await tab.goto(address)
        await expect(tab.locator("#begin")).to_be_enabled()
    await window.click("#begin")
    await step(window, "identity")
    await other.click("#begin")
    await expect(other.locator("#case-number")).to_be_visible()
    number = await window.inner_text("#case-number")
    assert await other.inner_text("#case-number") == number
    assert complaints == []


async def test_why_a_link_leads_nowhere_is_told(window, link, desk_of, clock, complaints):
    opened = link()
    number = desk_of("clerk2", opened)
    await window.goto(opened)
    refused = window.locator("[data-banner=launch-refused]")
    await expect(refused).to_contain_text("J-10")
    await expect(window.locator(".launch")).to_contain_text(number)
    await window.goto(link(clerk="102", ref="PT-2"))
    await expect(refused).to_contain_text("J-09")
    late = link(ref="PT-3")
    clock.advance(LINK_MS)
    await window.goto(late)
    await expect(refused).to_contain_text("J-08")
    await no_barriers(window)
    await window.set_viewport_size(NARROW)
    assert await window.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await shot(window, "window-launch-refused")
    await window.get_by_role("link", name="回到首页").click()
    await expect(window.locator(".item-card")).to_have_count(6)
    assert complaints == []


@pytest.fixture
def desk_of(k, city):
    """Another clerk opens the link at her window; the number of her case."""

    def do(login, address):
        handle = address.rpartition("/")[2]
        opened = k.writer.run_sync(open_launch, OpenLaunch(handle), actor=city.actors[login])
        return opened.number

    return do
