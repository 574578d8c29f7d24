"""kill -9 of the desk, of the worker, of everything: five times each, at random moments of one
recorded call of three live stations, while acts are done. Figures are printed (`-s` shows them).
"""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass, field

import pytest
from playhouse.acts import Acts, acting
from playhouse.node import DESK, START_S, WORKER
from playhouse.people import HALL, WINDOW, Company, Talk, company
from playhouse.store import lost_acts, open_recordings
from playhouse.until import until

from audit.verifier.report import Verdict
from bench.live.recordings import (
    all_parts,
    is_ended,
    last_frame_ms,
    open_parts,
    parts_of,
    read_part,
)
from casework.ports import TrackSource

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

ROUNDS = 5
MOST_LOST_S = 5.0
BACK_S = 20.0
"""Both long enough for a machine that does other things besides: the figures are printed, and
held to by `make bench-kills`."""
PATIENCE_S = 60.0


@dataclass
class Scene:
    """A running recorded call, and somebody at work in it."""

    company: Company
    talk: Talk
    acts: Acts
    figures: dict[str, list[float]] = field(default_factory=dict)

    @property
    def node(self):
        return self.company.node

    @property
    def directory(self):
        return self.node.recordings(self.talk.call)

    @property
    def state(self):
        return self.talk.views["clerk"].data["state"]

    def note(self, name: str, value: float) -> None:
        self.figures.setdefault(name, []).append(round(value, 2))

    async def at_a_random_moment(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(random.uniform(least_s, most_s))
        assert self.state == "active"

    async def back(self, since: float) -> None:
        """Notes how long it took until everybody sees a picture that was sent after `since`."""
        await self.talk.until_all_see(PATIENCE_S)
        self.note("pictures_back_s", time.monotonic() - since)
        await until(lambda: self.state == "active", "the call goes on", PATIENCE_S)

    def nothing_lost(self) -> None:
        assert lost_acts(self.node, self.acts.acknowledged) == []
        report = self.node.verify_log()
        assert report.verdict is Verdict.GOOD, report.problems

    async def end(self) -> None:
        """The call ends in order; then nothing may be open anywhere."""
        await self.company.lines["clerk"].ask("call.end", call=self.talk.call, reason="finished")
        await until(lambda: is_ended(self.directory), "the recording has an end", PATIENCE_S)
        await until(lambda: not open_recordings(self.node), "the desk knows it", PATIENCE_S)
        assert open_parts(self.directory) == set()
        self.nothing_lost()

    def print_figures(self, what: str) -> None:
        acts = len(self.acts.acknowledged)
        print(f"\nkill -9 of {what}, {ROUNDS} times in one call; {acts} acts acknowledged, 0 lost")
        for name, values in self.figures.items():
            print(f"  {name}: {values}")


@pytest.fixture
async def scene(node):
    async with company(node) as people, acting(people.clerk) as acts:
        made = Scene(people, Talk(), acts)
        await people.call(await people.accepted_case(), made.talk)
        try:
            yield made
        finally:
            await made.talk.leave()


async def test_killing_the_desk_ends_neither_call_nor_recording(scene: Scene):
    call, talk, node = scene.talk.call, scene.talk, scene.node
    await until(lambda: len(parts_of(scene.directory)) >= 3, "three legs recorded", PATIENCE_S)
    parts = {span.part for span in all_parts(scene.directory)}
    offers = dict(talk.offers)
    async with watched(talk) as pauses:
        for _ in range(ROUNDS):
            await scene.at_a_random_moment(0.3, 2.5)
            seen = talk.newest_seen(HALL, WINDOW), talk.newest_seen(WINDOW, HALL)
            killed = time.monotonic()
            pid = node.kill(DESK)
            await node.ready(DESK, other_than=pid)
            scene.note("desk_back_s", time.monotonic() - killed)
            # There was no desk until now; whatever came meanwhile came without one.
            assert talk.newest_seen(HALL, WINDOW) > seen[0]
            assert talk.newest_seen(WINDOW, HALL) > seen[1]
            await until(scene.company.all_answered, "every page is back", PATIENCE_S)
            scene.note("pages_back_s", time.monotonic() - killed)
            assert scene.state == "active"
            scene.nothing_lost()
    scene.note("longest_pause_of_a_picture_s", max(pauses))
    assert parts <= {span.part for span in all_parts(scene.directory)}
    assert talk.offers == offers
    assert talk.views["clerk"].stream == f"call:{call}"
    await scene.end()
    # The recording went on as if nothing had been: each frame is there once, first to last, also
    # where a busy machine's clocks made the recorder begin another part.
    key = node.call_key(call)
    numbers = dict.fromkeys(talk.legs(), ())
    for span in parts_of(scene.directory):
        frames = read_part(scene.directory, span, key).frames
        numbers[span.leg] += tuple(frame.code.number for frame in frames)
    for leg, found in numbers.items():
        assert found == tuple(range(found[0], found[0] + len(found))), leg
    scene.print_figures("the desk")


async def test_after_the_worker_is_killed_the_call_goes_on_in_a_new_part(scene: Scene):
    for _ in range(ROUNDS):
        await scene.at_a_random_moment(1.0, 4.0)
        pid = scene.node.process(WORKER).pid
        died = await killing_the_recorder(scene, lambda: scene.node.kill(WORKER))
        _, up = await asyncio.gather(scene.back(died), scene.node.up_after(WORKER, pid, died))
        scene.note("worker_up_s", up)
        assert scene.figures["pictures_back_s"][-1] <= BACK_S + max(0.0, up - START_S)
        scene.nothing_lost()
    await finished(scene, "the worker")


async def test_after_everything_is_killed_the_same_call_goes_on(scene: Scene):
    for _ in range(ROUNDS):
        await scene.at_a_random_moment(1.0, 4.0)
        died = await killing_the_recorder(scene, scene.node.kill_everything)
        started = time.monotonic()
        await scene.node.start()
        scene.note("node_up_s", time.monotonic() - started)
        await scene.back(died)
        scene.nothing_lost()
    await finished(scene, "everything")


async def killing_the_recorder(scene: Scene, kill) -> float:
    """Kills and notes what the recording lost; the time of the kill."""
    killed = time.monotonic()
    killing = kill()
    if asyncio.iscoroutine(killing):
        await killing
    open_before = open_parts(scene.directory)
    last = last_frame_ms(scene.directory, open_before)
    assert len(last) == len(open_before)
    scene.note("last_frame_before_kill_s", killed - min(last.values()) / 1000)
    return killed


async def finished(scene: Scene, what: str) -> None:
    before = {span.part for span in all_parts(scene.directory)}
    await scene.end()
    assert max(scene.figures["last_frame_before_kill_s"]) <= MOST_LOST_S
    legs = scene.talk.legs()
    key = scene.node.call_key(scene.talk.call)
    for span in parts_of(scene.directory):
        stations = read_part(scene.directory, span, key).stations()
        # Sound whose keyframe is late has a part of its own, in which there is nobody to see.
        seen = set() if span.sources == (TrackSource.MICROPHONE,) else {legs[span.leg]}
        assert stations == seen
    assert len(before) >= (ROUNDS + 1) * 3
    scene.print_figures(what)


@contextlib.asynccontextmanager
async def watched(talk: Talk):
    """Yields a list of how long each new picture of the window let the hall wait."""
    pauses: list[float] = []

    async def watch() -> None:
        at, number = time.monotonic(), talk.newest_seen(HALL, WINDOW)
        while True:
            await asyncio.sleep(0.01)
            newest = talk.newest_seen(HALL, WINDOW)
            if newest != number:
                now = time.monotonic()
                pauses.append(now - at)
                at, number = now, newest

    task = asyncio.create_task(watch())
    try:
        yield pauses
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
