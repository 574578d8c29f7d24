"""A media worker of ours in a process of its own, driven over the worker link as the desk does."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.server_process import START_SECONDS, ServerProcess
from casework.ports import TrackSource
from casework.worker_link import messages as m
from casework.worker_link.client import LinkClient
from yunchuang.media import WorkerOptions

SOURCES = [TrackSource.MICROPHONE, TrackSource.CAMERA]

Answer = Callable[[str, str], Awaitable[str]]
"""The page's part: leg and offered SDP to the answer."""
Heard = Callable[[m.Event], None]


class DrivenWorker(ServerProcess):
    """Each leg is at a site of its own, so that all hear and see all. `heard` is told every event
    after it was acknowledged.
    """

    def __init__(
        self,
        folder: Path,
        answer: Answer,
        *,
        module: str = "yunchuang.media",
        heard: Heard = lambda _: None,
    ) -> None:
        super().__init__(folder)
        self._module = module
        self._answer = answer
        self._heard = heard
        self._committed: dict[str, int] = {}
        self._options = WorkerOptions(
            socket=folder / "worker.sock",
            pid_file=folder / "worker.json",
            addresses=("127.0.0.1",),
        )
        self._link = LinkClient(
            self._options.socket,
            desk="bench",
            acks=self._acks,
            on_hello=self._hello,
            on_event=self._event,
            on_gone=self._gone,
        )

    async def start(self) -> None:
        """Returns when the worker takes commands; raises TimeoutError or OSError."""
        # As the supervisor starts it, but for -P: this module is found from the checkout.
        await self.spawn_python(self._module, self._options.arguments()[2:])
        self._link.start()
        await asyncio.wait_for(self._link.connected.wait(), START_SECONDS)

    async def open_call(self, call: str, directory: Path, key: bytes, *, record: bool) -> None:
        """Opens the call's room; returns when its recorder is armed."""
        link = self._link
        await link.request(
            m.OpenRoom(
                id=link.next_id(),
                call=call,
                epoch=1,
                record=record,
                call_key=base64.b64encode(key).decode(),
                directory=str(directory),
            )
        )

    async def join(self, call: str, leg: str) -> None:
        """A leg with a voice and a face, both let in; returns when it has answered its offer."""
        link = self._link
        await link.request(m.AdmitLeg(id=link.next_id(), call=call, leg=leg, sources=SOURCES))
        done = await link.request(
            m.OpenLeg(
                id=link.next_id(),
                call=call,
                leg=leg,
                incarnation=1,
                site=leg,
                microphone=True,
                speaker=True,
                videos=[TrackSource.CAMERA],
                expected=SOURCES,
            )
        )
        assert done.offer is not None
        await self._take_offer(call, leg, done.offer)

    async def close_call(self, call: str) -> None:
        link = self._link
        await link.request(m.CloseRoom(id=link.next_id(), call=call, reason="ended"))

    async def stop(self) -> None:
        """Ends the process; safe after a failed start."""
        await self._link.stop()
        await self.end()

    async def _take_offer(self, call: str, leg: str, offer: m.Offer) -> None:
        sdp = await self._answer(leg, offer.sdp)
        link, number = self._link, offer.number
        await link.request(
            m.AnswerLeg(id=link.next_id(), call=call, leg=leg, offer=number, sdp=sdp)
        )

    async def _event(self, event: m.Event) -> None:
        if isinstance(event, m.Reoffer):
            await self._take_offer(event.call, event.leg, event.offer)
        elif isinstance(event, m.DurableEvent):
            # The desk acknowledges what it has committed; the worker's cost includes it.
            self._committed[event.call] = event.n
            link = self._link
            await link.request(m.Ack(id=link.next_id(), call=event.call, n=event.n))
        self._heard(event)

    async def _acks(self) -> dict[str, int]:
        return dict(self._committed)

    async def _hello(self, rooms: list[m.RoomState]) -> None:
        del rooms

    async def _gone(self) -> None:
        self._committed.clear()
