"""Puts the call into the application: `setup_signaling(app, ...)` after `setup_portal`."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from casework.bus.port import Bus
from casework.clock import Clock
from casework.keys.key_ring import KeyRing
from casework.policy.interruption import REJOIN_WINDOW_S
from casework.store.engine import Store
from casework.store.writer import Writer
from portal.access import ACCESS_ATTRIBUTE, Access
from portal.doors import Door
from portal.keys import METRICS
from signaling.desk import Desk, DeviceRule
from signaling.dispatcher import Dispatcher
from signaling.hub import Hub
from signaling.lines.metrics import LineMetrics
from signaling.ports import SocketAuth
from signaling.reachability import Reachability
from signaling.rooms.book import RoomBook
from signaling.rooms.files import RecordingFiles
from signaling.socket import SocketEndpoint
from signaling.stock import StockTaking
from signaling.turn import IceServers, no_servers
from signaling.workers.link import LinkedWorker


@dataclass(frozen=True, slots=True)
class Signaling:
    """The parts of the call that others may reach: the hub tells pages, the book knows the rooms."""

    desk: Desk
    hub: Hub
    rooms: RoomBook


SIGNALING: web.AppKey[Signaling] = web.AppKey("signaling", Signaling)


def setup_signaling(
    app: web.Application,
    *,
    store: Store,
    writer: Writer,
    clock: Clock,
    bus: Bus,
    keys: KeyRing,
    files: RecordingFiles,
    auth: SocketAuth,
    workers: Sequence[tuple[str, Path]] = (),
    desk_name: str = "desk",
    ice_servers: IceServers = no_servers,
    rejoin_window_s: int = REJOIN_WINDOW_S,
    devices: DeviceRule | None = None,
) -> Signaling:
    """Adds `/ws/{door}` and the tasks behind it. `workers` are names and sockets of media workers;
    each is connected to for as long as the application runs, whether it is there yet or not.
    `rejoin_window_s` is how long an interrupted call is waited for, `devices` whether those of
    windows sign their requests.
    """
    hub = Hub(store, bus)
    rooms = RoomBook(
        store=store,
        writer=writer,
        hub=hub,
        clock=clock,
        keys=keys,
        files=files,
        ice_servers=ice_servers,
        line_metrics=LineMetrics(app[METRICS].registry) if METRICS in app else None,
    )
    desk = Desk(store, writer, clock, hub, rooms, devices or DeviceRule())
    endpoint = SocketEndpoint(desk, auth)
    made = app[SIGNALING] = Signaling(desk, hub, rooms)

    async def serve_socket(request: web.Request) -> web.StreamResponse:
        return await endpoint.serve(request)

    # The endpoint itself admits, since a refused socket is told why by a close code.
    setattr(serve_socket, ACCESS_ATTRIBUTE, Access(tuple(Door)))
    app.router.add_get("/ws/{door}", serve_socket)

    async def tasks(_app: web.Application) -> AsyncIterator[None]:
        links = [LinkedWorker(name, path, desk=desk_name, listener=rooms) for name, path in workers]
        dispatcher = Dispatcher(store, writer, clock, rejoin_window_s=rejoin_window_s)
        running = [
            asyncio.create_task(rooms.run()),
            asyncio.create_task(dispatcher.run()),
            asyncio.create_task(Reachability(hub, writer).run()),
        ]
        if METRICS in app:
            stock = StockTaking(app[METRICS].registry, hub, rooms)
            running.append(asyncio.create_task(stock.run(links)))
        for link in links:
            link.start()
        yield
        for link in links:
            await link.stop()
        for task in running:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await hub.close()

    async def say_goodbye(_app: web.Application) -> None:
        await endpoint.close()

    app.cleanup_ctx.append(tasks)
    app.on_shutdown.append(say_goodbye)
    return made
