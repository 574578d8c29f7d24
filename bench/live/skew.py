"""How far sound and picture lie apart: on a sender's own tracks, and in what was recorded."""

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from playwright.async_api import Page

from bench.live.recordings import ReadPart
from outlet_client.agent.picture import FLASH_EVERY

PERIOD_S = 1.0
"""A flash and a beep each second: a skew is known within half of it."""

_MEASURE = (Path(__file__).with_name("in_page") / "measure.js").read_text()


async def begin_measuring(page: Page) -> None:
    """From now on flashes and beeps on the page's own tracks are noted."""
    await page.evaluate(_MEASURE)


async def end_measuring(page: Page) -> float:
    """The sender's own skew (sound after picture, seconds), the median of what was noted."""
    noted = await page.evaluate("measured.open = false, measured")
    return median_skew(noted["flashes"], noted["beeps"])


def recorded_skew(parts: Iterable[ReadPart], since_s: float, until_s: float) -> float:
    """The same of recorded parts that hold camera and microphone, between two moments of the
    monotonic clock: a browser's capture files drift, so only the same seconds can be compared.
    """
    flashes: list[float] = []
    beeps: list[float] = []
    for part in parts:
        beeps += part.beeps
        flashes += [
            frame.mono_s
            for frame in part.frames
            if frame.code is not None
            and frame.code.number % FLASH_EVERY == 0
            and since_s <= frame.mono_s <= until_s
        ]
    return median_skew(flashes, beeps)


def median_skew(flashes: Sequence[float], beeps: Sequence[float]) -> float:
    """By flash: how long after it the nearest beep comes, negative if it comes before."""
    skews = []
    for flash in flashes:
        nearest = min(beeps, key=lambda beep: abs(beep - flash), default=None)
        if nearest is not None and abs(nearest - flash) <= PERIOD_S / 2:
            skews.append(nearest - flash)
    assert len(skews) >= 3, f"{len(flashes)} flashes, {len(beeps)} beeps"
    return statistics.median(skews)


def apart(one: float, other: float) -> float:
    """The distance of two skews, which come again after a period."""
    distance = abs(one - other) % PERIOD_S
    return min(distance, PERIOD_S - distance)
