"""The process that decodes: `python -m recording.content`, started by a media worker.

It gets keyframes on its standard input, a socket, and answers each there. It holds no key, no file
and no state, runs only when nobody else wants the core, and ends when its worker does.
"""

import contextlib
import os
import resource
import socket

from recording.content.decoder import decode_keyframe
from recording.content.look import LENGTH, MAX_KEYFRAME_BYTES

_MEMORY_BYTES = 1 << 30
"""Of address space, with all libraries: a picture that wants more is not one of ours."""


def main() -> None:
    _step_back()
    # A worker that dies is gone at any moment, also while it is being answered.
    with socket.socket(fileno=os.dup(0)) as worker, contextlib.suppress(ConnectionError):
        while (head := _exactly(worker, LENGTH.size)) is not None:
            (length,) = LENGTH.unpack(head)
            if length > MAX_KEYFRAME_BYTES:
                return
            keyframe = _exactly(worker, length)
            if keyframe is None:
                return
            look = decode_keyframe(keyframe)
            answer = b"" if look is None else look.to_bytes()
            worker.sendall(LENGTH.pack(len(answer)) + answer)


def _step_back() -> None:
    """Behind everything else on this machine: a call never waits for a look at its picture."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _exactly(source: socket.socket, count: int) -> bytes | None:
    """None when the worker is gone."""
    chunks = bytearray()
    while len(chunks) < count:
        chunk = source.recv(count - len(chunks))
        if not chunk:
            return None
        chunks += chunk
    return bytes(chunks)


if __name__ == "__main__":
    main()
