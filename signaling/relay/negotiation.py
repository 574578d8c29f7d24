"""Offers and answers of one leg: at most one offer is outstanding, later needs coalesce."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from signaling.relay.errors import StaleAnswer
from signaling.relay.sdp_offer import OfferSection

COALESCE_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Outstanding:
    number: int
    sections: tuple[OfferSection, ...]


class Negotiation:
    """`offer_now` is called when an offer is wanted and none is outstanding, at the earliest
    `COALESCE_SECONDS` after the first need; it calls `begin`.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, last_number: int, offer_now: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._offer_now = offer_now
        self._timer: asyncio.TimerHandle | None = None
        self._wanted = False
        self.number = last_number
        self.outstanding: Outstanding | None = None

    def begin(self, sections: Sequence[OfferSection]) -> int:
        """An offer of these sections goes out now and supersedes an outstanding one."""
        self._stop_timer()
        self._wanted = False
        self.number += 1
        self.outstanding = Outstanding(self.number, tuple(sections))
        return self.number

    def expect(self, number: int) -> Outstanding:
        """The offer that an answer to `number` belongs to. Raises `StaleAnswer`."""
        if self.outstanding is None or self.outstanding.number != number:
            raise StaleAnswer(offer=number)
        return self.outstanding

    def settled(self) -> None:
        """The outstanding offer was answered and applied."""
        self.outstanding = None
        if self._wanted:
            self.want()

    def want(self) -> None:
        """Something must be renegotiated."""
        self._wanted = True
        if self.outstanding is None and self._timer is None:
            self._timer = self._loop.call_later(COALESCE_SECONDS, self._due)

    def close(self) -> None:
        self._wanted = False
        self._stop_timer()

    def _due(self) -> None:
        self._timer = None
        self._offer_now()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
