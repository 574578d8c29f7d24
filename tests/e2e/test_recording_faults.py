"""What breaks a recording while a call runs: a full disk, one that fails or hangs, a recorder that
dies, a worker that stands still, a clock that is set.

Of each: red on every page within three seconds, the call goes on (pictures of after the fault are
seen), an approval is refused, the call's chain names the cause; and when the fault is over the
recording goes on and its light is green. Figures are printed (`-s` shows them).
"""

import signal
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from playhouse.approval import Approval
from playhouse.faults import Faults
from playhouse.lights import Lights
from playhouse.node import WORKER, LiveNode, small_disk
from playhouse.people import CITIZEN, Talk, company
from playhouse.store import facts_on_chain, open_recordings
from playhouse.until import until

from audit.verifier.report import Verdict
from bench.live.recordings import is_ended, open_parts, parts_of, read_part
from outlet_client.agent.tracks import CameraTrack

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]

RED_WITHIN_S = 15.0
"""Three seconds are the promise, and printed: a machine that does other things is slower."""
GREEN_WITHIN_S = 45.0
SEEN_WITHIN_S = 20.0
DISK_BYTES = 24 << 20
LOOKED_AT_WITHIN_S = 30.0
"""A look in ten seconds, whenever the machine has nothing else to do."""


@dataclass
class Scene:
    """A running recorded call whose case could be approved, and what was told of its recording."""

    node: LiveNode
    faults: Faults
    talk: Talk
    lights: Lights
    approval: Approval

    def causes(self) -> list[tuple[object, str]]:
        """Of every fault on the chain, without how long it lasted."""
        found = facts_on_chain(self.node, self.talk.call, "rec.fault")
        return [(one["cause"], str(one["detail"]).partition(" for ")[0]) for one in found]

    def stepped_by(self, hours: int) -> bool:
        """Whether the newest fault on the chain is a clock that was set by so much."""
        cause, detail = self.causes()[-1] if self.causes() else ("", "")
        by_ms = str(detail).removeprefix("wall clock set by ").removesuffix(" ms")
        return cause == "clock_step" and round(int(by_ms) / 3_600_000) == hours

    async def until_recorded(self, mono_s: float) -> None:
        """Every part that is open is durable beyond this moment: a mark of before lies in it."""
        directory = self.node.recordings(self.talk.call)

        def reaches() -> bool:
            parts = [span for span in parts_of(directory) if span.open]
            return bool(parts) and all(span.end_mono_ms > mono_s * 1000 for span in parts)

        await until(reaches, "what was marked is recorded", 30.0)

    async def red(self, since: float, what: str) -> set[str | None]:
        """Measures how long each page took; what the pages were told."""
        words = await self.lights.until_red(since, RED_WITHIN_S)
        seconds = {name: round(word.mono_s - since, 2) for name, word in words.items()}
        print(f"\n{what}: red after {seconds}")
        assert max(seconds.values()) <= RED_WITHIN_S
        return {word.cause for word in words.values()}

    async def green(self, what: str) -> None:
        over = time.monotonic()
        await self.lights.until_green(GREEN_WITHIN_S)
        print(f"{what}: green {time.monotonic() - over:.1f} s after its end")

    async def breaks(
        self, what: str, fault: AbstractContextManager[None], *causes: tuple[object, object]
    ) -> set[str | None]:
        """One fault from beginning to end; `causes` come to stand on the chain."""
        before = len(self.causes())
        await self.lights.until_green(GREEN_WITHIN_S)
        await until(self.approval.is_allowed, f"approvals before {what}", GREEN_WITHIN_S)
        began = time.monotonic()
        with fault:
            told = await self.red(began, what)
            assert await self.approval.refusal() == "recording_not_healthy"
            await self.talk.until_all_see(SEEN_WITHIN_S)
            assert self.talk.views["clerk"].data["state"] == "active"
        await self.green(what)
        await until(lambda: len(self.causes()) > before, "the chain names it", 30.0)
        assert set(self.causes()[before:]) == set(causes)
        await until(self.approval.is_allowed, f"approvals after {what}", GREEN_WITHIN_S)
        return told

    async def end(self) -> None:
        """In order; nothing is left open, everything plays, the log verifies."""
        directory = self.node.recordings(self.talk.call)
        lines = self.approval.company.lines
        await lines["clerk"].ask("call.end", call=self.talk.call, reason="finished")
        await until(lambda: is_ended(directory), "the recording has an end", 60.0)
        await until(lambda: not open_recordings(self.node), "the desk knows it", 60.0)
        assert open_parts(directory) == set()
        key = self.node.call_key(self.talk.call)
        for span in parts_of(directory):
            read_part(directory, span, key)
        report = self.node.verify_log()
        assert report.verdict is Verdict.GOOD, report.problems


@asynccontextmanager
async def call_on(
    node: LiveNode, faults: Faults, camera: type[CameraTrack] = CameraTrack
) -> AsyncIterator[Scene]:
    await node.start()
    try:
        async with company(node) as people:
            talk = Talk(camera)
            case = await people.accepted_case()
            lights = Lights(people.lines)
            await people.call(case, talk)
            try:
                scene = Scene(node, faults, talk, lights, Approval(people, talk.call, case))
                await scene.approval.check_everything()
                await scene.until_recorded(time.monotonic())
                yield scene
            finally:
                await talk.leave()
    finally:
        await node.stop()


class Covered(CameraTrack):
    """A hand lies on the lens of the citizen's camera while `covers` is set."""

    covers = False

    def __init__(self, stage, station, name):
        super().__init__(stage, station, name)
        self._mine = station == CITIZEN

    async def recv(self):
        frame = await super().recv()
        if self._mine and Covered.covers:
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        return frame


@contextmanager
def filled(ballast):
    ballast.fill()
    try:
        yield
    finally:
        ballast.drop()


@pytest.fixture
def broken(city, tmp_path):
    """A node that is not started yet, and what can be done to it."""
    faults = Faults(tmp_path / "faults")
    return LiveNode(city, tmp_path, faults.settings), faults


async def test_a_disk_that_is_full_fails_or_hangs(broken):
    node, faults = broken
    with small_disk(node.data.recordings, DISK_BYTES) as ballast:
        async with call_on(node, faults) as scene:
            full = await scene.breaks("a full disk", filled(ballast), ("store_fault", "ENOSPC"))
            failing = await scene.breaks(
                "a failing fsync", faults.during("eio"), ("store_fault", "EIO")
            )
            hanging = await scene.breaks(
                "a hanging disk", faults.during("hang"), ("store_fault", "disk stood still")
            )
            assert full == {"store_fault.ENOSPC"}
            assert failing == {"store_fault.EIO"}
            assert hanging == {"no_report"}
            # Everything waited in memory: no gap is there, and no part but the first.
            assert facts_on_chain(node, scene.talk.call, "rec.gap") == []
            await scene.end()


async def test_a_recorder_that_dies_begins_anew(broken):
    node, faults = broken
    async with call_on(node, faults) as scene:
        parts = {span.part for span in parts_of(node.recordings(scene.talk.call))}
        await scene.breaks(
            "a dead recorder",
            faults.during("death"),
            ("worker_restart", "recorder died: Death"),
        )
        after = {span.part for span in parts_of(node.recordings(scene.talk.call))}
        assert len(after - parts) >= 3
        gaps = facts_on_chain(node, scene.talk.call, "rec.gap")
        assert {gap["cause"] for gap in gaps} == {"worker_restart"}
        await scene.end()


async def test_a_clock_that_is_set_moves_no_call(broken):
    node, faults = broken
    async with call_on(node, faults) as scene:
        for ahead, hours in ((3, 3), (-2, -5), (0, 2)):
            faults.set_clock(ahead * 3600)
            began = time.monotonic()
            assert await scene.red(began, f"a clock set by {hours} h") == {"clock_step"}
            # Locks last by the wall clock, and the reviewer's is gone with it.
            await scene.approval.take_again()
            assert await scene.approval.refusal() == "recording_not_healthy"
            await scene.talk.until_all_see(SEEN_WITHIN_S)
            assert scene.talk.views["clerk"].data["state"] == "active"
            await scene.green("a clock set")
            await until(partial(scene.stepped_by, hours), "the chain names it", 30.0)
            await until(scene.approval.is_allowed, "approvals again", GREEN_WITHIN_S)
        assert facts_on_chain(node, scene.talk.call, "rec.gap") == []
        await scene.end()


async def test_a_worker_that_stands_still_is_red_and_goes_on(broken):
    node, faults = broken
    async with call_on(node, faults) as scene:
        worker = node.process(WORKER)
        stopped = time.monotonic()
        worker.send(signal.SIGSTOP)
        try:
            assert await scene.red(stopped, "a worker that stands still") == {"no_report"}
            assert await scene.approval.refusal() == "recording_not_healthy"
        finally:
            worker.send(signal.SIGCONT)
        await scene.green("a worker that stood still")
        still = ("tap_overflow", "recorder stood still")
        await until(lambda: still in scene.causes(), "the chain names it", 30.0)
        await scene.talk.until_all_see(SEEN_WITHIN_S)
        await scene.end()


async def test_a_killed_worker_is_red_on_every_page(broken):
    node, faults = broken
    async with call_on(node, faults) as scene:
        killed = time.monotonic()
        pid = node.kill(WORKER)
        await scene.red(killed, "a killed worker")
        assert await scene.approval.refusal()  # with the code of whichever stands in the way first
        await node.ready(WORKER, other_than=pid)
        await scene.talk.until_all_see(30.0)
        await scene.green("a killed worker")
        gaps = facts_on_chain(node, scene.talk.call, "rec.gap")
        assert {"worker_restart"} <= {gap["cause"] for gap in gaps}
        await scene.end()


async def test_a_covered_camera_is_warned_of_and_noted_while_all_is_recorded(broken, monkeypatch):
    node, faults = broken
    async with call_on(node, faults, Covered) as scene:
        assert set(scene.lights.odd.values()) == {frozenset()}
        monkeypatch.setattr(Covered, "covers", True)
        black = {
            name: frozenset({("citizen", "citizen_camera", "black")}) for name in scene.lights.odd
        }
        covered = time.monotonic()
        await until(lambda: scene.lights.odd == black, "every page is warned", LOOKED_AT_WITHIN_S)
        print(f"\na covered camera: warned of after {time.monotonic() - covered:.1f} s")
        await until(lambda: scene.lights.all_green, "covered and yet green", GREEN_WITHIN_S)
        await until(scene.approval.is_allowed, "approvals with a covered camera", GREEN_WITHIN_S)
        monkeypatch.setattr(Covered, "covers", False)
        await until(lambda: not any(scene.lights.odd.values()), "well again", LOOKED_AT_WITHIN_S)

        def noted() -> bool:
            found = facts_on_chain(node, scene.talk.call, "rec.content")
            told = [(one["source"], one["finding"]) for one in found]
            return told == [("citizen_camera", "black"), ("citizen_camera", None)]

        await until(noted, "the chain says from when to when", 30.0)
        await scene.end()
