"""Acts done one after the other while things die, and what became of those that were acknowledged."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from outlet_client.agent.browser import Browser
from outlet_client.agent.refusal import LineLost, Refused

_ITEM = "SK-001"
_PAUSE_S = 0.1


class Acts:
    """Opens cases as fast as a busy window never does; `acknowledged` are those answered with 201."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.acknowledged: list[str] = []

    async def run(self) -> None:
        while True:
            body = {"item": _ITEM}
            # While there is no desk nothing is acknowledged, and nothing is promised.
            with contextlib.suppress(LineLost, Refused):
                opened = await self._browser.act("/api/v1/cases", body)
                self.acknowledged.append(str(opened["case_id"]))
            await asyncio.sleep(_PAUSE_S)


@contextlib.asynccontextmanager
async def acting(browser: Browser) -> AsyncIterator[Acts]:
    acts = Acts(browser)
    task = asyncio.create_task(acts.run())
    try:
        yield acts
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
