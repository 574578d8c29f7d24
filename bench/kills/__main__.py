"""`make bench-kills`: kill -9 at random moments of recorded calls. See bench/README.md."""

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.kills.campaign import Outcome, campaign
from bench.kills.plan import Kill, Target, plan
from bench.live.node import make_city
from bench.output import Row, emit, say
from yunchuang.logging_setup import configure_logging

BENCH = "kills"


def main() -> int:
    given = _read_arguments(sys.argv[1:])
    configure_logging(readable=True)  # on standard error: standard output is rows alone
    say(f"seed {given.seed}")
    outcomes = asyncio.run(measure(list(plan(given.kills, given.seed))))
    for row in rows(outcomes):
        emit(BENCH, row)
    return 1 if any(outcome.problems for outcome in outcomes) else 0


async def measure(kills: Sequence[Kill]) -> list[Outcome]:
    """Plays one call a kill; a table of them goes to standard error."""
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="bench-kills-") as folder:
        city = make_city(Path(folder) / "city")
        (Path(folder) / "node").mkdir()
        async with campaign(city, Path(folder) / "node") as kept:
            say(f"a call lasts {await kept.rehearse():.1f} s")
            for kill in kills:
                outcome = await kept.run(kill)
                say(table_line(outcome, len(kills)))
                outcomes.append(outcome)
    return outcomes


def rows(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    for target in Target:
        mine = [outcome for outcome in outcomes if outcome.kill.target is target]
        yield Row("kills/kills", {"target": target.value}, len(mine), "count", 1)
    for line in sorted({outcome.kill.line for outcome in outcomes}):
        lost = [
            outcome.lost_s
            for outcome in outcomes
            if outcome.kill.line == line and outcome.kill.target is not Target.DESK
        ]
        if lost:
            yield Row("kills/lost_s_max", {"line": line}, max(lost), "s", len(lost))
            median = statistics.median(lost)
            yield Row("kills/lost_s_median", {"line": line}, median, "s", len(lost))
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    yield Row("kills/failures", {}, failed, "count", len(outcomes))


def table_line(outcome: Outcome, of: int) -> str:
    kill = outcome.kill
    problems = "; ".join(outcome.problems) or "ok"
    return (
        f"{kill.number:>3}/{of} {kill.target:<7}{kill.line:<8}{outcome.phase:<12}"
        f"{outcome.at_s:>5.1f} s  lost {outcome.lost_s:.2f} s  {outcome.parts} parts  {problems}"
    )


def _read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.kills")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
