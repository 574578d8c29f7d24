"""One whole case in three separate Chromium processes, and what its recording holds.

The window has a tablet: the clerk's page sends a microphone and a camera, the citizen's screen a
camera, the hall a microphone and a camera, each 640 x 360 at 15 frames/s from files that carry a
frame number and a beep.
"""

import asyncio
import time

import pytest
from playhouse.exported import export_and_verify
from playhouse.people import CITIZEN, HALL, WINDOW
from playhouse.store import newest_call, open_recordings
from playhouse.until import until

from bench.live.desk_scene import ITEM, DeskScene, desk_scene
from bench.live.marks import skew_between
from bench.live.media import frames_sent, sound_received, stations_heard, statistics
from bench.live.recordings import all_parts, is_ended, open_parts, parts_of, read_part
from bench.live.skew import begin_measuring, end_measuring, recorded_marks

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_PRESSES = 8
BETWEEN_MARKS_S = 15.0
FRAMES_OFF = 0.05
SKEW_OFF_S = 0.1
SEATS = {
    "window": (WINDOW, "camera"),
    "citizen": (CITIZEN, "citizen_camera"),
    "hall": (HALL, "camera"),
}


async def test_one_whole_case_in_three_browsers(node, devices, tmp_path):
    async with desk_scene(node, devices) as scene:
        pressed = await scene.to_the_ring()
        print(f"\nfrom 开始办理 to ringing: {len(pressed)} presses {pressed}")
        assert len(pressed) <= MOST_PRESSES
        await scene.to_the_call()
        await media_flows(scene)

        pages = {
            "window": scene.window.page,
            "citizen": scene.screen.page,
            "hall": scene.hall.page,
        }
        for seat in ("window", "hall"):
            await begin_measuring(pages[seat])
        first = {seat: await frames_sent(pages[seat], SEATS[seat][1]) for seat in SEATS}
        began = time.monotonic()
        await scene.hall.check_on_camera()
        await scene.hall.approve(
            "RS20260101000123",
            {"待遇发放账号": "6222021234567890003", "待遇发放银行": "示范银行第二支行"},
            {"待遇发放账号": "6222020200000000006", "待遇发放银行": "示范银行城关支行"},
        )
        await asyncio.sleep(max(0.0, began + BETWEEN_MARKS_S - time.monotonic()))
        second = {seat: await frames_sent(pages[seat], SEATS[seat][1]) for seat in SEATS}
        own = {seat: await end_measuring(pages[seat]) for seat in ("window", "hall")}
        await scene.hall.end_call()

        number = await scene.issue_and_rate()

    call = newest_call(node)
    assert (call.state, call.end_reason) == ("ended", "finished")
    directory = node.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    await until(lambda: not open_recordings(node), "the desk knows it", 60)
    assert open_parts(directory) == set()
    check_recording(node, call, first, second, own)
    await node.stop()
    entries = await export_and_verify(node, number, call.id, tmp_path / "package")
    print(f"{ITEM} {number}: good, {entries} entries")


async def media_flows(scene: DeskScene) -> None:
    """Every page sees and hears whom it should; no leg of a site hears another."""
    window, screen, hall = scene.window.page, scene.screen.page, scene.hall.page
    await scene.until_all_seen()
    for page in (window, screen, hall):
        inbound = await statistics(page, "inbound")
        assert max(one.get("framesDecoded", 0) for one in inbound.values()) > 0
    heard = [await stations_heard(page) for page in (window, screen, hall)]
    assert heard == [{HALL}, set(), {WINDOW}]
    assert await sound_received(screen) == 0


def check_recording(node, call, first, second, own) -> None:
    directory, key = node.recordings(call.id), node.call_key(call.id)
    for seat, (station, source) in SEATS.items():
        leg = call.legs[seat]
        spans = [span for span in parts_of(directory) if span.leg == leg and source in span.sources]
        parts = [read_part(directory, span, key, station) for span in spans]
        # The leg's file holds the leg's own picture and no other's.
        assert {found for part in parts for found in part.stations()} == {station}
        sent = second[seat].frames - first[seat].frames
        recorded = sum(
            first[seat].mono_s < frame.mono_s <= second[seat].mono_s
            for part in parts
            for frame in part.frames
        )
        span_s = second[seat].mono_s - first[seat].mono_s
        print(f"{seat}: {recorded} frames recorded of {sent} sent in {span_s:.1f} s")
        assert abs(recorded - sent) <= FRAMES_OFF * sent
        if seat in own:
            skew = skew_between(own[seat], recorded_marks(parts))
            assert skew is not None
            print(f"{seat}: sound recorded {skew:+.3f} s later against its picture than sent")
            assert abs(skew) <= SKEW_OFF_S
    assert {span.leg for span in all_parts(directory)} == set(call.legs.values())
