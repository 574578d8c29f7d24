"""What the benchmark asks of any server, so that the same clients join each in the same way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.media.clients import ClientPool
from bench.media.schedule import PARTICIPANTS


@dataclass(frozen=True, slots=True)
class Variant:
    """A server with the options that change its cost; `event_loops` is Janus's own."""

    server: str
    recording: bool
    event_loops: int = 0

    def __str__(self) -> str:
        loops = f" event_loops={self.event_loops}" if self.server == "janus" else ""
        return f"{self.server}{loops}{' recording' if self.recording else ''}"


class Server(Protocol):
    """One process under test. Its files, `recordings/` among them, are in `folder`."""

    folder: Path

    @property
    def pid(self) -> int: ...

    async def start(self) -> None:
        """Returns when it takes commands; raises TimeoutError or OSError."""

    async def open_room(self, room: int, clients: ClientPool) -> None:
        """Three participants join room number `room`; each publishes one voice and one picture
        and subscribes to those of the two others. Participants 3 * room and the two after it.
        """

    async def settled(self) -> None:
        """Every connection stands and media has flowed."""

    async def stop(self) -> None:
        """Ends the process; safe after a failed start."""


def participants(room: int) -> range:
    return range(PARTICIPANTS * room, PARTICIPANTS * (room + 1))
