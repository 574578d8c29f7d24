"""Our media worker, driven over the worker link as the desk drives it."""

import asyncio
import base64
import secrets
from pathlib import Path

from bench.media.clients import ClientPool
from bench.media.servers.port import START_SECONDS, ServerProcess, participants
from casework.ids import new_id
from casework.ports import TrackSource
from casework.worker_link import messages as m
from casework.worker_link.client import LinkClient
from yunchuang.media import WorkerOptions

_SOURCES = [TrackSource.MICROPHONE, TrackSource.CAMERA]


class Yunchuang(ServerProcess):
    """Each participant is a leg at a site of its own, so that all hear and see all."""

    module = "yunchuang.media"

    def __init__(self, folder: Path, *, recording: bool) -> None:
        super().__init__(folder)
        self._recording = recording
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
        self._participants: dict[str, int] = {}
        self._clients: ClientPool | None = None
        self._committed: dict[str, int] = {}

    async def start(self) -> None:
        # As the supervisor starts it, but for -P: this module is found from the checkout.
        await self.spawn_python(self.module, self._options.arguments()[2:])
        self._link.start()
        await asyncio.wait_for(self._link.connected.wait(), START_SECONDS)

    async def open_room(self, room: int, clients: ClientPool) -> None:
        self._clients = clients
        call = new_id()
        folder = self.folder / "recordings" / call
        folder.mkdir(parents=True)
        await self._link.request(
            m.OpenRoom(
                id=self._link.next_id(),
                call=call,
                epoch=1,
                record=self._recording,
                call_key=base64.b64encode(secrets.token_bytes(32)).decode(),
                directory=str(folder),
            )
        )
        for participant in participants(room):
            await self._join(call, participant, clients)

    async def settled(self) -> None:
        """Nothing more to do than wait."""

    async def stop(self) -> None:
        await self._link.stop()
        await self.end()

    async def _join(self, call: str, participant: int, clients: ClientPool) -> None:
        leg = f"leg-{participant}"
        self._participants[leg] = participant
        link = self._link
        await link.request(m.AdmitLeg(id=link.next_id(), call=call, leg=leg, sources=_SOURCES))
        done = await link.request(
            m.OpenLeg(
                id=link.next_id(),
                call=call,
                leg=leg,
                site=f"site-{participant}",
                microphone=True,
                speaker=True,
                videos=[TrackSource.CAMERA],
                expected=_SOURCES,
            )
        )
        assert done.offer is not None
        await self._answer(call, leg, done.offer, clients)

    async def _answer(self, call: str, leg: str, offer: m.Offer, clients: ClientPool) -> None:
        sdp = await clients.answer(self._participants[leg], leg, offer.sdp, publishes=True)
        number, link = offer.number, self._link
        await link.request(
            m.AnswerLeg(id=link.next_id(), call=call, leg=leg, offer=number, sdp=sdp)
        )

    async def _event(self, event: m.Event) -> None:
        if isinstance(event, m.Reoffer) and self._clients is not None:
            await self._answer(event.call, event.leg, event.offer, self._clients)
        elif isinstance(event, m.DurableEvent):
            # The desk acknowledges what it has committed; the worker's cost includes it.
            self._committed[event.call] = event.n
            link = self._link
            await link.request(m.Ack(id=link.next_id(), call=event.call, n=event.n))

    async def _acks(self) -> dict[str, int]:
        return dict(self._committed)

    async def _hello(self, rooms: list[m.RoomState]) -> None:
        del rooms

    async def _gone(self) -> None:
        self._committed.clear()
