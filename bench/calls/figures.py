"""What a call took, over many calls: percentiles, and where the time went."""

import math
import statistics
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.calls.moments import Moments, first, seen
from bench.live.people import CITIZEN, HALL, WINDOW
from bench.output import Row

SEES: Mapping[int, Collection[int]] = {WINDOW: {HALL}, CITIZEN: {HALL}, HALL: {WINDOW, CITIZEN}}
"""Whose camera each page must show."""
PERCENTILES = (50, 95)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one call, in ms. `recover` goes by the length of the blackout in seconds; `steps` are in
    order, each since what it is counted from.
    """

    ring: float
    first_frame: float
    recover: Mapping[int, float]
    steps: Mapping[str, float]


def steps_of(moments: Moments, pressed_ms: float, accepted_ms: float) -> dict[str, float]:
    """Where the time went; infinite for what did not happen."""
    hall, window = moments[HALL], moments[WINDOW]
    ring = {
        "asked": first(window, "heard", "ok call.request", pressed_ms),
        "offer came": first(hall, "heard", "call.offered staff", pressed_ms),
        "ring shown": first(hall, "shown", "ring", pressed_ms),
    }
    call = {
        "accepted": first(hall, "heard", "ok offer.accept", accepted_ms),
        "joins": first(hall, "said", "leg.join", accepted_ms),
        "offer came": first(hall, "heard", "leg.offer", accepted_ms),
        "answered": first(hall, "said", "leg.answer", accepted_ms),
        "connected": first(hall, "connection", "connected", accepted_ms),
    }
    sees = {
        f"{name} sees": seen(moments[at], SEES[at], accepted_ms)
        for name, at in (("hall", HALL), ("window", WINDOW), ("citizen", CITIZEN))
    }
    return {
        **{f"ring: {name}": at - pressed_ms for name, at in ring.items()},
        **{f"call: {name}": at - accepted_ms for name, at in (call | sees).items()},
    }


def percentile(values: Sequence[float], per_cent: int) -> float:
    """By nearest rank: a value that was measured."""
    return sorted(values)[math.ceil(len(values) * per_cent / 100) - 1]


def rows(calls: Sequence[Figures]) -> Iterator[Row]:
    """`runs` is the number of calls."""

    def both(metric: str, values: Sequence[float], **params: int) -> Iterator[Row]:
        for per_cent in PERCENTILES:
            value = percentile(values, per_cent)
            yield Row(f"call/{metric}_ms_p{per_cent}", {**params}, value, "ms", len(values))

    yield from both("ring", [call.ring for call in calls])
    yield from both("first_frame", [call.first_frame for call in calls])
    for seconds in calls[0].recover:
        yield from both("recover", [call.recover[seconds] for call in calls], blackout_s=seconds)


def breakdown(calls: Sequence[Figures]) -> Iterator[str]:
    """Lines of medians, for people."""
    for name in calls[0].steps:
        values = [call.steps[name] for call in calls if math.isfinite(call.steps[name])]
        if values:
            yield f"{name:<20}{statistics.median(values):>7.0f} ms"
