"""A media worker at the other end of a Unix socket."""

import base64
from collections.abc import Sequence
from pathlib import Path

from casework.model.line import Rung
from casework.ports import GapCause, TrackSource
from casework.worker_link import messages as m
from casework.worker_link.client import LinkClient, WorkerGoneError
from signaling.workers.port import LegSpec, RoomSpec, WorkerListener


class LinkedWorker:
    """Speaks the worker link (docs/worker-protocol.md); reconnects by itself."""

    def __init__(self, name: str, path: Path, *, desk: str, listener: WorkerListener) -> None:
        self._name = name
        self._listener = listener
        self._client = LinkClient(
            path,
            desk=desk,
            acks=listener.acks,
            on_hello=self._hello,
            on_event=self._event,
            on_gone=self._gone,
        )
        self._here = False

    @property
    def name(self) -> str:
        return self._name

    @property
    def here(self) -> bool:
        return self._here

    def start(self) -> None:
        self._client.start()

    async def stop(self) -> None:
        await self._client.stop()

    async def open_room(self, spec: RoomSpec) -> None:
        await self._client.request(
            m.OpenRoom(
                id=self._client.next_id(),
                call=spec.call,
                epoch=spec.epoch,
                record=True,
                call_key=base64.b64encode(spec.call_key).decode(),
                directory=spec.directory,
                logged=spec.logged,
            )
        )

    async def close_room(self, call: str, reason: str) -> None:
        await self._client.request(m.CloseRoom(id=self._client.next_id(), call=call, reason=reason))

    async def open_leg(self, spec: LegSpec) -> m.Offer:
        done = await self._client.request(
            m.OpenLeg(
                id=self._client.next_id(),
                call=spec.call,
                leg=spec.leg,
                incarnation=spec.incarnation,
                site=spec.site,
                microphone=spec.microphone,
                speaker=spec.speaker,
                videos=list(spec.videos),
                expected=list(spec.expected),
            )
        )
        return _offer(done)

    async def answer_leg(self, call: str, leg: str, number: int, sdp: str) -> None:
        await self._client.request(
            m.AnswerLeg(id=self._client.next_id(), call=call, leg=leg, offer=number, sdp=sdp)
        )

    async def restart_leg(self, call: str, leg: str) -> m.Offer:
        done = await self._client.request(
            m.RestartLeg(id=self._client.next_id(), call=call, leg=leg)
        )
        return _offer(done)

    async def close_leg(self, call: str, leg: str, cause: GapCause | None) -> None:
        await self._client.request(
            m.CloseLeg(id=self._client.next_id(), call=call, leg=leg, cause=cause)
        )

    async def admit_leg(
        self, call: str, leg: str, sources: Sequence[TrackSource], cause: GapCause | None
    ) -> None:
        await self._client.request(
            m.AdmitLeg(
                id=self._client.next_id(),
                call=call,
                leg=leg,
                sources=list(sources),
                cause=cause,
            )
        )

    async def limit_leg(self, call: str, leg: str, rung: Rung, cause: GapCause | None) -> None:
        await self._client.request(
            m.LimitLeg(id=self._client.next_id(), call=call, leg=leg, rung=rung, cause=cause)
        )

    async def set_routes(self, call: str, routes: Sequence[m.Route]) -> None:
        await self._client.request(
            m.SetRoutes(id=self._client.next_id(), call=call, routes=list(routes))
        )

    async def take_stock(self) -> m.Stock:
        """What the worker holds now. Raises WorkerGoneError or WorkerRefusedError."""
        done = await self._client.request(m.TakeStock(id=self._client.next_id()))
        if done.stock is None:
            raise WorkerGoneError("the worker answered without its stock")
        return done.stock

    async def ack(self, call: str, n: int) -> None:
        await self._client.request(m.Ack(id=self._client.next_id(), call=call, n=n))

    async def _hello(self, rooms: list[m.RoomState]) -> None:
        # Here only once its rooms are known: nobody may open one of them elsewhere meanwhile.
        await self._listener.worker_here(self, rooms)
        self._here = True

    async def _event(self, event: m.Event) -> None:
        await self._listener.worker_event(self, event)

    async def _gone(self) -> None:
        self._here = False
        await self._listener.worker_gone(self)


def _offer(done: m.Done) -> m.Offer:
    if done.offer is None:
        raise WorkerGoneError("the worker answered without an offer")
    return done.offer
