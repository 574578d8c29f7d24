"""A page that joins a call as cheaply as can be: its socket, its offers, and DTLS for real."""

import asyncio
import contextlib
from collections.abc import Sequence

from bench.media.connection import Connection
from bench.soak.sending import Sender
from outlet_client.agent.browser import Browser
from outlet_client.agent.line import Line, Message
from outlet_client.agent.refusal import LineLost, Refused

PATIENCE_S = 20.0


class SoakPage:
    """One page on one seat. Offers are answered in order, the newest of those that wait."""

    def __init__(self, browser: Browser, call: str, sources: Sequence[str], sender: Sender) -> None:
        self._line = Line(browser)
        self._call = call
        self._sources = list(sources)
        self._sender = sender
        self._connection: Connection | None = None
        self._offer: Message | None = None
        self._offered = asyncio.Event()
        self._answering: asyncio.Task[None] | None = None
        self._leg = ""

    async def join(self, *, answers: bool, publishes: bool) -> None:
        """Returns when the media stand, or as soon as the offer came to a page that does not answer.
        Raises Refused, LineLost, TimeoutError or ConnectionError.
        """
        self._line.on("leg.offer", self._take_offer)
        await self._line.start()
        await self._line.follow(f"call:{self._call}")
        joined = await self._line.ask("leg.join", call=self._call, sources=self._sources)
        self._leg = str(joined["leg"])
        async with asyncio.timeout(PATIENCE_S):
            await self._offered.wait()
            if not answers:
                return
            self._connection = self._sender.connection(publishes=publishes)
            self._answering = asyncio.create_task(self._answer_offers(self._connection))
            await self._connection.ready
        if publishes:
            self._sender.burst(self._connection)

    async def leave(self, *, in_order: bool, says_goodbye: bool) -> None:
        """`in_order` by the protocol; `says_goodbye` by close_notify, which no browser sends."""
        if self._answering is not None:
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)
        if in_order and self._leg:
            with contextlib.suppress(Refused, LineLost):
                await self._line.ask("leg.leave", leg=self._leg)
        if self._connection is not None:
            await self._connection.close(silent=not says_goodbye)
        await self._line.close()

    def _take_offer(self, message: Message) -> None:
        if message.get("call") == self._call:
            self._offer = message
            self._offered.set()

    async def _answer_offers(self, connection: Connection) -> None:
        while True:
            await self._offered.wait()
            self._offered.clear()
            offer = self._offer
            if offer is None:
                continue
            with contextlib.suppress(Refused, LineLost):  # a newer offer took its place
                sdp = connection.answer(str(offer["sdp"]))
                await self._line.ask(
                    "leg.answer", leg=offer["leg"], number=offer["number"], sdp=sdp
                )
