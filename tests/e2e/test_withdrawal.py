"""Three browsers at a whole node: she has agreed and been seen, and takes the agreement back."""

import pytest
from playhouse.store import newest_call
from playhouse.until import until
from playwright.async_api import expect

from bench.live.desk_scene import TABLET, desk_scene
from bench.live.recordings import is_ended, parts_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

_LIVE = "[...document.querySelectorAll('video')].filter((one) => one.srcObject?.active).length"


@pytest.mark.parametrize("who", ["citizen", "clerk"])
async def test_the_call_ends_and_what_was_recorded_stays(node, devices, who):
    async with desk_scene(node, devices, TABLET) as scene:
        window, screen, hall = scene.window.page, scene.screen.page, scene.hall.page
        await scene.to_the_ring()
        await scene.to_the_call()
        await scene.until_all_seen()
        page = screen if who == "citizen" else window
        await page.get_by_role("button", name="撤回同意", exact=True).click()
        await page.get_by_role("button", name="撤回并结束连线", exact=True).click()
        await expect(screen.get_by_text("您已撤回同意，连线已结束")).to_be_visible()
        for told in (window, hall):
            await expect(told.get_by_text("群众已撤回对录音录像的同意")).to_be_visible()
        await expect(window.get_by_role("button", name="呼叫大厅")).to_be_enabled()
        for shut in (screen, hall):
            await shut.wait_for_function(f"() => {_LIVE} === 0")
    call = newest_call(node)
    assert (call.state, call.end_reason) == ("wrap_up", "consent_withdrawn")
    directory = node.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    assert {span.site for span in parts_of(directory)} >= {"counter", "hall"}
