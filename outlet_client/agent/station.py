"""A page without a page in a call: it takes its seat, answers offers, and sends what is let in.

What leaves the station is decided as on a page (signaling/static/js/call_session.js): a source is
sent only while the call's snapshot lists it as admitted for this leg, so nothing of a citizen leaves
before the notice is answered, and pictures give way to speech as everywhere.
"""

import asyncio
import contextlib
from collections.abc import Coroutine, Mapping
from typing import Any

import av
import structlog
from aiortc import InvalidStateError, MediaStreamTrack
from pydantic import ValidationError

from casework.model.line import Rung
from casework.ports import TrackSource
from outlet_client.agent.frame_code import FrameCode, read_frame_code
from outlet_client.agent.line import Line, Message
from outlet_client.agent.peer import StationPeer
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused
from outlet_client.agent.stream_view import StreamView
from signaling.protocol.errors import NewerPage
from signaling.protocol.server import LegOffer, LegStreams, RemoteStream

log = structlog.get_logger(component="agent")

_MOVING = frozenset(rung.value for rung in Rung if rung.moves)


class Station:
    """One seat in one call. `sources` are the tracks it has, by what they show."""

    def __init__(
        self, line: Line, call: StreamView, sources: Mapping[TrackSource, MediaStreamTrack]
    ) -> None:
        self._line = line
        self._call = call
        self._call_id = call.stream.partition(":")[2]
        self._sources = dict(sources)
        self._peer = StationPeer(dict.fromkeys(self._sources), self._frame)
        self._offer: LegOffer | None = None
        self._offered = asyncio.Event()
        self._framed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._incarnation = 0
        self.leg = ""
        self.streams: tuple[RemoteStream, ...] = ()
        self.seen: dict[str, FrameCode] = {}
        self.replaced = False
        line.on("leg.offer", self._take_offer)
        line.on("leg.streams", self._take_streams)
        line.on("leg.replaced", self._take_replaced)
        line.on_resumed(self._resumed)
        call.on_change(self._send_what_is_admitted)

    @property
    def state(self) -> str:
        """`connectionState` of the W3C interface."""
        return self._peer.state

    async def join(self) -> str:
        """Takes the seat; the id of its leg. Raises Refused, LineLost, OddAnswer.

        Without an answer nobody knows whether this station sat down (again): it then joins anew.
        """
        if not self._tasks:
            self._spawn(self._answer_offers())
        sources = sorted(source.value for source in self._sources)
        self._incarnation = 0
        joined = await self._line.ask("leg.join", call=self._call_id, sources=sources)
        leg, incarnation = joined.get("leg"), joined.get("incarnation")
        if not isinstance(leg, str):
            raise OddAnswer("a seat without a leg")
        self.leg = leg
        if isinstance(incarnation, int):
            self._incarnation = incarnation
        self._send_what_is_admitted()
        return leg

    async def leave(self) -> None:
        """In order, where the line still stands; the media end in any case."""
        if self.leg and not self.replaced and not self._closed:
            with contextlib.suppress(Refused, LineLost):
                await self._line.ask("leg.leave", leg=self.leg)
        await self.close()

    async def close(self) -> None:
        self._closed = True
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._peer.close()

    async def until_seen(self, station: int, seconds: float) -> None:
        """Waits for a picture of that station. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while all(code.station != station for code in self.seen.values()):
                self._framed.clear()
                await self._framed.wait()

    # --- messages of the moment ------------------------------------------------------------------

    def _take_offer(self, message: Message) -> None:
        if message.get("call") != self._call_id or self._closed or self.replaced:
            return
        try:
            offer = LegOffer.model_validate(message)
        except ValidationError:
            log.warning("odd_offer")
            return
        # The offer may overtake the answer to `leg.join`. Only the newest needs an answer, and that is
        # the last heard: a worker that begins anew counts its offers from one again.
        self._offer = offer
        self._offered.set()

    def _take_streams(self, message: Message) -> None:
        if message.get("call") != self._call_id:
            return
        with contextlib.suppress(ValidationError):
            self.streams = tuple(LegStreams.model_validate(message).streams)

    def _take_replaced(self, message: Message) -> None:
        if self.leg and message.get("leg") == self.leg:
            self._give_way()

    def _give_way(self) -> None:
        self.replaced = True
        self._spawn(self._peer.close())

    async def _answer_offers(self) -> None:
        while True:
            await self._offered.wait()
            self._offered.clear()
            offer = self._offer
            if offer is None:
                continue
            try:
                sdp = await self._peer.answer(offer.sdp, offer.ice_servers)
                await self._line.ask("leg.answer", leg=offer.leg, number=offer.number, sdp=sdp)
            except (ValueError, InvalidStateError) as error:
                log.warning("offer_not_answered", reason=type(error).__name__)
            except (Refused, LineLost) as error:
                # A newer offer comes of its own accord; it is answered on its own.
                log.info("answer_not_taken", reason=type(error).__name__)
            self._send_what_is_admitted()

    # --- the line was gone -----------------------------------------------------------------------

    def _resumed(self) -> None:
        if self.leg and not self._closed and not self.replaced:
            self._spawn(self._reattach())

    async def _reattach(self) -> None:
        try:
            if not await self._is_kept():
                await self.join()
        except Refused as error:
            if error.slug == NewerPage.slug:
                self._give_way()
        except LineLost:
            return  # the next line tries anew

    async def _is_kept(self) -> bool:
        """Raises Refused or LineLost."""
        if not self._incarnation:
            return False
        kept = await self._line.ask(
            "leg.attach", call=self._call_id, leg=self.leg, incarnation=self._incarnation
        )
        return kept.get("kept") is True

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- media -----------------------------------------------------------------------------------

    def _send_what_is_admitted(self) -> None:
        legs: Any = self._call.data.get("legs")
        mine = legs.get(self.leg) if isinstance(legs, dict) else None
        admitted = mine.get("admitted", ()) if isinstance(mine, dict) else ()
        # A station sends no stills: where a page would, it sends sound alone.
        moves = not isinstance(mine, dict) or mine.get("up", Rung.FULL) in _MOVING
        for source, track in self._sources.items():
            carried = moves or source is TrackSource.MICROPHONE
            self._peer.send(source, track if carried and source in admitted else None)

    def _frame(self, mid: str, frame: av.VideoFrame | av.AudioFrame) -> None:
        if isinstance(frame, av.VideoFrame):
            plane = frame.planes[0]
            code = read_frame_code(bytes(plane), frame.width, frame.height, plane.line_size)
            if code is not None:
                self.seen[mid] = code
                self._framed.set()
