"""One node as `yunchuang serve` runs it, on an installation that is already filled."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.live.ports import free_port
from casework.data_dir import DataDir
from yunchuang.process import read_pid_file

_READY_S = 120.0
_END_S = 60.0


class Desk:
    """The real processes: supervisor, desk, one media worker that nobody calls."""

    def __init__(self, data: DataDir) -> None:
        self._data = data
        self._port = free_port(socket.SOCK_STREAM)
        self._log = data.path.with_name("serve.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        environment = {
            **os.environ,
            "YUNCHUANG_PORT": str(self._port),
            "YUNCHUANG_MEDIA_PORT": str(free_port(socket.SOCK_DGRAM)),
            "YUNCHUANG_WORKERS": "1",
            "YUNCHUANG_ORGANISATION": "示范市人力资源和社会保障局",
        }
        program = Path(sys.executable).with_name("yunchuang")
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [program, "serve", "--data", self._data.path],
                stdout=output,
                stderr=output,
                env=environment,
            )
        end = time.monotonic() + _READY_S
        while read_pid_file(self._data.run / "desk.json") is None:
            if self._process.poll() is not None or time.monotonic() > end:
                self._stop()
                raise OSError(f"serve did not begin: {self._log.read_text()[-2000:]}")
            time.sleep(0.05)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
