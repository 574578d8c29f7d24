"""The bus port. Two implementations, one contract test (tests/casework/test_bus.py)."""

from collections.abc import AsyncGenerator, Mapping
from typing import Protocol

from casework.store.reading import Event


class Bus(Protocol):
    """Passes events of named streams to any number of subscribers.

    Guarantees: events of one stream arrive in the order of `seq`, each at most once per
    subscription; publishing an event again is nothing. A subscription first yields the kept events
    with a greater seq than asked, then the new ones; it outlives a lost connection and goes on
    where it was. A slow subscriber holds up nobody.

    Not guaranteed: that old events are kept. A subscriber may therefore see seq jump; the outbox
    has every event, and `casework.bus.follow` fills the jump from there.
    """

    async def publish(self, event: Event) -> str:
        """Returns the id under which a subscriber could resume. Raises BusUnavailable; the event
        may then have been passed on or not, and is to be published again.
        """

    def subscribe(self, after: Mapping[str, int]) -> AsyncGenerator[Event]:
        """Events of the streams in `after` with a greater seq than given there; never ends.

        Close it (`contextlib.aclosing`) when done.
        """

    async def close(self) -> None: ...
