"""`make bench-flood`: what a running call keeps while strangers flood its worker. See bench/README.md."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.flood.run import FloodFailedError, Outcome, flooded_call
from bench.flood.sender import MOST_PER_SECOND, MOST_SECONDS
from bench.media.clients import ClientFailedError
from bench.media.clip import SECONDS
from bench.output import Params, Row, emit, say
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError

BENCH = "flood"
CLIP = Path(f".make/bench-media/clip-{SECONDS}s.bin")
RATES = (0, 5_000, 20_000)
SceneFailed = (
    ClientFailedError,
    FloodFailedError,
    WorkerGoneError,
    WorkerRefusedError,
    TimeoutError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Plan:
    rates: tuple[int, ...]
    runs: int
    seconds: float


async def run(plan: Plan) -> int:
    """The exit status: 0 when every window was valid."""
    outcomes: dict[int, list[Outcome]] = {rate: [] for rate in plan.rates}
    for number in range(plan.runs):
        try:
            async with flooded_call(CLIP) as call:
                for rate in plan.rates:
                    say(f"load {os.getloadavg()[0]:.1f}  run {number + 1}  {rate} datagrams/s")
                    outcome = await call.measure(rate, plan.seconds)
                    outcomes[rate].append(outcome)
                    say(line(outcome))
        except SceneFailed as error:
            say(f"INVALID {type(error).__name__}: {error}")
            return 1
    invalid = 0
    for rate, found in outcomes.items():
        faults = [fault for outcome in found for fault in outcome.faults()]
        for fault in faults:
            say(f"INVALID {rate} datagrams/s: {fault}")
        invalid += bool(faults)
        for row in () if faults else rows(rate, found):
            emit(BENCH, row)
    return 1 if invalid else 0


def rows(rate: int, outcomes: Sequence[Outcome]) -> Iterator[Row]:
    params: Params = {"datagrams_per_s": rate}

    def row(metric: str, values: list[float], unit: str) -> Row:
        return Row(f"flood/{metric}", params, median(values), unit, len(outcomes))

    yield row("delivery", [o.tally.delivery for o in outcomes], "ratio")
    yield row("added_delay_ms_p99", [o.tally.delay_ms(0.99) for o in outcomes], "ms")
    yield row("cpu_percent", [o.cpu_percent for o in outcomes], "percent")
    yield row("dropped_datagrams", [o.dropped for o in outcomes], "count")


def line(outcome: Outcome) -> str:
    clients = "/".join(f"{core:.0%}" for core in outcome.client_cores)
    return (
        f"  sent {outcome.sent_rate:.0f}/s  delivery {outcome.tally.delivery:.4%}"
        f"  p99 {outcome.tally.delay_ms(0.99):.2f} ms  cpu {outcome.cpu_percent:.1f} %"
        f"  dropped {outcome.dropped}  clients {clients}"
    )


def read_plan(arguments: list[str]) -> Plan:
    """Ends the process with status 2 when the options make no plan."""
    parser = argparse.ArgumentParser(prog="bench-flood", description=__doc__)
    parser.add_argument("--rates", default=",".join(str(rate) for rate in RATES))
    parser.add_argument("--runs", type=int, default=3, help="runs each, of which the median counts")
    parser.add_argument("--seconds", type=float, default=15.0, help="a window")
    given = parser.parse_args(arguments)
    try:
        rates = tuple(int(rate) for rate in given.rates.split(","))
    except ValueError:
        parser.error("--rates takes numbers and commas")
    if not all(0 <= rate <= MOST_PER_SECOND for rate in rates):
        parser.error(f"rates are 0 to {MOST_PER_SECOND}")
    if given.runs < 1 or not 0 < given.seconds < MOST_SECONDS:
        parser.error("nothing to run, or too long")
    return Plan(rates, given.runs, given.seconds)


if __name__ == "__main__":
    sys.exit(asyncio.run(run(read_plan(sys.argv[1:]))))
