"""The desk's side of the plays: starts each as a child, hears how far it is, ends it with the desk."""

import asyncio
import contextlib
import json
import sys
from dataclasses import dataclass

import structlog

from yunchuang.demo.accounts import Play

log = structlog.get_logger(component="demo")

LEAVE_S = 10.0
MAX_LINE = 4096


@dataclass(frozen=True, slots=True)
class Progress:
    """`step` is the last one begun; `reason` says why a play ended early."""

    running: bool = False
    step: str = ""
    reason: str = ""


class Stage:
    """At most one play of each kind at a time."""

    def __init__(self) -> None:
        self._progress = {play: Progress() for play in Play}
        self._children: dict[Play, asyncio.subprocess.Process] = {}
        self._tasks: dict[Play, asyncio.Task[None]] = {}

    def progress(self) -> dict[Play, Progress]:
        return dict(self._progress)

    def start(self, play: Play, origin: str) -> None:
        """Begins the play unless it runs already."""
        task = self._tasks.get(play)
        if task is None or task.done():
            self._progress[play] = Progress(running=True)
            self._tasks[play] = asyncio.create_task(self._run(play, origin))

    async def stop(self, play: Play) -> None:
        """The people leave in order; comes back when they are gone."""
        child, task = self._children.get(play), self._tasks.get(play)
        if child is None or task is None or task.done():
            return
        if child.stdin is not None:
            child.stdin.close()
        done, _ = await asyncio.wait({task}, timeout=LEAVE_S)
        if not done:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await asyncio.wait({task})

    async def close(self) -> None:
        await asyncio.gather(*(self.stop(play) for play in Play))

    async def _run(self, play: Play, origin: str) -> None:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "yunchuang.demo.play", play, origin,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=MAX_LINE,
        )  # fmt: skip
        self._children[play] = child
        try:
            if child.stdout is not None:
                async for line in child.stdout:
                    self._hear(play, line)
            await child.wait()
        except ValueError:
            log.warning("play_said_too_much", play=play)
            child.kill()
            await child.wait()
        finally:
            now = self._progress[play]
            self._progress[play] = Progress(running=False, step=now.step, reason=now.reason)
            log.info("play_ended", play=play, step=now.step, reason=now.reason)

    def _hear(self, play: Play, line: bytes) -> None:
        said = json.loads(line)
        now = self._progress[play]
        step, reason = str(said.get("step", now.step)), str(said.get("ended", ""))
        self._progress[play] = Progress(now.running, step, reason)
