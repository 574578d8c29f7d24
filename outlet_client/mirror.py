"""What the citizen's screen shows of the clerk's work, for each window, now.

The clerk's page says which task the citizen has before her and what is being typed; it is masked
here, before it goes anywhere. Nothing of it is stored: after a restart the clerk's page says it
again. Acts (signing, answering, rating) are not told here but done, and come as events.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Literal

from casework.catalogue.item import ItemVersion
from casework.model.applicant import APPLICANT_FIELDS
from casework.model.masking import mask_value
from signaling.protocol.base import Id, Message

Tell = Callable[[str, Message], None]
"""Sends a message of the moment to every page that follows a stream (`signaling.hub.Hub.tell`)."""


class Task(StrEnum):
    """What the citizen is asked for; a call and its notice come before all of them."""

    WAIT = "wait"
    FILL = "fill"
    READ_BACK = "read_back"
    PROMISE = "promise"
    RECEIPT = "receipt"
    RATE = "rate"


class Said(StrEnum):
    """What the citizen says to the clerk by pressing a button on the screen."""

    MISTAKE = "mistake"
    NOT_UNDERSTOOD = "not_understood"
    RECEIPT_SIGNED = "receipt_signed"
    NOT_RATED = "not_rated"
    NOT_PROMISED = "not_promised"


class ScreenShow(Message):
    """To the window's pages. `typed` is masked and keyed as the case's lines (`form.new_bank`).
    `about` is the material of a promise.
    """

    type: Literal["screen.show"] = "screen.show"
    window: Id
    case: Id | None
    task: Task
    typed: dict[str, str]
    about: str = ""


class ScreenSaid(Message):
    """To the window's pages: the citizen pressed a button that is no act."""

    type: Literal["screen.said"] = "screen.said"
    window: Id
    case: Id | None
    said: Said


class Mirrors:
    """The newest mirror of each window."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._shown: dict[str, ScreenShow] = {}

    def of(self, window_id: str) -> ScreenShow:
        found = self._shown.get(window_id)
        return found or ScreenShow(window=window_id, case=None, task=Task.WAIT, typed={})

    def show(self, show: ScreenShow) -> None:
        self._shown[show.window] = show
        self._tell(f"window:{show.window}", show)

    def say(self, said: ScreenSaid) -> None:
        self._tell(f"window:{said.window}", said)


def masked(item: ItemVersion, typed: Mapping[str, str]) -> dict[str, str]:
    """`typed` by `applicant.CODE` and `form.CODE`, masked by kind; what the item lacks is left out."""
    kinds = {f"applicant.{code}": kind for code, kind in APPLICANT_FIELDS.items()}
    kinds |= {f"form.{field.code}": field.kind for field in item.fields}
    return {
        name: mask_value(kinds[name], text.strip()) for name, text in typed.items() if name in kinds
    }
