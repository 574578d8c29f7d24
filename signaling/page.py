"""One page's socket as the rest of the desk sees it: who it is, and a bounded way to tell it things."""

import asyncio
from collections import deque

from casework.actor import Actor, Role
from casework.ids import new_id
from casework.model.call import Seat
from signaling.protocol.base import Message
from signaling.protocol.server import Bye

MAX_WAITING_BYTES = 4 << 20
SEAT_OF = {Role.CLERK: Seat.WINDOW, Role.CITIZEN: Seat.CITIZEN, Role.REVIEWER: Seat.HALL}


class Page:
    """Messages wait in a bounded queue: a page that does not read is sent away, and nobody waits.

    `here` is false while the page is silent; the socket's heartbeat keeps it.
    """

    def __init__(self, actor: Actor, door: str) -> None:
        self.id = new_id()
        self.actor = actor
        self.door = door
        self.here = True
        self.bye: Bye | None = None
        self._waiting: deque[str] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()

    @property
    def seat(self) -> Seat | None:
        """The seat this page may take in a call."""
        return SEAT_OF.get(self.actor.role)

    def send(self, message: Message) -> None:
        """Never blocks and never raises."""
        self.send_text(text_of(message))

    def send_text(self, text: str) -> None:
        if self.bye is not None:
            return
        if self._waiting_bytes + len(text) > MAX_WAITING_BYTES:
            self.dismiss(Bye(reason="too_slow"))
            return
        self._waiting.append(text)
        self._waiting_bytes += len(text)
        self._wake.set()

    def dismiss(self, bye: Bye) -> None:
        """Nothing more is sent but the goodbye; the socket then closes."""
        if self.bye is None:
            self._waiting.clear()
            self._waiting_bytes = 0
            self.bye = bye
            self._wake.set()

    def dismiss_for_restart(self) -> None:
        """The page is to come back and begin anew."""
        self.dismiss(Bye(reason="restart"))

    async def next_text(self) -> str | None:
        """The next message to write, in order; None when the page was dismissed."""
        while not self._waiting:
            if self.bye is not None:
                return None
            self._wake.clear()
            await self._wake.wait()
        text = self._waiting.popleft()
        self._waiting_bytes -= len(text)
        return text


def text_of(message: Message) -> str:
    """The message as it goes over the socket."""
    return message.model_dump_json(exclude_none=not _keeps_nulls(message))


def _keeps_nulls(message: Message) -> bool:
    # In a merge patch null means "remove", and an `error` without `re` says so.
    return getattr(message, "type", "") in {"event", "error", "ok"}
