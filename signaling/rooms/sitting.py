"""A leg and the page that sits on it."""

from dataclasses import dataclass

from casework.model.call import Seat
from casework.model.line import Rung
from casework.ports import TrackSource
from casework.worker_link.messages import Stream
from signaling.page import Page


@dataclass(slots=True)
class Sitting:
    """`page` is None while the page's socket is gone. `unoffered`: the worker has to make an offer
    for this page. `told` is what the worker was last told to admit, None before; `limited` to which
    rung, None when that is not known. `offered` and
    `answered` are the numbers of the newest offer and of the newest that was answered;
    `offer_lost`: one of the two went down with a socket or with a desk, and needs another offer.
    `unheard_since` (event loop time) is set on an adopted leg until the worker says anything of it.
    """

    leg: str
    seat: Seat
    incarnation: int
    has_sound: bool
    page: Page | None = None
    unoffered: bool = False
    told: tuple[TrackSource, ...] | None = None
    limited: Rung | None = Rung.FULL
    streams: tuple[Stream, ...] = ()
    here: bool = True
    missing: tuple[TrackSource, ...] = ()
    sharing: bool = False
    offered: int = 0
    answered: int = 0
    offer_lost: bool = False
    unheard_since: float | None = None

    @property
    def is_here(self) -> bool:
        return self.page is not None and self.page.here

    def heard(self) -> bool:
        """The worker spoke of the leg; True if it had not since the room was adopted."""
        unheard, self.unheard_since = self.unheard_since is not None, None
        return unheard
