"""One node through many calls, in each of which something is killed."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from audit.verifier.report import Verdict
from bench.kills.lost import lost_frames, lost_tails
from bench.kills.plan import Kill, Target
from bench.kills.play import PATIENCE_S, Play
from bench.kills.remains import Mark, damage, mark, unexplained
from bench.kills.stations import ProxiedLine
from bench.lines.proxy import Proxy
from bench.live.books import last_logged, open_legs
from bench.live.node import DESK, WORKER, LiveNode
from bench.live.people import Company, company
from bench.live.until import until
from outlet_client.agent.refusal import LineLost, Refused
from recording.reconcile import unfinished
from recording.worker.journal import read_journal

MOST_LOST_S = {False: 3.0, True: 5.0}
"""By whether the line was lossy: media.md's promise for a kill."""
GONE = (LineLost, Refused, TimeoutError, AssertionError)
_AFTER_DESK_S = 2.0


@dataclass(slots=True)
class Outcome:
    """`lost_s` is of the track that lost most. `problems` are empty when all was as it should be."""

    kill: Kill
    phase: str
    at_s: float
    lost_s: float = 0.0
    parts: int = 0
    problems: list[str] = field(default_factory=list)


class Campaign:
    """`before_s` and `after_s` are how long people talk before and after the reload."""

    def __init__(
        self, node: LiveNode, people: Company, before_s: float = 3.0, after_s: float = 2.5
    ) -> None:
        self._node = node
        self._people = people
        self._before_s = before_s
        self._after_s = after_s
        self._life_s = 0.0

    async def rehearse(self) -> float:
        """A call in which nothing dies; how long it lasted, in seconds."""
        play = Play(self._people, self._before_s, self._after_s)
        await self._people.open_lines()
        began = time.monotonic()
        try:
            await play.run()
            self._life_s = time.monotonic() - began
        finally:
            await play.leave()
        problems = [*self._books(play), *damage(*self._recording(play))]
        if problems:
            raise RuntimeError(f"a call in which nothing died: {problems}")
        return self._life_s

    async def run(self, kill: Kill) -> Outcome:
        """A call, a kill in it, and what is left."""
        async with self._line(kill):
            play = Play(self._people, self._before_s, self._after_s)
            began = time.monotonic()
            life = asyncio.create_task(play.run())
            await asyncio.wait({life}, timeout=kill.moment * self._life_s)
            outcome = Outcome(kill, play.phase, time.monotonic() - began)
            killed = await self._kill(kill.target, play)
            try:
                await self._go_on(play, life, outcome)
            finally:
                life.cancel()
                await asyncio.gather(life, return_exceptions=True)
                await play.leave()
        await asyncio.to_thread(self._examine, play, killed, outcome)
        return outcome

    @contextlib.asynccontextmanager
    async def _line(self, kill: Kill) -> AsyncIterator[None]:
        if not kill.lossy:
            await self._people.open_lines()
            yield
            return
        relay = ("127.0.0.1", self._node.media_port)
        proxy = Proxy(relay, kill.conditions, kill.conditions, kill.seed)
        try:
            await self._people.open_lines(partial(ProxiedLine, proxy=proxy))
            yield
        finally:
            proxy.close()

    async def _kill(self, target: Target, play: Play) -> Mark:
        """Everything runs again, as an installation's service manager would see to."""
        node = self._node
        killed_s = time.monotonic()
        if target is Target.NODE:
            await node.kill_everything()
            found = self._mark(play, killed_s)
            await node.start()
        else:
            role = WORKER if target is Target.WORKER else DESK
            process = node.process(role)
            node.kill(role)
            await process.ended()
            found = self._mark(play, killed_s)
            await node.ready(role, other_than=process.pid)
        return found

    def _mark(self, play: Play, killed_s: float) -> Mark:
        call = play.talk.call
        return mark(self._node.recordings(call), killed_s) if call else Mark(killed_s, {})

    async def _go_on(self, play: Play, life: asyncio.Task[None], outcome: Outcome) -> None:
        """Whoever was in the call finds back into it and ends it; whoever was still on the way may
        have to begin again.
        """
        report = await asyncio.to_thread(self._node.verify_log)
        if report.verdict is not Verdict.GOOD:
            outcome.problems.append(f"the log after the kill: {report.problems}")
        try:
            await until(self._people.all_answered, "every page is back", PATIENCE_S)
            await life
        except GONE as error:
            if outcome.phase != "set_up":
                outcome.problems.append(f"the call did not go on: {type(error).__name__} {error}")
        try:
            await play.end()
        except GONE as error:
            outcome.problems.append(f"{type(error).__name__} {error}")

    def _examine(self, play: Play, killed: Mark, outcome: Outcome) -> None:
        outcome.problems += self._books(play)
        if not (play.talk.call and read_journal(self._node.recordings(play.talk.call))):
            return  # killed before the recorder was armed, or before there was a call
        directory, key = self._recording(play)
        outcome.parts = len(list(directory.glob("*.bin")))
        outcome.problems += damage(directory, key)
        if outcome.kill.target is Target.DESK:
            end = min(killed.mono_s + _AFTER_DESK_S, play.asked_end or killed.mono_s)
            outcome.lost_s = lost_frames(play, directory, key, killed.mono_s, end)
            if outcome.lost_s and not outcome.kill.lossy:
                outcome.problems.append("the desk's death cost frames")
        else:
            outcome.problems += unexplained(directory, killed)
            outcome.lost_s = max(lost_tails(play, directory, key, killed.mono_s), default=0.0)
        if outcome.lost_s > MOST_LOST_S[outcome.kill.lossy]:
            outcome.problems.append(f"lost {outcome.lost_s:.2f} s")

    def _books(self, play: Play) -> list[str]:
        node, found = self._node, []
        report = node.verify_log()
        if report.verdict is not Verdict.GOOD:
            found.append(f"the log: {report.problems}")
        if left := list(unfinished(node.data.recordings)):
            found.append(f"recordings without an end on the disk: {left}")
        if left := open_legs(node):
            found.append(f"legs that are not closed: {left}")
        call = play.talk.call
        journal = read_journal(node.recordings(call)) if call else []
        if journal and last_logged(node, call) != journal[-1].n:
            found.append("the log does not end where the journal does")
        return found

    def _recording(self, play: Play) -> tuple[Path, bytes]:
        call = play.talk.call
        return self._node.recordings(call), self._node.call_key(call)


@contextlib.asynccontextmanager
async def campaign(city: Path, folder: Path, *talk_s: float) -> AsyncIterator[Campaign]:
    """A node of its own under `folder`, made of `city`, and people signed in to it."""
    node = LiveNode(city, folder)
    try:
        await node.start()
        async with company(node) as people:
            yield Campaign(node, people, *talk_s)
    finally:
        await node.stop()
