"""Plays docs/scenes/supplement.md and docs/scenes/return.md on a live node, as they stand there."""

import pytest
from playhouse.scene import player_at, steps_of
from playhouse.store import reading
from playwright.async_api import async_playwright

from bench.live.chromium import SWITCHES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("scene", "notices", "faults"), [("supplement.md", 1, 0), ("return.md", 0, 1)]
)
async def test_a_case_comes_back_to_the_window_and_goes_on(node, scene, notices, faults):
    played = steps_of(scene)
    before = counted(node, "case_notice"), counted(node, "case_fault")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(SWITCHES)
        )
        player = await player_at(browser, node.url)
        await player.play_all(played)
        await browser.close()
    after = counted(node, "case_notice"), counted(node, "case_fault")
    assert (after[0] - before[0], after[1] - before[1]) == (notices, faults)


def counted(node, table: str) -> int:
    """A return counts against the window, a notice does not."""
    with reading(node) as db:
        return db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
