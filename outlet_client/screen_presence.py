"""Whether the citizen's screen of a window is there now.

It is there while one of its pages answers the socket's pings (`signaling.line`), in a call or not.
Nothing of it is stored: it is true for this moment, and the page that shows it asks again when it
comes back.
"""

from collections.abc import Callable, Iterator
from typing import Literal, Protocol

from casework.actor import Role
from signaling.page import Page
from signaling.protocol.base import Id, Message


class PageHub(Protocol):
    """What this room needs of `signaling.hub.Hub`."""

    def tell(self, stream: str, message: Message) -> None: ...
    def pages(self) -> Iterator[Page]: ...
    def on_change(self, listener: Callable[[], None]) -> None: ...


class ScreenHere(Message):
    """To the window's pages: its citizen screen came, went, fell silent or spoke again."""

    type: Literal["screen.here"] = "screen.here"
    window: Id
    here: bool


class ScreenPresence:
    """The windows whose screen is there."""

    def __init__(self, hub: PageHub) -> None:
        self._hub = hub
        self._here: frozenset[str] = frozenset()
        hub.on_change(self._look)

    def is_here(self, window_id: str) -> bool:
        return window_id in self._here

    def _look(self) -> None:
        before, self._here = self._here, frozenset(self._windows())
        for window in before ^ self._here:
            message = ScreenHere(window=window, here=window in self._here)
            self._hub.tell(f"window:{window}", message)

    def _windows(self) -> Iterator[str]:
        for page in self._hub.pages():
            if page.here and page.actor.role is Role.CITIZEN and page.actor.window is not None:
                yield page.actor.window
