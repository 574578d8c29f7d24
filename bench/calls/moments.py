"""What the three pages noted of a call, on one clock."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_IN_PAGE = Path(__file__).with_name("in_page")
SCRIPT = (_IN_PAGE / "moments.js").read_text(encoding="utf-8")
"""For every page, before its own scripts."""
_CLOCK = (_IN_PAGE / "clock.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Moment:
    """`at_ms` is wall time. `detail` is as the script gives it: words, or [station, number]."""

    at_ms: float
    name: str
    detail: Any


Moments = Mapping[int, Iterable[Moment]]
"""By the station that sits at the page."""


async def take_moments(page: Page) -> list[Moment]:
    """Those noted since the last time."""
    return [Moment(*one) for one in await page.evaluate("moments.splice(0)")]


async def clock_error_ms(page: Page) -> float:
    """How far the clock that `moments` are noted by is from the machine's wall clock."""
    return float(await page.evaluate(_CLOCK))


def first(moments: Iterable[Moment], name: str, detail: str = "", after_ms: float = 0) -> float:
    """When it was noted first; any `detail` where none is given. Infinite if it never was."""
    times = (
        one.at_ms
        for one in moments
        if one.name == name and one.at_ms >= after_ms and detail in {"", one.detail}
    )
    return min(times, default=float("inf"))


def seen(moments: Iterable[Moment], stations: Collection[int], after_ms: float) -> float:
    """When the first new picture of the last of these stations was shown; infinite if one of them
    was not.
    """
    begun: dict[int, float] = {}
    for shown_ms, station in _frames(moments):
        if shown_ms > after_ms:
            begun.setdefault(station, shown_ms)
    return max(begun.get(station, float("inf")) for station in stations)


def all_seen(moments: Moments, sees: Mapping[int, Collection[int]], after_ms: float) -> float:
    """When everybody saw everybody; infinite if somebody does not yet."""
    return max(seen(moments[at], stations, after_ms) for at, stations in sees.items())


def _frames(moments: Iterable[Moment]) -> Iterator[tuple[float, int]]:
    return ((one.at_ms, one.detail[0]) for one in moments if one.name == "frame")
