"""`make bench-audit`: what the log costs, and how fast it is verified. See bench/README.md."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.audit import proofs, reading, recordings
from bench.audit.callers import Answered, nearest_rank
from bench.audit.made_log import make_log
from bench.audit.witnessing import WITNESSES, witnessed_after_ms
from bench.audit.writing import city
from bench.output import Row, emit, say
from yunchuang.interpreter import switch_threads_soon
from yunchuang.logging_setup import configure_logging

BENCH = "audit"
GROUPS = ("writing", "witnesses", "recordings", "log")
ACTS = ("open_case", "save_form")
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    only: tuple[str, ...]
    seconds: float
    runs: int
    callers: int
    entries: int
    megabytes: int


def run(plan: Plan, folder: Path) -> int:
    """The exit status: 0 when every figure could be taken."""
    groups = {"writing": writing, "witnesses": witnesses, "recordings": hashing, "log": log}
    status = 0
    for name in plan.only:
        say(f"load {os.getloadavg()[0]:.1f}  {name}")
        place = folder / name
        place.mkdir()
        try:
            for row in groups[name](plan, place):
                emit(BENCH, row)
                say(f"  {row.metric} {row.params} {row.value:.4g} {row.unit}")
        except (OSError, ValueError, TimeoutError, reading.NotGoodError) as error:
            say(f"INVALID {name}: {type(error).__name__}: {error}")
            status = 1
    return status


def writing(plan: Plan, folder: Path) -> Iterator[Row]:
    with city(folder, plan.callers) as scene, asyncio.Runner() as runner:
        runner.run(scene.note(plan.callers, min(2.0, plan.seconds)))  # pools and caches are filled
        entries = [runner.run(scene.note(plan.callers, plan.seconds)) for _ in range(plan.runs)]
        yield from _answers("entries_per_s", "ack_ms", entries, {"callers": plan.callers})
        for name in ACTS:
            acts = [
                runner.run(scene.act(name, plan.callers, plan.seconds)) for _ in range(plan.runs)
            ]
            params = {"callers": plan.callers, "act": name}
            yield from _answers("acts_per_s", "act_ms", acts, params)
        delays = runner.run(scene.logged_after_ms(plan.callers, 2 * plan.seconds))
        yield from _delays("recorded_to_logged", delays, {})


def witnesses(plan: Plan, folder: Path) -> Iterator[Row]:
    delays = asyncio.run(witnessed_after_ms(folder, 2 * plan.seconds))
    yield from _delays("logged_to_witnessed", delays, {"witnesses": WITNESSES})


def _delays(step: str, delays: list[float], params: dict[str, bool | int | str]) -> Iterator[Row]:
    for share, word in ((0.5, "p50"), (0.99, "p99")):
        value = nearest_rank(delays, share)
        yield Row(f"audit/{step}_ms_{word}", params, value, "ms", len(delays))


def _answers(
    rate: str, wait: str, found: list[Answered], params: dict[str, bool | int | str]
) -> Iterator[Row]:
    runs = len(found)
    yield Row(f"audit/{rate}", params, median(one.per_second for one in found), "1/s", runs)
    waits = median(one.wait_ms(0.99) for one in found)
    yield Row(f"audit/{wait}_p99", params, waits, "ms", runs)


def hashing(plan: Plan, folder: Path) -> Iterator[Row]:
    segments = recordings.make_recordings(folder, plan.megabytes)
    peers: list[float] = []
    ours: dict[int, list[float]] = {cores: [] for cores in recordings.cores_here()}
    for _ in range(plan.runs):
        peers.append(recordings.sha256sum_s(folder))
        for cores, seconds in ours.items():
            seconds.append(recordings.verify_s(folder, segments, cores))
    for cores, seconds in ours.items():
        ratios = [peer / own for peer, own in zip(peers, seconds, strict=True)]
        params = {"cores": cores, "megabytes": plan.megabytes}
        yield Row("audit/verify_ratio_sha256sum", params, median(ratios), "ratio", plan.runs)


def log(plan: Plan, folder: Path) -> Iterator[Row]:
    """Logs of 1,000 entries up to `plan.entries`; the last one is verified and audited."""
    sizes = [10**power for power in range(3, 10) if 10**power < plan.entries]
    for size in (*sizes, plan.entries):
        place = folder / str(size)
        say(f"  making {size} entries")
        key = make_log(place, size)
        for kind, cost in proofs.costs(place, key):
            params = {"entries": size, "proof": kind}
            yield Row("audit/proof_hashes", params, cost.hashes, "hashes", proofs.SAMPLES)
            yield Row("audit/proof_bytes", params, cost.proof_bytes, "bytes", proofs.SAMPLES)
            yield Row("audit/prove_us", params, cost.make_us, "us", proofs.SAMPLES)
            yield Row("audit/verify_proof_us", params, cost.verify_us, "us", proofs.SAMPLES)
    say(f"  {reading.warm(place) >> 20} MiB")
    cores = len(os.sched_getaffinity(0))
    for metric, hashes_only in (("verify_1m_s", True), ("audit_1m_s", False)):
        taken = [
            reading.verify_s(place, key, plan.entries, hashes_only=hashes_only)
            for _ in range(plan.runs)
        ]
        # Of another size the figure is scaled, and says so by its parameter.
        value = median(taken) * MILLION / plan.entries
        params = {"entries": plan.entries, "cores": cores}
        yield Row(f"audit/{metric}", params, value, "s", plan.runs)


def read_plan(arguments: list[str]) -> Plan:
    """Ends the process with status 2 when the options make no plan."""
    parser = argparse.ArgumentParser(prog="bench-audit", description=__doc__)
    parser.add_argument("--only", default=",".join(GROUPS), help=f"of {', '.join(GROUPS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="a window of writing")
    parser.add_argument("--runs", type=int, default=3, help="runs each, of which the median counts")
    parser.add_argument("--callers", type=int, default=64, help="who ask at the same time")
    parser.add_argument("--entries", type=int, default=MILLION, help="of the largest log")
    parser.add_argument("--megabytes", type=int, default=512, help="of recordings")
    given = parser.parse_args(arguments)
    only = tuple(given.only.split(","))
    if not set(only) <= set(GROUPS):
        parser.error(f"--only takes {', '.join(GROUPS)}")
    if min(given.seconds, given.runs, given.callers, given.megabytes) <= 0 or given.entries < 1_000:
        parser.error("nothing to run")
    return Plan(only, given.seconds, given.runs, given.callers, given.entries, given.megabytes)


def main() -> int:
    plan = read_plan(sys.argv[1:])
    configure_logging(readable=True)  # on standard error: standard output is rows alone
    switch_threads_soon()  # as the desk does
    # On the disk of the checkout: a temporary folder may lie in memory, where nothing is synced.
    home = Path(".make")
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix="bench-audit-") as folder:
        with suppress(KeyboardInterrupt):
            return run(plan, Path(folder))
        return 1


if __name__ == "__main__":
    sys.exit(main())
