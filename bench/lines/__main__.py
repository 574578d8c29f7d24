"""`make bench-lines`: recorded calls over bad lines. See bench/README.md."""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from playwright.async_api import Error

from bench.lines.browser_station import BrowserStation
from bench.lines.call import CITIZEN, HALL, OUTLET, Call, SitDown
from bench.lines.impairments import IMPAIRMENTS, Impairment
from bench.lines.recorded import read_recorded
from bench.lines.station import LineStation
from bench.lines.verdict import Verdict, judge
from bench.live.chromium import browsers, make_devices
from bench.output import Params, Row, emit, say
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from yunchuang.logging_setup import configure_logging

BENCH = "lines"
_HEAD = (
    f"{'line':<24}{'sent':>6}{'shown':>7}{'recorded':>9}{'back':>6}{'skew':>7}"
    f"{'lines':>6}{'unexpl.':>8}{'unfound.':>9}{'edge':>7}{'bend':>7}{'lost':>7}"
)
AGENTS = {HALL: 1, OUTLET: 2}
BROWSERS = {HALL: 1, OUTLET: 2, CITIZEN: 3}
"""Numbers of the stations, in the order in which they join."""
LATE_MS = 80.0
"""A station that was further behind its clock had not the machine that the measurement needs."""
TRIES = 3
SceneFailed = (WorkerGoneError, WorkerRefusedError, TimeoutError, OSError, Error, AssertionError)


def main() -> int:
    chosen = _read_arguments(sys.argv[1:])
    configure_logging(readable=True)  # on standard error: standard output is rows alone
    if chosen is None:
        return 2
    failed = 0
    say(_HEAD)
    for impairment in chosen:
        try:
            verdicts, lost = asyncio.run(measure(impairment, seed=1))
        except SceneFailed as error:
            say(f"INVALID {impairment.chosen_by}: {type(error).__name__} {error}")
            failed += 1
            continue
        say(table_line(impairment.chosen_by, verdicts, lost))
        for row in rows(impairment, verdicts):
            emit(BENCH, row)
    return 1 if failed else 0


async def measure(impairment: Impairment, seed: int) -> tuple[dict[str, Verdict], float]:
    """By leg what became of its frames, and the share of datagrams that the line lost. A call in which
    a station could not keep pace tells nothing of the line: it is held again, `TRIES` times at most.
    Raises AssertionError then.
    """
    for _ in range(TRIES):
        verdicts, lost, late_ms = await _hold(impairment, seed)
        if late_ms <= LATE_MS:
            return verdicts, lost
        say(f"AGAIN {impairment.chosen_by}: a station was {late_ms:.0f} ms behind its clock")
    raise AssertionError(f"stations were {late_ms:.0f} ms behind their clocks")


async def _hold(impairment: Impairment, seed: int) -> tuple[dict[str, Verdict], float, float]:
    with tempfile.TemporaryDirectory(prefix="bench-lines-") as name:
        folder = Path(name)
        async with _in_chromium(folder) if impairment.chromium else _agents() as (sit_down, legs):
            call = Call(folder, impairment.conditions, seed, sit_down, legs)
            held = await call.hold(impairment.seconds)
        verdicts = {}
        for sent in held.sent:
            found = read_recorded(held.recording, held.key, sent.leg, sent.station, sent.numbering)
            verdicts[sent.leg] = judge(sent, found)
    return verdicts, held.lost / held.datagrams, held.late_ms


Stations = tuple[SitDown, Sequence[str]]


@contextlib.asynccontextmanager
async def _agents() -> AsyncIterator[Stations]:
    yield lambda leg, proxy: LineStation(AGENTS[leg], proxy), tuple(AGENTS)


@contextlib.asynccontextmanager
async def _in_chromium(folder: Path) -> AsyncIterator[Stations]:
    async with browsers() as opened:
        pages = {
            leg: await opened.open(make_devices(folder, number, leg))
            for leg, number in BROWSERS.items()
        }
        yield lambda leg, proxy: BrowserStation(pages[leg], BROWSERS[leg], proxy), tuple(BROWSERS)


def rows(impairment: Impairment, verdicts: dict[str, Verdict]) -> Iterator[Row]:
    outlet = verdicts[OUTLET]
    params: Params = {"impairment": impairment.name}
    if impairment.chromium:
        params["stations"] = "chromium"

    def row(metric: str, value: float, unit: str, **more: str) -> Row:
        return Row(f"lines/{metric}", {**params, **more}, value, unit, 1)

    yield row("frames_recorded_share", _share(outlet.recorded, outlet.frames), "ratio")
    for way, verdict in (("up", outlet), ("down", verdicts[HALL])):
        yield row("frames_shown_share", _share(verdict.shown, verdict.seen), "ratio", way=way)
    yield row("ledger_missing_unexplained", outlet.unexplained, "count")
    yield row("ledger_lines_unfounded", outlet.unfounded, "count")
    for metric, value in (
        ("skew_ms", outlet.skew_ms),
        ("ledger_edge_ms_max", outlet.edge_ms),
        ("timeline_bend_ms_max", outlet.bend_ms),
    ):
        if value is not None:
            yield row(metric, value, "ms")


def table_line(name: str, verdicts: dict[str, Verdict], lost: float) -> str:
    up, down = verdicts[OUTLET], verdicts[HALL]
    back = 100 * _share(down.shown, down.seen)
    skew, edge, bend = (
        "-" if value is None else f"{value:.{digits}f}"
        for value, digits in ((up.skew_ms, 1), (up.edge_ms, 0), (up.bend_ms, 0))
    )
    return (
        f"{name:<24}{up.frames:>6}{up.shown:>7}{up.recorded:>9}"
        f"{back:>5.0f}%{skew:>7}{up.lines:>6}{up.unexplained:>8}"
        f"{up.unfounded:>9}{edge:>7}{bend:>7}{100 * lost:>6.1f}%"
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _read_arguments(arguments: Sequence[str]) -> tuple[Impairment, ...] | None:
    known = {impairment.chosen_by: impairment for impairment in IMPAIRMENTS}
    parser = argparse.ArgumentParser(prog="bench.lines")
    parser.add_argument("--only", default=",".join(known), help="names, with commas between")
    names = parser.parse_args(arguments).only.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        say(f"no such line: {', '.join(unknown)}; there are {', '.join(known)}")
        return None
    return tuple(known[name] for name in names)


if __name__ == "__main__":
    sys.exit(main())
