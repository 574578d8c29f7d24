"""`make bench-call`: how long a call takes to ring, to show, and to come back. See bench/README.md."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.calls.figures import Figures, breakdown, rows
from bench.calls.moments import Moments, first
from bench.calls.scene import Scene, SceneFailed, open_scene
from bench.live.people import CITIZEN, HALL, WINDOW
from bench.output import emit, say
from yunchuang.logging_setup import configure_logging

BENCH = "call"
CALLS = 20
CLOCK_ERROR_MS = 5.0
"""Pages whose clocks lie further apart measure nothing."""
_NAMES = {WINDOW: "window", CITIZEN: "citizen", HALL: "hall"}


@dataclass(frozen=True, slots=True)
class Plan:
    """`blackouts` are whole seconds; every call has each of them."""

    calls: int = CALLS
    blackouts: tuple[int, ...] = (10, 3)
    timeline: bool = False


class InvalidRunError(Exception):
    """A figure of this run would mean nothing; the text says why."""


async def measure(plan: Plan) -> list[Figures]:
    """Raises InvalidRunError."""
    held: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="bench-calls-") as folder:
        try:
            async with open_scene(Path(folder)) as scene:
                for _ in range(plan.calls):
                    held.append(await scene.hold(plan.blackouts))
                    say(line(len(held), held[-1]))
                if plan.timeline:
                    say(timeline(scene.moments))
                await _check_clocks(scene)
        except SceneFailed as error:
            text = f"call {len(held) + 1}: {type(error).__name__} {error}"
            raise InvalidRunError(text) from error
    return held


async def _check_clocks(scene: Scene) -> None:
    """At the end, when they have gone apart the furthest."""
    error_ms = await scene.clock_error_ms()
    say(f"clocks of the pages: {error_ms:+.1f} ms")
    if abs(error_ms) > CLOCK_ERROR_MS:
        raise InvalidRunError("the pages' clocks are too far from the machine's")


def line(number: int, call: Figures) -> str:
    back = "".join(f"  back after {s} s {ms:5.0f}" for s, ms in call.recover.items())
    return (
        f"call {number:>3}  ring {call.ring:5.0f}  first frames {call.first_frame:5.0f}{back}  ms"
    )


def timeline(moments: Moments) -> str:
    """All that was noted of a call but pictures, in ms since it was pressed."""
    began_ms = first(moments[WINDOW], "press", "call-hall")
    noted = sorted(
        (one.at_ms - began_ms, _NAMES[at], f"{one.name} {one.detail}")
        for at, some in moments.items()
        for one in some
        if one.name != "frame"
    )
    return "\n".join(f"{at_ms:>8.0f} {who:<8} {what}" for at_ms, who, what in noted)


def main() -> int:
    plan = _read_plan(sys.argv[1:])
    configure_logging(readable=True)  # on standard error: standard output is rows alone
    if plan.calls < CALLS:
        say(f"fewer than {CALLS} calls are for development: such figures do not count")
    try:
        held = asyncio.run(measure(plan))
    except InvalidRunError as error:
        say(f"INVALID {error}")
        return 1
    for text in breakdown(held):
        say(text)
    for row in rows(held):
        emit(BENCH, row)
    return 0


def _read_plan(arguments: Sequence[str]) -> Plan:
    """Ends the process with status 2 when the options make no plan."""
    parser = argparse.ArgumentParser(prog="bench-call", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--blackouts", default="10,3", help="seconds, by commas; empty: none")
    parser.add_argument("--timeline", action="store_true", help="all that the last call did")
    given = parser.parse_args(arguments)
    try:
        blackouts = tuple(int(one) for one in given.blackouts.split(",") if one)
    except ValueError:
        parser.error("--blackouts takes whole seconds and commas")
    if given.calls < 1 or not all(1 <= one <= 50 for one in blackouts):
        parser.error("at least one call, and blackouts of 1 to 50 s: a leg is kept for 60")
    return Plan(given.calls, blackouts, given.timeline)


if __name__ == "__main__":
    sys.exit(main())
