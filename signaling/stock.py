"""What desk and media workers hold, for Prometheus: what only grows is a leak."""

import asyncio
import threading
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Gauge

from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from signaling.hub import Hub
from signaling.rooms.book import RoomBook
from signaling.workers.link import LinkedWorker

EVERY_S = 2.0


class StockTaking:
    """`run` is a task of the desk. The label `process` is "desk" or a worker's name, `what` a field
    of `Stock` (docs/worker-protocol.md) or one of the desk's own: sockets, followed streams, rooms.
    """

    def __init__(self, registry: CollectorRegistry, hub: Hub, rooms: RoomBook) -> None:
        self._hub = hub
        self._rooms = rooms
        self._holds = Gauge(
            "yunchuang_holds",
            "How many of a kind a process holds now",
            ("process", "what"),
            registry=registry,
        )

    async def run(self, workers: Sequence[LinkedWorker]) -> None:
        while True:
            self._desk()
            for worker in workers:
                await self._worker(worker)
            await asyncio.sleep(EVERY_S)

    def _desk(self) -> None:
        held = {
            "sockets": sum(1 for _ in self._hub.pages()),
            "streams": self._hub.followed,
            "rooms": self._rooms.kept,
            "tasks": len(asyncio.all_tasks()),
            "threads": threading.active_count(),
        }
        for what, count in held.items():
            self._holds.labels("desk", what).set(count)

    async def _worker(self, worker: LinkedWorker) -> None:
        """A worker that is not there keeps its last figures: the next one begins its own."""
        if not worker.here:
            return
        try:
            stock = await worker.take_stock()
        except (WorkerGoneError, WorkerRefusedError):
            return
        for what, count in stock.model_dump().items():
            self._holds.labels(worker.name, what).set(count)
