"""A whole case with a citizen who takes part by her own telephone: three sites that hear each other.

The window's page sends microphone, camera and document camera, the telephone (390 pixels wide) its
own microphone and camera, the hall microphone and camera.
"""

import pytest
from playhouse.people import CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from playhouse.store import newest_call
from playhouse.until import until
from playwright.async_api import Page, expect

from bench.live.desk_scene import REMOTE, DeskScene, desk_scene
from bench.live.media import stations_heard
from bench.live.recordings import is_ended, parts_of, read_part

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_TIMES = 10
"""Of four seconds each: on a machine that does other things besides, beeps may come in pieces."""
_TOO_WIDE = "document.documentElement.scrollWidth > innerWidth || [...document.querySelectorAll('#task *, #actions *')].some((one) => one.getBoundingClientRect().right > innerWidth + 1)"


async def test_a_whole_case_with_a_citizen_elsewhere(node, devices, tmp_path):
    async with desk_scene(node, devices, REMOTE) as scene:
        window, phone, hall = scene.window.page, scene.screen.page, scene.hall.page
        await fits(phone, tmp_path, "welcome")
        await expect(phone.get_by_text("请不要关闭本页面")).to_be_visible()
        await scene.to_the_ring()
        await expect(phone.get_by_role("heading", name="视频连线")).to_be_visible()
        await fits(phone, tmp_path, "notice")
        # Nobody looks at her before she has agreed: the call waits, and her devices are shut.
        await scene.hall.answer()
        await expect(hall.get_by_text("等待群众").first).to_be_visible()
        assert await phone.evaluate("watched.connections.length") == 0
        await scene.screen.agree()
        await scene.until_seen(
            {
                window: {WINDOW, HALL, CITIZEN},
                phone: {HALL, WINDOW, CITIZEN},
                hall: {WINDOW, CITIZEN, HALL, DRAWN_DOCUMENT},
            }
        )
        await fits(phone, tmp_path, "call")
        wanted = {window: {CITIZEN, HALL}, phone: {WINDOW, HALL}, hall: {WINDOW, CITIZEN}}
        for page, stations in wanted.items():
            await hears(page, stations)
        await to_the_end(scene, phone, tmp_path)
    await check_recording(node)


async def hears(page: Page, wanted: set[int]) -> None:
    """Just these voices; a moment is given to one that comes a little after its picture."""
    heard: list[set[int]] = []
    while len(heard) < MOST_TIMES and wanted not in heard:
        heard.append(await stations_heard(page))
        assert heard[-1] <= wanted, heard
    print(f"\nheard at {page.url}: {heard}")
    assert heard[-1] == wanted


async def to_the_end(scene: DeskScene, phone: Page, folder) -> None:
    await scene.hall.check_on_camera()
    await scene.hall.approve(
        "RS20260101000124",
        {"待遇发放账号": "6222021234567890003", "待遇发放银行": "示范银行第二支行"},
        {"待遇发放账号": "6222020200000000006", "待遇发放银行": "示范银行城关支行"},
    )
    await scene.hall.end_call()
    await scene.window.check_receiver()
    await expect(phone.get_by_role("heading", name="请签收")).to_be_visible()
    await fits(phone, folder, "receipt")
    await scene.screen.sign()
    await scene.window.issue()
    await scene.window.close_case()
    await fits(phone, folder, "done")
    await scene.screen.rate("非常满意")
    await expect(phone.get_by_text("谢谢您，请慢走")).to_be_visible()
    await fits(phone, folder, "thanks")


async def fits(phone: Page, folder, name: str) -> None:
    """Nothing hangs over the edge of a telephone; a picture is left for whoever wants to look."""
    await phone.screenshot(path=folder / f"phone-{name}.png")
    assert not await phone.evaluate(_TOO_WIDE), name


async def check_recording(node) -> None:
    """Her voice and face are one part, at a site of its own."""
    call = newest_call(node)
    assert (call.state, call.end_reason) == ("ended", "finished")
    directory = node.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    key = node.call_key(call.id)
    hers = [span for span in parts_of(directory) if span.leg == call.legs["citizen"]]
    assert {span.site for span in hers} == {"citizen"}
    together = [span for span in hers if len(span.sources) == 2]
    assert together
    assert {one for span in together for one in span.sources} == {"citizen_camera", "microphone"}
    for span in together:
        part = read_part(directory, span, key, CITIZEN)
        assert part.stations() == {CITIZEN}
    assert len(read_part(directory, together[-1], key, CITIZEN).beeps) > 1
