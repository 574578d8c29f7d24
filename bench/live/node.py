"""`yunchuang serve` as an installation runs it: the real command, real processes, a made-up city."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from audit.verifier.report import Report
from audit.verifier.trust import make_trust, parse_keys
from audit.verifier.verify import verify
from bench.live.ports import free_port
from bench.live.until import until
from casework.data_dir import DataDir
from casework.keys.kek import read_kek
from casework.keys.key_file import KeyFile
from casework.keys.key_ring import KeyRing
from yunchuang.demo_data import DEMO_PASSWORD, prepare_demo, trusted_keys
from yunchuang.process import ProcessId, read_pid_file

PASSWORD = DEMO_PASSWORD
DESK, WORKER = "desk", "worker-0"
START_S = 1.5
"""As long as a process may take to start on a quiet machine. What a busy one takes longer is not
the product's delay, and is taken from what is measured.
"""
_READY_S = 90.0
_END_S = 30.0


def make_city(folder: Path) -> Path:
    """A seeded data directory from which nodes are copied: seeding takes seconds, copying none."""
    data = DataDir(folder / "data")
    prepare_demo(data)
    return data.path


class LiveNode:
    """One node on free ports under `folder`. Its ports stay the same when it is started again.
    `settings` are further ones, by their names in the environment, read at each start.
    """

    def __init__(self, city: Path, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self.settings = dict(settings or {})
        self.data = DataDir(folder / "data")
        shutil.copytree(city, self.data.path, symlinks=True)
        shutil.copy(trusted_keys(DataDir(city)), trusted_keys(self.data))
        self.trusted_keys = trusted_keys(self.data)
        self.port = free_port(socket.SOCK_STREAM)
        self.media_port = free_port(socket.SOCK_DGRAM)
        self._log = folder / "serve.log"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        environment = {
            **os.environ,
            "YUNCHUANG_PORT": str(self.port),
            "YUNCHUANG_MEDIA_PORT": str(self.media_port),
            "YUNCHUANG_WORKERS": "1",  # the one that is killed carries the call
            "YUNCHUANG_DEMO": "true",
            "YUNCHUANG_ORGANISATION": "示范市人力资源和社会保障局",
            **self.settings,
        }
        with self._log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                Path(sys.executable).with_name("yunchuang"),
                "serve",
                "--data",
                self.data.path,
                stdout=output,
                stderr=output,
                env=environment,
            )
        await self.ready(DESK)
        await self.ready(WORKER)

    async def ready(self, role: str, other_than: int = 0) -> ProcessId:
        """The living process of a role, once it has said that it is ready."""

        def look() -> ProcessId | None:
            if self._process is not None and self._process.returncode is not None:
                raise AssertionError(f"serve ended: {self._log.read_text()[-2000:]}")
            found = read_pid_file(self.data.run / f"{role}.json")
            return found if found is not None and found.pid != other_than else None

        return await until(look, f"{role} is ready", _READY_S, 0.02)

    async def up_after(self, role: str, pid: int, since: float) -> float:
        """Seconds from `since` until another process than `pid` has the role."""
        await self.ready(role, other_than=pid)
        return time.monotonic() - since

    def process(self, role: str) -> ProcessId:
        found = read_pid_file(self.data.run / f"{role}.json")
        assert found is not None, f"{role} does not run"
        return found

    def kill(self, role: str) -> int:
        """Sends kill -9; the pid that is no more."""
        process = self.process(role)
        process.send(signal.SIGKILL)
        return process.pid

    async def kill_everything(self) -> None:
        """Sends kill -9 to the supervisor and to all it started, as when the power fails."""
        assert self._process is not None
        victims = [self.process(DESK), self.process(WORKER)]
        self._process.kill()
        for victim in victims:
            victim.send(signal.SIGKILL)
        await self._process.wait()
        for victim in victims:
            await victim.ended()
        self._process = None

    async def stop(self) -> None:
        """In order; kills what does not end, and says so by an AssertionError."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), _END_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        left = []
        for role in (DESK, WORKER):
            process = read_pid_file(self.data.run / f"{role}.json")
            if process is not None:
                process.send(signal.SIGKILL)
                await process.ended()
                left.append(role)
        self._process = None
        assert left == [], f"did not end in order: {left}; {self._log.read_text()[-2000:]}"

    # --- what lies on its disk ---------------------------------------------------------------------

    def recordings(self, call: str) -> Path:
        return self.data.recordings / call

    def call_key(self, call: str) -> bytes:
        keys = KeyRing(KeyFile(self.data.keys, read_kek(self.data.kek)))
        try:
            return keys.call_key(call)
        finally:
            keys.close()

    def verify_log(self) -> Report:
        """The whole log, offline, by the key that was put aside when the city was made."""
        key = self.trusted_keys.read_bytes()
        return verify(self.data.log, make_trust(parse_keys(key, "keys"), None, outside=True))
