"""`make soak`: joins, leaves and long calls, and whether all is given back. See bench/README.md."""

import argparse
import asyncio
import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.output import Row, emit, say
from bench.soak.joins import Joins, four_windows
from bench.soak.rooms import Rooms
from bench.soak.verdict import Line
from yunchuang.logging_setup import configure_logging

BENCH = "soak"


def main() -> int:
    given = _read_arguments(sys.argv[1:])
    configure_logging(readable=True)  # on standard error: standard output is rows alone
    say(f"seed {given.seed}")
    return 0 if asyncio.run(measure(given)) else 1


async def measure(given: argparse.Namespace) -> bool:
    """Whether everything is back."""
    back = True
    with tempfile.TemporaryDirectory(prefix="bench-soak-") as name:
        async with four_windows(Path(name)) as (node, companies):
            if given.joins:
                joins = Joins(node, companies, given.seed)
                lines = await joins.run(given.joins, given.warm_up)
                emit(BENCH, Row("soak/joins", {}, joins.done, "count", 1))
                back &= report("joins", lines)
            if given.minutes:
                rooms = Rooms(node, companies, Path(name))
                lines = await rooms.run(given.minutes)
                emit(BENCH, Row("soak/minutes", {"rooms": len(companies)}, given.minutes, "min", 1))
                for process, slope in rooms.slopes.items():
                    row = Row("soak/rss_mb_per_minute", {"process": process}, slope, "MB/min", 1)
                    emit(BENCH, row)
                back &= report("rooms", lines)
    return back


def report(phase: str, lines: Sequence[Line]) -> bool:
    for line in lines:
        for row in rows(phase, line):
            emit(BENCH, row)
        if not line.is_back:
            say(
                f"NOT BACK after {phase}: {line.process} {line.what} {line.base:g} -> {line.after:g},"
                f" {line.allowed:g} more allowed"
            )
    return all(line.is_back for line in lines)


def rows(phase: str, line: Line) -> Iterator[Row]:
    unit = "MB" if line.what == "rss_mb" else "count"
    for when, value in (("base", line.base), ("after", line.after), ("delta", line.delta)):
        params: dict[str, bool | int | str] = {
            "phase": phase,
            "process": line.process,
            "what": line.what,
        }
        yield Row(f"soak/{when}", params, value, unit, 1)


def _read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.soak")
    parser.add_argument("--joins", type=int, default=10_000)
    parser.add_argument("--warm-up", type=int, default=400)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
