"""Plays docs/scenes/account-change.md on a live node: counter and hall are two computers, and what stands
in the case and in its recording afterwards is what the scene told.
"""

import pytest
from playhouse.exported import export_and_verify
from playhouse.people import DRAWN_CITIZEN, DRAWN_DOCUMENT, HALL, WINDOW
from playhouse.scene import computer, player_at, steps_of
from playhouse.store import newest_call, open_recordings, reading
from playhouse.until import until
from playwright.async_api import async_playwright

from bench.live.chromium import EXECUTABLE, SWITCHES
from bench.live.recordings import is_ended, parts_of, read_part

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


async def test_an_account_is_changed_in_a_three_way_call(node, devices, tmp_path):
    played = steps_of("account-change.md")
    assert len(played) > 90
    async with async_playwright() as playwright:
        counter, hall = [
            await playwright.chromium.launch(
                executable_path=EXECUTABLE, args=[*SWITCHES, *devices[station].switches]
            )
            for station in (WINDOW, HALL)
        ]
        player = await player_at(counter, node.url)
        player.computers = {"柜台": player.context, "大厅": await computer(hall, node.url)}
        for step in played:
            await player.play(step)
        await counter.close()
        await hall.close()

    with reading(node) as db:
        number, state, outcome, rated = db.execute(
            "SELECT number, state, outcome, rated_at_ms FROM cases ORDER BY opened_at_ms DESC"
        ).fetchone()
    assert (state, outcome, rated is not None) == ("completed", "approved", True)
    call = newest_call(node)
    assert (call.state, call.end_reason) == ("ended", "finished")
    directory = node.recordings(call.id)
    await until(lambda: is_ended(directory), "the recording has an end", 60)
    await until(lambda: not open_recordings(node), "the desk knows it", 60)
    key = node.call_key(call.id)
    seen = {
        station
        for span in parts_of(directory)
        for station in read_part(directory, span, key).stations()
    }
    assert seen == {WINDOW, DRAWN_CITIZEN, DRAWN_DOCUMENT, HALL}
    await node.stop()
    await export_and_verify(node, number, call.id, tmp_path / "package")
