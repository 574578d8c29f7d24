"""The worker port over the real link: every command arrives as it was meant, every event too."""

import asyncio
import base64
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from casework.ports import GapCause, TrackKind, TrackSource
from casework.worker_link import messages as m
from casework.worker_link.client import WorkerGoneError, WorkerRefusedError
from casework.worker_link.server import CommandRefusedError, LinkServer
from scenes.waiting import until
from signaling.workers.link import LinkedWorker
from signaling.workers.port import LegSpec, MediaWorker, RoomSpec


class Handler:
    def __init__(self) -> None:
        self.commands: list[m.Command] = []
        self.refuse: str | None = None

    async def handle(self, command: m.Command) -> m.Done:
        self.commands.append(command)
        if isinstance(command, m.Hello):
            room = m.RoomState(
                call="c1", epoch=3, legs=[m.HeldLeg(leg="l1", incarnation=1)], last_n=2
            )
            return m.Done(id=command.id, rooms=[room])
        if self.refuse is not None:
            raise CommandRefusedError(self.refuse, "no")
        offers = isinstance(command, m.OpenLeg | m.RestartLeg)
        return m.Done(id=command.id, offer=m.Offer(number=4, sdp="v=0") if offers else None)

    def unacknowledged(self, acks: dict[str, int]) -> Iterable[m.DurableEvent]:
        return []

    def present(self) -> Iterable[m.Event]:
        return []


class Listener:
    def __init__(self) -> None:
        self.rooms: list[m.RoomState] = []
        self.events: list[m.Event] = []
        self.gone = 0

    async def worker_here(self, worker: MediaWorker, rooms: Sequence[m.RoomState]) -> None:
        assert not worker.here
        self.rooms = list(rooms)

    async def worker_event(self, worker: MediaWorker, event: m.Event) -> None:
        self.events.append(event)

    async def worker_gone(self, worker: MediaWorker) -> None:
        self.gone += 1

    async def acks(self) -> dict[str, int]:
        return {"c1": 2}


@pytest.fixture
async def linked(tmp_path: Path):
    handler, listener = Handler(), Listener()
    server = LinkServer(tmp_path / "worker.sock", handler)
    await server.start()
    worker = LinkedWorker("w1", tmp_path / "worker.sock", desk="desk", listener=listener)
    worker.start()
    await until(lambda: worker.here)
    yield worker, handler, listener, server
    await worker.stop()
    await server.stop()


async def test_hello_tells_what_is_acknowledged_and_learns_the_rooms(linked):
    worker, handler, listener, _server = linked
    assert handler.commands[0].acks == {"c1": 2}
    assert [room.call for room in listener.rooms] == ["c1"]
    assert worker.name == "w1"


async def test_every_command_arrives(linked):
    worker, handler, _listener, _server = linked
    key = bytes(range(32))
    await worker.open_room(RoomSpec("c1", 3, key, "recordings/c1"))
    spec = LegSpec(
        "c1",
        "l1",
        2,
        "counter",
        microphone=True,
        speaker=True,
        videos=(TrackSource.CAMERA,),
        expected=(TrackSource.MICROPHONE,),
    )
    assert (await worker.open_leg(spec)).number == 4
    await worker.answer_leg("c1", "l1", 4, "v=0")
    assert (await worker.restart_leg("c1", "l1")).sdp == "v=0"
    await worker.admit_leg("c1", "l1", [TrackSource.CAMERA], GapCause.CONSENT_WITHDRAWN)
    route = m.Route(source_leg="l1", to_leg="l2", kind=TrackKind.VIDEO, forward=False)
    await worker.set_routes("c1", [route])
    await worker.ack("c1", 7)
    await worker.close_leg("c1", "l1", None)
    await worker.close_room("c1", "ended")
    sent = handler.commands[1:]
    assert [command.type for command in sent] == [
        "open_room",
        "open_leg",
        "answer_leg",
        "restart_leg",
        "admit_leg",
        "set_routes",
        "ack",
        "close_leg",
        "close_room",
    ]
    assert base64.b64decode(sent[0].call_key) == key
    assert (sent[0].record, sent[0].epoch, sent[1].expected) == (True, 3, ["microphone"])
    assert (sent[4].sources, sent[4].cause) == (["camera"], "consent_withdrawn")
    assert sent[5].routes == [route]


async def test_refusals_keep_their_code(linked):
    worker, handler, _listener, _server = linked
    handler.refuse = "stale_answer"
    with pytest.raises(WorkerRefusedError) as refused:
        await worker.answer_leg("c1", "l1", 1, "v=0")
    assert refused.value.code == "stale_answer"


async def test_events_arrive_in_order_and_a_lost_worker_is_told(linked):
    worker, _handler, listener, server = linked
    for state in ("connecting", "connected", "gone"):
        server.send(m.LegState(call="c1", leg="l1", incarnation=1, state=state, mono_ms=1))
    await until(lambda: len(listener.events) == 3)
    assert [event.state for event in listener.events] == ["connecting", "connected", "gone"]
    await server.stop()
    await until(lambda: listener.gone == 1)
    assert not worker.here
    with pytest.raises(WorkerGoneError):
        await worker.ack("c1", 1)
    await asyncio.sleep(0)
