"""A real media worker with one recorded call, driven over the worker link as the desk drives it."""

import asyncio
import base64
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.media.servers.port import START_SECONDS, ServerProcess
from casework.ids import new_id
from casework.ports import TrackSource
from casework.worker_link import messages as m
from casework.worker_link.client import LinkClient
from yunchuang.media import WorkerOptions

CLOSE_SECONDS = 15.0
SOURCES = [TrackSource.MICROPHONE, TrackSource.CAMERA]

Answer = Callable[[str, str], Awaitable[str]]
"""Leg and offer to answer."""


class Worker(ServerProcess):
    def __init__(self, folder: Path, answer: Answer) -> None:
        super().__init__(folder)
        self.call = new_id()
        self.key = secrets.token_bytes(32)
        self.recording = folder / "recording"
        self._answer = answer
        self._closed = asyncio.Event()
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
        """Returns when the recorder is armed; raises TimeoutError or OSError."""
        self.recording.mkdir()
        # As the supervisor starts it, but for -P: this module is found from the checkout.
        await self.spawn_python("yunchuang.media", self._options.arguments()[2:])
        self._link.start()
        await asyncio.wait_for(self._link.connected.wait(), START_SECONDS)
        await self._link.request(
            m.OpenRoom(
                id=self._link.next_id(),
                call=self.call,
                epoch=1,
                record=True,
                call_key=base64.b64encode(self.key).decode(),
                directory=str(self.recording),
            )
        )

    async def join(self, leg: str) -> None:
        """A leg at a site of its own, with a voice and a face, both let in."""
        link, call = self._link, self.call
        await link.request(m.AdmitLeg(id=link.next_id(), call=call, leg=leg, sources=SOURCES))
        done = await link.request(
            m.OpenLeg(
                id=link.next_id(),
                call=call,
                leg=leg,
                site=leg,
                microphone=True,
                speaker=True,
                videos=[TrackSource.CAMERA],
                expected=SOURCES,
            )
        )
        assert done.offer is not None
        await self._take_offer(leg, done.offer)

    async def close_call(self) -> None:
        """Returns when the recording is whole; raises TimeoutError."""
        link = self._link
        await link.request(m.CloseRoom(id=link.next_id(), call=self.call, reason="ended"))
        await asyncio.wait_for(self._closed.wait(), CLOSE_SECONDS)

    async def stop(self) -> None:
        await self._link.stop()
        await self.end()

    async def _take_offer(self, leg: str, offer: m.Offer) -> None:
        sdp = await self._answer(leg, offer.sdp)
        link, number = self._link, offer.number
        await link.request(
            m.AnswerLeg(id=link.next_id(), call=self.call, leg=leg, offer=number, sdp=sdp)
        )

    async def _event(self, event: m.Event) -> None:
        if isinstance(event, m.Reoffer):
            await self._take_offer(event.leg, event.offer)
        elif isinstance(event, m.DurableEvent):
            self._committed[event.call] = event.n
            link = self._link
            await link.request(m.Ack(id=link.next_id(), call=event.call, n=event.n))
            if isinstance(event, m.RoomClosed):
                self._closed.set()

    async def _acks(self) -> dict[str, int]:
        return dict(self._committed)

    async def _hello(self, rooms: list[m.RoomState]) -> None:
        del rooms

    async def _gone(self) -> None:
        self._committed.clear()
