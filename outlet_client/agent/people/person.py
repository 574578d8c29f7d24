"""What all scripted people have: a browser at a door, a socket, and perhaps a seat in a call."""

import contextlib
from typing import Self

from outlet_client.agent.browser import Browser
from outlet_client.agent.line import Line
from outlet_client.agent.people.equipment import Equipment
from outlet_client.agent.station import Station
from outlet_client.agent.stream_view import StreamView

CONNECT_S = 20.0


class Person:
    """Everything raises Refused, LineLost, OddAnswer; waiting raises TimeoutError."""

    DOOR = ""

    def __init__(self, origin: str, equipment: Equipment | None = None) -> None:
        self.browser = Browser(origin, self.DOOR)
        self.line = Line(self.browser)
        self.equipment = equipment
        self.station: Station | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go()

    async def go(self) -> None:
        """Leaves the call, the socket and the door; nothing of it may fail."""
        with contextlib.suppress(Exception):
            await self.hang_up()
        await self.line.close()
        await self.browser.close()

    async def join(self, call: StreamView) -> Station:
        """Takes this person's seat in a call that was taken, and waits until it is connected."""
        if self.equipment is None:
            raise ValueError("nothing to join with")
        self.station = station = self.equipment.station(self.line, call)
        leg = await station.join()
        await call.until(
            lambda data: data.get("legs", {}).get(leg, {}).get("state") == "connected",
            "the leg is connected",
            CONNECT_S,
        )
        return station

    async def say(self, line: str) -> None:
        if self.equipment is not None:
            await self.equipment.say(line)

    async def mark(self, call: StreamView, kind: str, case: str | None = None) -> None:
        """A point on the timeline of the recording."""
        about = {} if case is None else {"case": case}
        await self.line.ask("mark.record", call=call_id(call), kind=kind, **about)

    async def end_call(self, call: StreamView) -> None:
        await self.line.ask("call.end", call=call_id(call), reason="finished")

    async def hang_up(self) -> None:
        if self.station is not None:
            station, self.station = self.station, None
            await station.leave()


def call_id(call: StreamView) -> str:
    return call.stream.partition(":")[2]
