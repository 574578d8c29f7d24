"""Devices are pulled out and changed in a running call: both sides are told, nobody leaves, and the
recording goes on.

Chromium's made-up devices cannot be pulled out: the page is made to see what it would see then
(bench/live/in_page/unplug.js).
"""

import time
from pathlib import Path

import pytest
from playhouse.people import CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from playhouse.store import newest_call
from playhouse.until import until
from playwright.async_api import expect

import bench.live
from bench.live.desk_scene import DeskScene
from bench.live.media import stations_heard
from bench.live.recordings import is_ended, parts_of, read_part
from bench.live.window_page import DRAWN
from casework.ports import TrackSource
from recording.timeline import read_timeline

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

DRAWN_CLERK = 101
TOLD_WITHIN_S = 15.0
"""Of its own accord, however slow the machine: nobody has to look for it."""
_IN_PAGE = Path(bench.live.__file__).with_name("in_page")
UNPLUG = (_IN_PAGE / "unplug.js").read_text()
PLUG = (_IN_PAGE / "plug.js").read_text()


async def test_devices_come_and_go_in_a_running_call(call_scene: DeskScene):
    window, hall = call_scene.window.page, call_scene.hall.page
    legs = newest_call(call_scene.node).legs
    joined = await window.evaluate("watched.connections.length")

    # Another camera is chosen in the call: the hall sees it at once.
    await window.get_by_text("设备", exact=True).last.click()
    await window.get_by_label("柜员摄像头").last.select_option(label=DRAWN)
    await call_scene.until_seen(
        {window: {DRAWN_CLERK, HALL}, hall: {DRAWN_CLERK, CITIZEN, HALL, DRAWN_DOCUMENT}}
    )

    # The reviewer's only microphone is pulled out, and put back.
    began = time.monotonic()
    await hall.evaluate(UNPLUG, ["microphone", True])
    await expect(window.get_by_text("审核员的麦克风已断开").first).to_be_visible()
    print(f"\nthe window is told after {time.monotonic() - began:.2f} s")
    assert time.monotonic() - began <= TOLD_WITHIN_S
    await expect(hall.locator(".device-fault")).to_be_visible()
    await hall.evaluate(PLUG)
    await expect(window.get_by_text("审核员的麦克风已断开")).to_have_count(0)
    await expect(hall.locator(".device-fault")).to_have_count(0)
    await until(lambda: hears(window, HALL), "the window hears the hall again", 60)

    # The counter's microphone is pulled out, and another is at hand: it is taken, and said.
    await window.evaluate(UNPLUG, ["microphone", False])
    await expect(window.get_by_text("麦克风已断开，现改用").first).to_be_visible()
    await expect(hall.get_by_text("柜台的麦克风已断开")).to_have_count(0)
    await until(lambda: hears(hall, WINDOW), "the hall hears the counter", 60)

    assert await window.evaluate("watched.connections.length") == joined, "nobody joined anew"
    assert newest_call(call_scene.node).legs == legs
    hung_up_ms = time.monotonic() * 1000
    await call_scene.hall.end_call()
    await check_recording(call_scene, hung_up_ms)


async def hears(page, station: int) -> bool:
    return station in await stations_heard(page)


async def check_recording(scene: DeskScene, hung_up_ms: float) -> None:
    """Both cameras of the clerk were recorded, and a change of devices is no break: the ledger has
    no line for it. A new part may begin there: sound and picture are aligned anew at any keyframe.
    """
    call = newest_call(scene.node)
    leg = call.legs["window"]
    directory, key = scene.node.recordings(call.id), scene.node.call_key(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    spans = [span for span in parts_of(directory) if span.leg == leg and "camera" in span.sources]
    parts = [read_part(directory, span, key) for span in spans]
    print(f"parts of the clerk's camera: {[sorted(part.stations()) for part in parts]}")
    assert {station for part in parts for station in part.stations()} == {WINDOW, DRAWN_CLERK}
    timeline = read_timeline(directory)
    assert timeline is not None
    lines = [(gap.source, gap.from_mono_ms) for gap in timeline.gaps if gap.leg == leg]
    assert [at for source, at in lines if source is TrackSource.CAMERA and at < hung_up_ms] == []
