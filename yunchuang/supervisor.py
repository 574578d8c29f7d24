"""The parent of one node: keeps one desk and N media workers running.

Nothing that matters lives here. Desk and workers are started in sessions of their own, so a killed
supervisor takes nobody along; the next one finds them by their pid files, checks the start time,
and adopts them. It never starts a second process of a name that still lives, so no port and no
socket is ever opened twice. One that hangs is killed, and then started again as any that ended.
"""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import structlog

from yunchuang.log_files import EVERY_S, keep_short
from yunchuang.process import ProcessId, read_pid_file
from yunchuang.watchdog import EVERY_S as LOOK_EVERY_S
from yunchuang.watchdog import HUNG_AFTER, VARIABLE, Watchdog

log = structlog.get_logger(component="supervisor")

_READY_S = 30.0
_END_S = 10.0
_FIRST_WAIT_S = 0.05
_LONGEST_WAIT_S = 5.0
_LAST_BYTES = 2_000


class NotReadyError(Exception):
    """A process ended, or did not write its pid file in time, instead of becoming ready."""


@dataclass(frozen=True, slots=True)
class Role:
    """A process to keep: `arguments` follow the interpreter; it writes `pid_file` when ready."""

    name: str
    arguments: tuple[str, ...]
    pid_file: Path
    log_file: Path


class Supervisor:
    """Starts or adopts every role and starts it again whenever it ends, or hangs.

    `watch_at` is where its socket for words of life is made; None watches nobody.
    """

    def __init__(
        self,
        roles: list[Role],
        environment: dict[str, str],
        *,
        watch_at: Path | None = None,
        hung_after: int = HUNG_AFTER,
    ) -> None:
        self._roles = roles
        self._environment = environment
        self._watch_at = watch_at
        self._hung_after = hung_after
        self._watchdog = Watchdog()
        if watch_at is not None:
            self._environment = {**environment, VARIABLE: str(watch_at)}
        self._keepers: list[asyncio.Task[None]] = []
        self._adopted: dict[str, ProcessId] = {}
        self._stopping = False

    async def start(self) -> dict[str, ProcessId]:
        """Returns once every role is ready, workers and desk by name. Raises NotReadyError, OSError.

        All begin at once: after a power cut each second counts, and a desk waits for its workers
        by itself.
        """
        if self._watch_at is not None:
            await self._watchdog.listen(self._watch_at)
        starting = [asyncio.create_task(self._find(role)) for role in self._roles]
        try:
            processes = await asyncio.gather(*starting)
        except BaseException:
            for one in starting:
                one.cancel()
            await asyncio.gather(*starting, return_exceptions=True)
            self._watchdog.close()
            raise
        ready = {}
        for role, process in zip(self._roles, processes, strict=True):
            ready[role.name] = process
            self._keepers.append(asyncio.create_task(self._keep(role, process)))
        self._keepers.append(asyncio.create_task(self._keep_logs_short()))
        return ready

    async def stop(self, *, adopted: bool = True) -> None:
        """Ends every role in the reverse order of starting: the desk first, then its workers.
        Without `adopted`, what ran before this supervisor goes on: calls may live in it.
        """
        self._stopping = True
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._watchdog.close()
        for role in reversed(self._roles):
            process = read_pid_file(role.pid_file)
            if process is None or (not adopted and self._adopted.get(role.name) == process):
                continue
            process.send(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.ended(), _END_S)
            except TimeoutError:
                log.warning("killed", role=role.name, pid=process.pid)
                process.send(signal.SIGKILL)
                await process.ended()
            role.pid_file.unlink(missing_ok=True)

    async def _find(self, role: Role) -> ProcessId:
        """The role's process: the one that runs already, or a new one."""
        process = read_pid_file(role.pid_file)
        if process is None:
            return await self._launch(role)
        self._adopted[role.name] = process
        log.info("adopted", role=role.name, pid=process.pid)
        return process

    async def _keep(self, role: Role, process: ProcessId) -> None:
        wait = _FIRST_WAIT_S
        while True:
            began = asyncio.get_running_loop().time()
            await self._until_over(role, process)
            lived = asyncio.get_running_loop().time() - began
            wait = _FIRST_WAIT_S if lived > _LONGEST_WAIT_S else min(wait * 2, _LONGEST_WAIT_S)
            log.warning("ended", role=role.name, pid=process.pid, lived_s=round(lived, 1))
            while True:
                await asyncio.sleep(wait)
                try:
                    process = await self._launch(role)
                    break
                except (NotReadyError, OSError) as error:
                    wait = min(wait * 2, _LONGEST_WAIT_S)
                    log.error("not_ready", role=role.name, reason=str(error))  # noqa: TRY400

    async def _until_over(self, role: Role, process: ProcessId) -> None:
        ended = asyncio.create_task(process.ended())
        try:
            while not (await asyncio.wait({ended}, timeout=LOOK_EVERY_S))[0]:
                if self._watchdog.look(process.pid) == self._hung_after:
                    log.error("hangs", role=role.name, pid=process.pid)
                    process.send(signal.SIGKILL)
            await ended
        finally:
            ended.cancel()
            self._watchdog.forget(process.pid)

    async def _keep_logs_short(self) -> None:
        while True:
            for role in self._roles:
                try:
                    await asyncio.to_thread(keep_short, role.log_file)
                except OSError as error:
                    log.warning("log_not_shortened", role=role.name, errno=error.errno)
            await asyncio.sleep(EVERY_S)

    async def _launch(self, role: Role) -> ProcessId:
        role.pid_file.unlink(missing_ok=True)
        with role.log_file.open("ab") as output:
            child = subprocess.Popen(  # noqa: S603, ASYNC220  (our own interpreter; fork is quick)
                [sys.executable, "-P", *role.arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                env={**os.environ, **self._environment},
            )
        try:
            async with asyncio.timeout(_READY_S):
                while (process := read_pid_file(role.pid_file)) is None:
                    if child.poll() is not None:
                        raise NotReadyError(
                            f"{role.name} ended with {child.returncode}:"
                            f" {_last_line(role.log_file)} (see {role.log_file})"
                        )
                    await asyncio.sleep(0.02)
        except BaseException as error:
            # Also when the supervisor is told to stop meanwhile: nobody else knows this child yet.
            child.kill()
            child.wait()
            if isinstance(error, TimeoutError):
                raise NotReadyError(f"{role.name} was not ready in {_READY_S:.0f} s") from error
            raise
        # The child belongs to `ProcessId.ended` from here on, which also reaps it.
        child.returncode = 0
        log.info("ready", role=role.name, pid=process.pid)
        return process


def _last_line(path: Path) -> str:
    """What a process said before it ended: a refusal, or the end of a traceback."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LAST_BYTES))
        lines = file.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
