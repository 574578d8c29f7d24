"""One PC at the window: the clerk's page sends microphone and three cameras, two of them drawn by the
page; the citizen's screen beside it only watches. Nobody at the counter hears the counter.
"""

import pytest
from playhouse.people import DRAWN_CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from playhouse.store import newest_call
from playhouse.until import until

from bench.live.desk_scene import ONE_PC, desk_scene
from bench.live.media import sound_received, stations_heard, statistics
from bench.live.recordings import is_ended, parts_of, read_part

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_no_leg_of_a_site_hears_the_other_and_the_hall_hears_the_counter(node, devices):
    async with desk_scene(node, devices, ONE_PC) as scene:
        window, screen, hall = scene.window.page, scene.screen.page, scene.hall.page
        await scene.to_the_ring()
        await scene.to_the_call()
        counter = {WINDOW, DRAWN_CITIZEN, DRAWN_DOCUMENT}
        await scene.until_seen({window: {WINDOW, HALL}, screen: {HALL}, hall: counter | {HALL}})
        heard = [await stations_heard(page) for page in (window, screen, hall)]
        print(f"\nheard at window, citizen's screen, hall: {heard}")
        assert heard == [{HALL}, set(), {WINDOW}]
        # The screen has no m-line on which sound could come, and sends nothing at all.
        inbound = await statistics(screen, "inbound")
        assert {one["kind"] for one in inbound.values()} == {"video"}
        assert await sound_received(screen) == 0
        assert await statistics(screen, "outbound") == {}
        await scene.hall.end_call()

    call = newest_call(node)
    directory = node.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    key = node.call_key(call.id)
    found = {}
    for span in parts_of(directory):
        for source in {source.value for source in span.sources} - {"microphone"}:
            place = (span.leg, source)
            found.setdefault(place, set()).update(read_part(directory, span, key).stations())
    assert found == {
        (call.legs["window"], "camera"): {WINDOW},
        (call.legs["window"], "citizen_camera"): {DRAWN_CITIZEN},
        (call.legs["window"], "document_camera"): {DRAWN_DOCUMENT},
        (call.legs["hall"], "camera"): {HALL},
    }
