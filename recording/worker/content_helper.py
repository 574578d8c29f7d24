"""The worker's side of the process that decodes keyframes: asked, never waited for.

Whatever happens to that process costs looks and nothing else: a queue that is full drops, a process
that ends or hangs is started again, less and less often, and meanwhile nobody knows what pictures
show. That is no fault of a recording.
"""

import logging
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from recording.content.look import ANSWER_BYTES, LENGTH, Look

MAX_QUEUED = 64
ANSWER_S = 20.0
"""It gets the core only when nobody else wants it; later than this it hangs."""
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
COMMAND = (sys.executable, "-P", "-m", "recording.content")

log = logging.getLogger(__name__)

Answer = Callable[[Look | None], None]
"""Called from a thread of the helper; None when nobody can say."""


class PictureChecker(Protocol):
    """Whom a recorder asks what a keyframe shows."""

    def check(self, keyframe: bytes, answer: Answer) -> None:
        """Never blocks and never raises; `answer` is called once, or never if there is too much
        to do.
        """


class ContentHelper:
    """Implements `PictureChecker` for all calls of one worker. The process starts with the first
    keyframe and ends with `stop`, or with this process.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = tuple(command)
        self._queue: queue.Queue[tuple[bytes, Answer] | None] = queue.Queue(MAX_QUEUED)
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._pause_s = FIRST_PAUSE_S
        self._again_at = 0.0
        self._thread = threading.Thread(target=self._run, name="content", daemon=True)
        self.started = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns at once; the process ends with its socket."""
        while True:
            try:
                self._queue.put_nowait(None)
            except queue.Full:
                self._queue.get()
            else:
                return

    def join(self, timeout: float) -> bool:
        """Waits until process and thread have ended; True if they have."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def check(self, keyframe: bytes, answer: Answer) -> None:
        try:
            self._queue.put_nowait((keyframe, answer))
        except queue.Full:
            return  # the next keyframe is asked about in ten seconds

    def _run(self) -> None:
        while (asked := self._queue.get()) is not None:
            keyframe, answer = asked
            answer(self._look(keyframe))
        self._let_go()

    def _look(self, keyframe: bytes) -> Look | None:
        if self._link is None and time.monotonic() < self._again_at:
            return None
        try:
            link = self._link or self._launch()
            link.sendall(LENGTH.pack(len(keyframe)) + keyframe)
            (length,) = LENGTH.unpack(_exactly(link, LENGTH.size))
            look = Look.parse(_exactly(link, ANSWER_BYTES)) if length else None
        except (OSError, EOFError, ValueError) as error:
            self._let_go()
            log.warning("content process failed: %s", type(error).__name__)
            self._again_at = time.monotonic() + self._pause_s
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
            return None
        self._pause_s = FIRST_PAUSE_S
        return look

    def _launch(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(ANSWER_S)
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603  (our own interpreter)
                    self._command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env={}
                )
            except OSError:
                ours.close()
                raise
        self.started += 1
        self._link = ours
        return ours

    def _let_go(self) -> None:
        link, self._link = self._link, None
        process, self._process = self._process, None
        if link is not None:
            link.close()
        if process is not None:
            process.kill()
            process.wait()


def _exactly(source: socket.socket, count: int) -> bytes:
    """Raises EOFError when the process is gone, TimeoutError when it hangs."""
    data = bytearray()
    while len(data) < count:
        chunk = source.recv(count - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)
