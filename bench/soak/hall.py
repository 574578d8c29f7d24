"""Four reviewers, of whom each takes the calls of one window."""

import asyncio
from dataclasses import dataclass, field

from bench.live.people import Company
from outlet_client.agent.stream_view import StreamView


@dataclass(slots=True)
class Called:
    """A call that the hall has accepted, and what is seen of it, by person."""

    call: str = ""
    views: dict[str, StreamView] = field(default_factory=dict)


class Hall:
    """The dispatcher offers a call to whoever is free, so only the one who shall get it is."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()

    async def ring(self, company: Company) -> Called:
        called = Called()
        async with self._one_at_a_time:
            await company.ring(None, called)
            await company.lines["reviewer"].ask("presence.set", state="off")
        return called


async def end(company: Company, called: Called) -> None:
    """The clerk hangs up, the reviewer writes down what was said."""
    await company.lines["clerk"].ask("call.end", call=called.call, reason="finished")
    texts = {"topic": "演练", "answer": "演练"}
    await company.lines["reviewer"].ask("call.close", call=called.call, **texts)
