"""`make bench-desk`: lists, case pages and acts of 200 people, with a city's years of cases behind them."""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.desk.city import City, load_city, make_city, save_city
from bench.desk.errand import Kind, WrongAnswerError
from bench.desk.fill import fill, on_postgresql, read_models
from bench.desk.load import Load
from bench.desk.models import play_models
from bench.desk.node import Desk
from bench.output import Row, emit, say
from bench.postgres import Postgres
from casework.data_dir import DataDir
from yunchuang.demo_data import prepare_demo
from yunchuang.logging_setup import configure_logging

BENCH = "desk"
STORES = ("sqlite", "postgresql")
_CITY = "city.json"


@dataclass(frozen=True, slots=True)
class Plan:
    cases: tuple[int, ...]
    stores: tuple[str, ...]
    seconds: float
    runs: int


def run(plan: Plan, folder: Path) -> int:
    """The exit status: 0 when every figure could be taken."""
    status = 0
    prepare(plan, folder)
    with _server("postgresql" in plan.stores) as server:
        for cases in plan.cases:
            say(f"load {os.getloadavg()[0]:.1f}  {cases:,} cases")
            filled, city = DataDir(_filled(folder, cases) / "data"), load_city(folder / _CITY)
            for store in plan.stores:
                place = Path(tempfile.mkdtemp(prefix=f"{store}-{cases}-", dir=folder))
                try:
                    data = _standing(filled, store, server, place)
                    measure(plan, data, city, {"cases": cases, "store": store})
                except (OSError, TimeoutError, WrongAnswerError) as error:
                    say(f"INVALID {store} {cases}: {type(error).__name__}: {error}")
                    status = 1
                shutil.rmtree(place)
    return status


def prepare(plan: Plan, folder: Path) -> None:
    """Installations of every size, each grown from the one before; those that are there already stay."""
    sizes = [cases for cases in plan.cases if not _filled(folder, cases).is_dir()]
    if not sizes:
        return
    if len(sizes) != len(plan.cases):
        raise OSError("some sizes are prepared and some are not: take another folder")
    growing = folder / "growing"
    data = DataDir(growing / "data")
    growing.mkdir()
    prepare_demo(data)
    city = make_city(data)
    save_city(folder / _CITY, city)
    filler = read_models(data, city, play_models(data, city))
    have = 0
    for cases in sizes:
        began = time.monotonic()
        entries = fill(data, city, filler, have, cases)
        say(f"{cases:,} cases: {entries:,} entries more in {time.monotonic() - began:.0f} s")
        have = cases
        whole = folder / "whole"
        shutil.copytree(growing, whole, symlinks=True)
        whole.rename(_filled(folder, cases))  # there at once, or not at all
    shutil.rmtree(growing)


def _filled(folder: Path, cases: int) -> Path:
    return folder / f"cases-{cases}"


def measure(plan: Plan, data: DataDir, city: City, params: dict[str, bool | int | str]) -> None:
    with Desk(data) as desk:
        load = Load(desk.url, city)
        asyncio.run(
            load.people(0.0, min(8.0, plan.seconds))
        )  # pools, templates and caches are filled
        found = [asyncio.run(load.people(4.0, plan.seconds)) for _ in range(plan.runs)]
        for kind in Kind:
            each = [waits.p95(kind) for waits in found]
            _tell(Row(f"desk/{kind}_ms_p95", params, median(each), "ms", plan.runs))
        for took_ms, path in found[-1].slowest:
            say(f"    {took_ms:7.1f} ms  {path[:110]}")
        acts = [asyncio.run(load.pressed(plan.seconds / 2)) for _ in range(plan.runs)]
        _tell(Row("desk/acts_per_s", params, median(acts), "acts/s", plan.runs))


def _tell(row: Row) -> None:
    emit(BENCH, row)
    say(f"  {row.metric} {row.params} {row.value:.4g} {row.unit}")


def _standing(data: DataDir, store: str, server: Postgres | None, place: Path) -> DataDir:
    """A copy that this measurement alone writes into: the next begins where the filling ended."""
    if server is not None and store == "postgresql":
        return on_postgresql(data, server.new_database(), place)
    copy = DataDir(place / "data")
    shutil.copytree(data.path, copy.path, symlinks=True)
    return copy


@contextmanager
def _server(wanted: bool) -> Iterator[Postgres | None]:  # noqa: FBT001 - one word at one call
    if not wanted:
        yield None
        return
    server = Postgres(durable=True)
    try:
        yield server.start()
    finally:
        server.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench-desk", description=__doc__)
    parser.add_argument("--cases", default="10000,100000", help="sizes, each grown from the last")
    parser.add_argument("--stores", default=",".join(STORES))
    parser.add_argument("--seconds", type=float, default=20.0, help="of one window")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="where filled installations are kept for the next time"
    )
    parser.add_argument(
        "--prepare", action="store_true", help="fill the folder and measure nothing"
    )
    chosen = parser.parse_args()
    plan = Plan(
        tuple(sorted(int(one) for one in chosen.cases.split(","))),
        tuple(chosen.stores.split(",")),
        chosen.seconds,
        chosen.runs,
    )
    if not set(plan.stores) <= set(STORES) or min(plan.cases) < 1_000:
        parser.error("stores are sqlite and postgresql, and a city has at least 1000 cases")
    configure_logging(readable=False)
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="yunchuang-bench-desk-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if chosen.prepare:
            prepare(plan, folder)
            return 0
        return run(plan, folder)
    except (OSError, RuntimeError) as error:
        say(f"cannot start: {error}")
        return 2
    finally:
        if chosen.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
