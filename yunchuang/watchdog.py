"""A process whose loop turns no more is as gone as one that ended, and nobody would start it again.

Each process of a node says every second that it is there, as by sd_notify(3): a datagram to a socket
of the supervisor. Not by a file: a disk that hangs must not stop the loop of a worker whose calls go
on, nor be taken for its death.
"""

import asyncio
import contextlib
import os
import socket
from pathlib import Path

VARIABLE = "YUNCHUANG_WATCHDOG"
"""Environment variable that names the supervisor's socket; without it nobody listens."""
EVERY_S = 1.0
HUNG_AFTER = 30
"""So many looks in a row, one a second, without a word. Above any stall that mends itself."""
_LONGEST = 20


async def keep_saying_so() -> None:
    """Of the calling process, until cancelled. A supervisor that is gone, or busy, is no fault."""
    place = os.environ.get(VARIABLE, "")
    word = str(os.getpid()).encode()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as way:
        while place:
            with contextlib.suppress(OSError):
                way.sendto(word, place)
            await asyncio.sleep(EVERY_S)


class Watchdog(asyncio.DatagramProtocol):
    """Counts looks, not seconds: a supervisor that stood still itself, or a machine that slept, has
    not looked. Who never said a word is not watched.
    """

    def __init__(self) -> None:
        self._unheard: dict[int, int] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def listen(self, place: Path) -> None:
        """Raises OSError."""
        made = _socket_at(place)
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=made)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        if len(data) <= _LONGEST and data.isdigit():
            self._unheard[int(data)] = 0

    def look(self, pid: int) -> int:
        """How often in a row it was looked for and not heard of, this time too."""
        if pid not in self._unheard:
            return 0
        self._unheard[pid] += 1
        return self._unheard[pid]

    def forget(self, pid: int) -> None:
        self._unheard.pop(pid, None)


def _socket_at(place: Path) -> socket.socket:
    """For its owner alone."""
    place.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
    try:
        made.bind(str(place))
        place.chmod(0o600)
    except OSError:
        made.close()
        raise
    return made
