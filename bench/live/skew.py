"""When marks passed: on a page's own tracks before they are encoded, and in what was recorded."""

import time
from collections.abc import Iterable
from pathlib import Path

from playwright.async_api import Page

from bench.live.marks import Marks
from bench.live.recordings import ReadPart
from outlet_client.agent.picture import FLASH_EVERY

_MEASURE = (Path(__file__).with_name("in_page") / "measure.js").read_text()


async def begin_measuring(page: Page) -> None:
    """From now on flashes and beeps on the page's own tracks are noted."""
    await page.evaluate(_MEASURE)


async def end_measuring(page: Page) -> Marks:
    """What was noted on the sender's own tracks."""
    wall_minus_mono = time.time() - time.monotonic()
    noted = await page.evaluate("measured.open = false, measured")
    flashes, beeps = ([at - wall_minus_mono for at in noted[kind]] for kind in ("flashes", "beeps"))
    return Marks(flashes, beeps)


def recorded_marks(parts: Iterable[ReadPart]) -> Marks:
    """The same of recorded parts that hold camera and microphone."""
    flashes: list[float] = []
    beeps: list[float] = []
    for part in parts:
        beeps += part.beeps
        flashes += [
            frame.mono_s
            for frame in part.frames
            if frame.code is not None and frame.code.number % FLASH_EVERY == 0
        ]
    return Marks(flashes, beeps)
