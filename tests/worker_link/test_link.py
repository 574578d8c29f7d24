"""The worker link end to end over a real Unix socket: answers, order, replay, bad peers."""

import asyncio
import contextlib
import struct

import pytest

from casework.worker_link.client import LinkClient, WorkerGoneError, WorkerRefusedError
from casework.worker_link.messages import (
    AskKeyframe,
    CloseRoom,
    Command,
    Done,
    Drain,
    DurableEvent,
    Event,
    LegState,
    RoomClosed,
    RoomState,
    Streams,
)
from casework.worker_link.server import CommandRefusedError, LinkServer


class Worker:
    """A handler that remembers what it was told and keeps durable events until acknowledged."""

    def __init__(self) -> None:
        self.journal: list[DurableEvent] = []
        self.handled: list[str] = []
        self.now: list[Event] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def handle(self, command: Command) -> Done:
        if isinstance(command, Drain):
            raise CommandRefusedError("busy", "a call is running")
        if isinstance(command, AskKeyframe):
            raise RuntimeError("a defect")
        if isinstance(command, CloseRoom):
            if command.reason == "slow":
                await self.hold.wait()
            self.handled.append(f"{command.call}:{command.reason}")
        return Done(id=command.id, rooms=[RoomState(call="C1", epoch=1, legs=[], last_n=9)])

    def unacknowledged(self, acks: dict[str, int]) -> list[DurableEvent]:
        return [event for event in self.journal if event.n > acks.get(event.call, 0)]

    def present(self) -> list[Event]:
        return list(self.now)


class Desk:
    def __init__(self) -> None:
        self.acked: dict[str, int] = {}
        self.seen: list[Event] = []
        self.hellos: list[list[RoomState]] = []
        self.gone = 0

    async def acks(self) -> dict[str, int]:
        return dict(self.acked)

    async def hello(self, rooms: list[RoomState]) -> None:
        self.hellos.append(rooms)

    async def event(self, event: Event) -> None:
        self.seen.append(event)

    async def lost(self) -> None:
        self.gone += 1


def closed(n: int) -> RoomClosed:
    return RoomClosed(call="C1", n=n, t_ms=1, mono_ms=1, reason="ended", parts=0)


@contextlib.asynccontextmanager
async def connected(path, worker, desk):
    client = LinkClient(
        path,
        desk="desk-1",
        acks=desk.acks,
        on_hello=desk.hello,
        on_event=desk.event,
        on_gone=desk.lost,
    )
    client.start()
    try:
        await asyncio.wait_for(client.connected.wait(), 30)
        yield client
    finally:
        await client.stop()


@pytest.fixture
def worker():
    return Worker()


@pytest.fixture
async def server(tmp_path, worker):
    server = LinkServer(tmp_path / "w.sock", worker)
    await server.start()
    yield server
    await server.stop()


async def until(condition) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


async def test_answers_refusals_and_defects_reach_the_one_who_asked(tmp_path, server, worker):
    async with connected(tmp_path / "w.sock", worker, Desk()) as client:
        await client.request(CloseRoom(id=client.next_id(), call="C1", reason="ended"))
        with pytest.raises(WorkerRefusedError) as refused:
            await client.request(Drain(id=client.next_id()))
        assert refused.value.code == "busy"
        with pytest.raises(WorkerRefusedError) as defect:
            await client.request(AskKeyframe(id=client.next_id(), call="C1", leg="L"))
        assert defect.value.code == "internal"
        await client.request(CloseRoom(id=client.next_id(), call="C2", reason="ended"))
    assert worker.handled == ["C1:ended", "C2:ended"]


async def test_order_within_a_call_and_none_between_calls(tmp_path, server, worker):
    worker.hold.clear()
    async with connected(tmp_path / "w.sock", worker, Desk()) as client:
        slow = asyncio.create_task(
            client.request(CloseRoom(id=client.next_id(), call="C1", reason="slow"))
        )
        after = asyncio.create_task(
            client.request(CloseRoom(id=client.next_id(), call="C1", reason="after"))
        )
        await client.request(CloseRoom(id=client.next_id(), call="C2", reason="other"))
        assert worker.handled == ["C2:other"]
        worker.hold.set()
        await asyncio.gather(slow, after)
    assert worker.handled == ["C2:other", "C1:slow", "C1:after"]


async def test_unacknowledged_durable_events_come_again_after_a_reconnect(tmp_path, server, worker):
    worker.journal = [closed(1), closed(2), closed(3)]
    first = Desk()
    async with connected(tmp_path / "w.sock", worker, first):
        await until(lambda: len(first.seen) == 3)
    second = Desk()
    second.acked = {"C1": 2}
    worker.now = [Streams(call="C1", leg="L", incarnation=1, streams=[])]
    async with connected(tmp_path / "w.sock", worker, second):
        server.send(LegState(call="C1", leg="L", incarnation=1, state="gone", mono_ms=5))
        await until(lambda: len(second.seen) == 3)
    assert second.seen[0] == closed(3)
    assert [event.type for event in second.seen[1:]] == ["streams", "leg_state"]
    assert second.hellos == [[RoomState(call="C1", epoch=1, legs=[], last_n=9)]]


async def test_a_desk_that_was_away_is_told_who_was_away_meanwhile(tmp_path, server):
    path, first, second, third = tmp_path / "w.sock", Desk(), Desk(), Desk()

    def leg_is(leg: str, state: str, mono_ms: int) -> LegState:
        event = LegState(call="C1", leg=leg, incarnation=1, state=state, mono_ms=mono_ms)
        server.send(event)
        return event

    async with connected(path, None, first):
        await until(lambda: first.hellos)
        seen = leg_is("L1", "gone", 1)
        await until(lambda: first.seen == [seen])
        leg_is("L1", "connected", 2)
        await until(lambda: len(first.seen) == 2)
    await until(lambda: server._desk is None)
    leg_is("L1", "gone", 3)
    leg_is("L1", "connected", 4)
    missed = [leg_is("L1", "gone", 5), leg_is("L1", "connecting", 6), leg_is("L2", "connected", 7)]
    missed[1] = leg_is("L1", "connected", 8)
    async with connected(path, None, second):
        await until(lambda: len(second.seen) == 3)
        assert second.seen == missed
    await until(lambda: server._desk is None)
    here = Streams(call="C1", leg="L1", incarnation=1, streams=[])
    async with connected(path, None, third):
        await until(lambda: server._greeted)
        server.send(here)
        await until(lambda: third.seen == [here])  # it was told once


async def test_a_worker_that_dies_answers_nobody_and_the_client_reconnects(tmp_path, worker):
    path = tmp_path / "w.sock"
    server = LinkServer(path, worker)
    await server.start()
    desk = Desk()
    worker.hold.clear()
    async with connected(path, worker, desk) as client:
        waiting = asyncio.create_task(
            client.request(CloseRoom(id=client.next_id(), call="C1", reason="slow"))
        )
        await asyncio.sleep(0)
        await server.stop()
        with pytest.raises(WorkerGoneError):
            await waiting
        assert desk.gone == 1
        again = LinkServer(path, worker)
        await again.start()
        await until(lambda: len(desk.hellos) == 2)
        await again.stop()


async def test_an_event_handler_that_fails_reconnects_and_loses_nothing(tmp_path, server, worker):
    worker.journal = [closed(1)]
    desk = Desk()
    failures = 0

    async def once(event: Event) -> None:
        nonlocal failures
        if not failures:
            failures += 1
            raise RuntimeError("the store was full")
        desk.seen.append(event)

    desk.event = once
    async with connected(tmp_path / "w.sock", worker, desk):
        await until(lambda: desk.seen)
    assert failures == 1
    assert desk.seen == [closed(1)]


async def test_a_desk_that_fails_to_note_a_loss_reconnects_all_the_same(tmp_path, server, worker):
    desk = Desk()

    async def fails() -> None:
        desk.gone += 1
        raise RuntimeError("the store was full")

    desk.lost = fails
    async with connected(tmp_path / "w.sock", worker, desk):
        server._desk.close()
        await until(lambda: len(desk.hellos) == 2)
    assert desk.gone


async def test_a_replay_that_fails_does_not_leave_the_desk_waiting(tmp_path, server, worker):
    worker.journal = [closed(1)]
    sound, failures = worker.unacknowledged, []

    def once(acks: dict[str, int]) -> list[DurableEvent]:
        if not failures:
            failures.append(acks)
            raise RuntimeError("a defect")
        return sound(acks)

    worker.unacknowledged = once
    desk = Desk()
    async with connected(tmp_path / "w.sock", worker, desk):
        await until(lambda: desk.seen)
    assert desk.seen == [closed(1)]


@pytest.mark.parametrize(
    "sent",
    [
        struct.pack(">I", 0),
        struct.pack(">I", 0xFFFFFFFF) + b"x",
        struct.pack(">I", 10) + b"short",
        struct.pack(">I", 9) + b"not json!",
        struct.pack(">I", 19) + b'{"type":"drain"}   ',
        b"GET / HTTP/1.1\r\n\r\n",
    ],
)
async def test_hostile_bytes_never_stop_the_worker(tmp_path, server, worker, sent):
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "w.sock"))
    writer.write(sent)
    writer.write_eof()
    await asyncio.wait_for(reader.read(), 30)
    writer.close()
    async with connected(tmp_path / "w.sock", worker, Desk()) as client:
        await client.request(CloseRoom(id=client.next_id(), call="C1", reason="ended"))


async def test_commands_before_hello_are_refused(tmp_path, server):
    reader, writer = await asyncio.open_unix_connection(str(tmp_path / "w.sock"))
    body = CloseRoom(id=7, call="C1", reason="ended").model_dump_json().encode()
    writer.write(struct.pack(">I", len(body)) + body)
    head = await asyncio.wait_for(reader.readexactly(4), 30)
    answer = await reader.readexactly(struct.unpack(">I", head)[0])
    writer.close()
    assert b'"hello_first"' in answer


async def test_a_live_socket_is_never_taken_over_and_a_dead_one_is(tmp_path, server, worker):
    path = tmp_path / "w.sock"
    with pytest.raises(OSError, match="already serves"):
        await LinkServer(path, worker).start()
    assert path.stat().st_mode & 0o777 == 0o600
