"""One recorded call of three, from the press that asks for it to the end of its recording.

People keep trying while there is no desk: what they ask for is asked again until it is answered.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bench.kills.stations import DatedCamera, DatedMicrophone
from bench.live.books import open_calls, open_recordings
from bench.live.people import WINDOW, Company, Talk
from bench.live.until import until
from casework.model.call import WAITING, CallState
from outlet_client.agent.refusal import LineLost, Refused

PATIENCE_S = 40.0
"""Longer than anything takes here, a node's start on a busy machine included."""
_AGAIN_S = 0.2


class Play:
    """`phase` is where the call is. The page at the window is reloaded in the middle of it, which
    ends the parts of its leg and begins others.
    """

    def __init__(self, company: Company, before_s: float, after_s: float) -> None:
        self.talk = Talk(DatedCamera, DatedMicrophone)
        self.phase = "set_up"
        self.reloaded: tuple[float, float] | None = None
        self.asked_end: float | None = None
        self._company = company
        self._before_s = before_s
        self._after_s = after_s

    async def run(self) -> None:
        """Raises what a call that does not come about raises, and only that."""
        await self._company.call(None, self.talk)
        self.phase = "talk"
        await asyncio.sleep(self._before_s)
        self.phase = "part_change"
        await self._reload()
        self.phase = "talk"
        await asyncio.sleep(self._after_s)
        await self.end()

    async def end(self) -> None:
        """Ends whatever is open, as far as it came, and waits until nothing is."""
        self.phase = "close"
        node, end = self._company.node, time.monotonic() + PATIENCE_S
        while calls := open_calls(node):
            if time.monotonic() > end:
                raise TimeoutError(f"calls that nobody can end: {calls}")
            for call, state in calls.items():
                await self._end_one(call, state)
        await until(lambda: not open_recordings(node), "recordings have an end", PATIENCE_S)
        self.phase = "over"

    async def leave(self) -> None:
        for station in self.talk.stations.values():
            await station.close()

    async def _reload(self) -> None:
        began = time.monotonic()
        old = self.talk.stations[WINDOW]
        await old.close()

        async def sit_down_again() -> None:
            if self.talk.stations[WINDOW] is old:
                await self.talk.sit(WINDOW, self._company.lines["clerk"], self.talk.views["clerk"])
            else:
                await self.talk.stations[WINDOW].join()

        try:
            await self._insist(sit_down_again)
            await self.talk.until_all_see(PATIENCE_S)
        finally:
            self.reloaded = (began, time.monotonic())

    async def _insist(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Until an answer came. Raises Refused or LineLost when none did in all the time."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                await ask()
            except (LineLost, Refused):
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(_AGAIN_S)
            else:
                return

    async def _end_one(self, call: str, state: CallState) -> None:
        """One try: the next look at the books tells whether it was heard."""
        clerk, reviewer = self._company.lines["clerk"], self._company.lines["reviewer"]
        try:
            if state is CallState.WRAP_UP:
                await reviewer.ask("call.close", call=call, topic="演练", answer="演练")
            elif state in WAITING or state is CallState.CONNECTING:
                await clerk.ask("call.cancel", call=call)
            else:
                self.asked_end = self.asked_end or time.monotonic()
                await clerk.ask("call.end", call=call, reason="finished")
        except (LineLost, Refused):
            await asyncio.sleep(_AGAIN_S)
