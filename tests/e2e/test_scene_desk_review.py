"""Plays docs/scenes/desk-review.md on a live node, over a night: accepted and reviewed on one day, handed
over on the next.
"""

from pathlib import Path

import pytest
from playhouse.night import NIGHT_S, sleep_at
from playhouse.scene import player_at, steps_of
from playhouse.store import reading
from playwright.async_api import async_playwright

from audit.verifier.report import Verdict
from bench.live.chromium import EXECUTABLE, SWITCHES
from scenes.counter import still

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def photograph(folder: Path) -> Path:
    path = folder / "paper.jpg"
    path.write_bytes(still(800, 1100))
    return path


async def test_a_card_is_replaced_by_desk_review_and_handed_over_the_next_day(node, tmp_path):
    played = steps_of("desk-review.md")
    assert len(played) > 60
    files = {"照片": lambda _downloaded: photograph(tmp_path)}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=list(SWITCHES))
        player = await player_at(browser, node.url, files)
        player.sleep = lambda: sleep_at(node)
        for step in played:
            await player.play(step)
        await browser.close()

    with reading(node) as db:
        state, outcome, road, accepted, decided, issued = db.execute(
            "SELECT state, outcome, road, accepted_at_ms, decided_at_ms, issued_at_ms"
            " FROM cases ORDER BY opened_at_ms DESC"
        ).fetchone()
    assert (state, outcome, road) == ("completed", "approved", "desk")
    assert decided - accepted < NIGHT_S * 1000 <= issued - decided
    await node.stop()
    report = node.verify_log()
    assert report.verdict is Verdict.GOOD, report.problems
