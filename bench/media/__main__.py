"""`make bench-media`: our media worker beside Janus and the floor. See bench/README.md."""

import argparse
import asyncio
import os
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.media.clients import ClientFailedError
from bench.media.clip import SECONDS
from bench.media.memory import mb_per_room
from bench.media.report import Round, complaints, line, rows
from bench.media.run import measure
from bench.media.schedule import PARTICIPANTS
from bench.media.servers.janus import JanusRefusedError
from bench.media.servers.port import Variant
from bench.media.streams import MOST_STREAMS
from bench.output import Params, Row, emit, say
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError

BENCH = "media"
CLIP = Path(f".make/bench-media/clip-{SECONDS}s.bin")
EVENT_LOOPS = (0, 2)
SHORTEST_SECONDS = float(SECONDS)
MOST_ROOMS = MOST_STREAMS // (2 * PARTICIPANTS)
SceneFailed = (
    ClientFailedError,
    JanusRefusedError,
    WorkerGoneError,
    WorkerRefusedError,
    TimeoutError,
    OSError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """`memory_rooms` 0 leaves memory out."""

    rooms: tuple[int, ...]
    runs: int
    seconds: float
    recording: tuple[bool, ...]
    memory_rooms: int

    def variants(self) -> list[Variant]:
        found = [Variant("floor", recording=False)]
        for recording in self.recording:
            found.append(Variant("yunchuang", recording))
            found += [Variant("janus", recording, loops) for loops in EVENT_LOOPS]
        return found


class Bench:
    """Runs a plan; `invalid` counts what failed or broke a rule."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.invalid = 0

    async def run(self) -> None:
        for rooms in self._plan.rooms:
            await self._compare(rooms)
        if self._plan.memory_rooms:
            await self._memory(self._plan.memory_rooms)

    async def _compare(self, rooms: int) -> None:
        variants = self._plan.variants()
        rounds = []
        for number in range(self._plan.runs):
            # Turned round every time: whatever drifts on the machine meets each server alike.
            order = variants if number % 2 == 0 else variants[::-1]
            done: Round = {}
            for variant in order:
                say(f"load {os.getloadavg()[0]:.1f}  run {number + 1}  {variant}  {rooms} rooms")
                try:
                    done[variant] = await measure(variant, rooms, self._plan.seconds, CLIP)
                except SceneFailed as error:
                    self._complain(f"{variant}, {rooms} rooms: {type(error).__name__}: {error}")
                    return
                say(line(done[variant]))
            rounds.append({variant: done[variant] for variant in variants})
        found = complaints(rounds)
        for complaint in found:
            self._complain(f"{rooms} rooms: {complaint}")
        if not found:
            for row in rows(rounds, rooms):
                emit(BENCH, row)

    async def _memory(self, rooms: int) -> None:
        for variant in self._plan.variants():
            if variant.server == "floor" or variant.event_loops:
                continue
            name = "rss_mb_per_room" if variant.server == "yunchuang" else "janus_rss_mb_per_room"
            params: Params = {"rooms": rooms, "recording": variant.recording}
            say(f"memory of {variant}, from 1 to {rooms} rooms")
            try:
                value = await mb_per_room(variant, rooms, CLIP)
            except SceneFailed as error:
                self._complain(f"memory of {variant}: {type(error).__name__}: {error}")
                continue
            emit(BENCH, Row(f"media/{name}", params, value, "MB", 1))

    def _complain(self, text: str) -> None:
        self.invalid += 1
        say(f"INVALID {text}")


def read_plan(arguments: list[str]) -> Plan:
    """Ends the process with status 2 when the options make no plan."""
    parser = argparse.ArgumentParser(prog="bench-media", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one room, one run of 15 s")
    parser.add_argument("--rooms", help="room counts, by commas (1,2,4)")
    parser.add_argument("--runs", type=int, help="runs each, of which the median counts (3)")
    parser.add_argument("--seconds", type=float, default=SHORTEST_SECONDS, help="a run's window")
    parser.add_argument("--recording", choices=("on", "off", "both"), default="both")
    parser.add_argument("--memory-rooms", type=int, help="slope of memory up to here (8); 0: none")
    given = parser.parse_args(arguments)
    try:
        rooms = tuple(int(n) for n in (given.rooms or ("1" if given.quick else "1,2,4")).split(","))
    except ValueError:
        parser.error("--rooms takes numbers and commas")
    runs = given.runs or (1 if given.quick else 3)
    memory = given.memory_rooms
    if memory is None:
        memory = 3 if given.quick else 8
    if (
        not all(0 < n <= MOST_ROOMS for n in rooms)
        or memory > MOST_ROOMS
        or memory == 1
        or memory < 0
    ):
        parser.error(f"the clients know 1 to {MOST_ROOMS} rooms, and a slope needs two")
    if runs < 1 or given.seconds <= 0:
        parser.error("nothing to run")
    recording = {"on": (True,), "off": (False,), "both": (True, False)}[given.recording]
    return Plan(rooms, runs, given.seconds, recording, memory)


def main() -> None:
    plan = read_plan(sys.argv[1:])
    if shutil.which("janus") is None:
        say("Janus is not installed (Debian's package janus): nothing to compare with")
        sys.exit(2)
    if plan.seconds < SHORTEST_SECONDS:
        say(
            f"a window below {SHORTEST_SECONDS:.0f} s is for development: such figures do not count"
        )
    sys.exit(asyncio.run(_run(plan)))


async def _run(plan: Plan) -> int:
    """The exit status. A SIGTERM ends servers and clients in order, as Ctrl-C does."""
    bench = Bench(plan)
    work = asyncio.ensure_future(bench.run())
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    try:
        await work
    except asyncio.CancelledError:
        return 128 + signal.SIGTERM
    return 1 if bench.invalid else 0


if __name__ == "__main__":
    main()
