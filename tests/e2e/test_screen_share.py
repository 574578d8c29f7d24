"""A screen is shared from the hall and from the window: seen by the others under its name, recorded as a
source of its own, ended by a button and by the browser's own "stop sharing".

Chromium shows a made-up screen (`--use-fake-ui-for-media-stream` chooses it).
"""

import pytest
from playhouse.store import newest_call
from playhouse.until import until
from playwright.async_api import Page, expect

from bench.live.desk_scene import DeskScene
from bench.live.recordings import is_ended, parts_of, read_part

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

_MOVES = """async () => {
  const video = document.querySelector("#tile-screen video");
  const frames = () => video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  const before = frames();
  await new Promise((done) => setTimeout(done, 700));
  return frames() > before && video.videoWidth > 0;
}"""
_STOPPED_BY_BROWSER = """() => {
  const senders = watched.connections.flatMap((one) => one.connectionState === "closed" ? [] : one.getTransceivers());
  const track = senders.find((one) => one.mid === "screen").sender.track;
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""


async def test_a_screen_is_shared_seen_recorded_and_ended(call_scene: DeskScene):
    window, screen, hall = call_scene.window.page, call_scene.screen.page, call_scene.hall.page
    legs = newest_call(call_scene.node).legs

    await share(hall)
    for page in (window, screen):
        await until(lambda page=page: page.evaluate(_MOVES), "the hall's screen is seen", 60)
        await expect(page.locator("#tile-screen").get_by_text("共享屏幕")).to_be_visible()
    await expect(hall.get_by_text("您的屏幕正在共享并录制")).to_be_visible()
    await hall.get_by_role("button", name="停止共享").click()
    for page in (window, screen):
        await expect(page.locator("#tile-screen")).to_have_count(0)

    await share(window)
    await until(lambda: hall.evaluate(_MOVES), "the window's screen is seen", 60)
    await window.evaluate(_STOPPED_BY_BROWSER)
    await expect(hall.locator("#tile-screen")).to_have_count(0)
    await expect(window.get_by_text("您的屏幕正在共享并录制")).to_have_count(0)
    await expect(window.locator("[data-banner=device-fault]")).to_have_count(0)

    assert newest_call(call_scene.node).legs == legs
    await call_scene.hall.end_call()
    await check_recording(call_scene)


async def share(page: Page) -> None:
    await page.get_by_role("button", name="共享屏幕").click()
    dialog = page.get_by_role("dialog", name="要共享屏幕吗？")
    await expect(dialog.get_by_text("并会随连线一起录制")).to_be_visible()
    await dialog.get_by_role("button", name="共享", exact=True).click()


async def check_recording(scene: DeskScene) -> None:
    call = newest_call(scene.node)
    directory, key = scene.node.recordings(call.id), scene.node.call_key(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    frames = {
        span.leg: len(read_part(directory, span, key).frames)
        for span in parts_of(directory)
        if span.sources == ("screen",)
    }
    print(f"\nframes of shared screens by leg: {frames}")
    assert frames.keys() == {call.legs["hall"], call.legs["window"]}
    assert min(frames.values()) >= 3
