"""From the outbox to a follower: in order, at least once, without gaps, whatever the bus forgets."""

import asyncio
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from casework.bus.follow import follow
from casework.bus.memory import MemoryBus
from casework.bus.outbox import BATCH, OutboxPump, unpublished
from casework.errors import BusUnavailable
from casework.store import reading
from casework.store.tx import Tx

LIMIT_S = 10


@dataclass(frozen=True, slots=True)
class Emit:
    stream: str
    count: int = 1


def emit(tx: Tx, command: Emit) -> None:
    for _ in range(command.count):
        tx.emit(command.stream, "changed", {"x": 1})


class RecordingBus(MemoryBus):
    def __init__(self):
        super().__init__(kept_events=5)
        self.published = []
        self.broken = False

    async def publish(self, event):
        if self.broken:
            raise BusUnavailable
        self.published.append((event.stream, event.seq))
        return await super().publish(event)


@asynccontextmanager
async def pumping(k, bus):
    pump = OutboxPump(k.store, k.writer, bus)
    task = asyncio.create_task(pump.run())
    try:
        yield pump
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition):
    async with asyncio.timeout(LIMIT_S):
        while not condition():
            await asyncio.sleep(0.005)


async def take(events, count):
    found = []
    async with asyncio.timeout(LIMIT_S):
        async for event in events:
            found.append((event.stream, event.seq))
            if len(found) == count:
                break
    return found


async def test_events_are_published_in_commit_order(k, clerk):
    bus = RecordingBus()
    expected = []
    async with pumping(k, bus):
        for n in range(30):
            stream = f"case:{n % 3}"
            await k.writer.run(emit, Emit(stream), actor=clerk)
            expected.append((stream, n // 3 + 1))
        await until(lambda: len(bus.published) == 30)
    assert bus.published == expected


async def test_a_new_pump_goes_on_where_the_old_one_stopped(k, clerk):
    bus = RecordingBus()
    async with pumping(k, bus) as pump:
        await k.writer.run(emit, Emit("case:A", 3), actor=clerk)
        await until(lambda: pump._saved == 3)
    await k.writer.run(emit, Emit("case:A", 2), actor=clerk)
    async with pumping(k, bus):
        await until(lambda: len(bus.published) == 5)
    assert bus.published == [("case:A", n) for n in range(1, 6)]


async def test_a_crash_before_the_bookmark_repeats_and_loses_nothing(k, clerk):
    bus = RecordingBus()
    await k.writer.run(emit, Emit("case:A", 3), actor=clerk)
    (_, first), *_ = await k.store.read(unpublished, 0)
    await bus.publish(first)  # and here the process died
    async with pumping(k, bus), aclosing(bus.subscribe({"case:A": 0})) as events:
        assert await take(events, 3) == [("case:A", n) for n in range(1, 4)]
    assert bus.published[:2] == [("case:A", 1), ("case:A", 1)]


async def test_a_lost_bus_delays_and_loses_nothing(k, clerk):
    bus = RecordingBus()
    async with pumping(k, bus) as pump:
        bus.broken = True
        await k.writer.run(emit, Emit("case:A", 4), actor=clerk)
        await until(lambda: pump.fault is not None)
        assert pump.fault.code == "K-09"
        await k.writer.run(emit, Emit("case:A", 2), actor=clerk)
        bus.broken = False
        await until(lambda: len(bus.published) == 6)
        await until(lambda: pump.fault is None)
    assert bus.published == [("case:A", n) for n in range(1, 7)]


async def test_a_defect_of_the_bus_delays_and_loses_nothing(k, clerk, monkeypatch):
    bus = RecordingBus()

    async def broken(_event):
        raise RuntimeError("a defect")

    async with pumping(k, bus) as pump:
        with monkeypatch.context() as patch:
            patch.setattr(bus, "publish", broken)
            await k.writer.run(emit, Emit("case:A", 2), actor=clerk)
            await until(lambda: pump.fault is not None)
        await until(lambda: len(bus.published) == 2)
        await until(lambda: pump.fault is None)


async def test_a_long_outbox_is_passed_on_in_batches(k, clerk):
    bus = RecordingBus()
    await k.writer.run(emit, Emit("case:A", 2 * BATCH + 1), actor=clerk)
    async with pumping(k, bus):
        await until(lambda: len(bus.published) == 2 * BATCH + 1)


class TestFollow:
    async def test_replays_then_goes_live(self, k, clerk):
        bus = MemoryBus()
        await k.writer.run(emit, Emit("case:A", 5), actor=clerk)
        async with pumping(k, bus), aclosing(follow(k.store, bus, {"case:A": 2})) as events:
            assert await take(events, 3) == [("case:A", n) for n in (3, 4, 5)]
            await k.writer.run(emit, Emit("case:A", 2), actor=clerk)
            assert await take(events, 2) == [("case:A", 6), ("case:A", 7)]

    async def test_a_jump_of_the_bus_is_filled_from_the_outbox(self, k, clerk):
        bus = MemoryBus(kept_events=2)
        async with aclosing(follow(k.store, bus, {"case:A": 0})) as events:
            first = asyncio.create_task(take(events, 20))
            await asyncio.sleep(0)
            await k.writer.run(emit, Emit("case:A", 20), actor=clerk)
            for event in await k.store.read(reading.events_after, "case:A", 18):
                await bus.publish(event)
            assert await first == [("case:A", n) for n in range(1, 21)]

    async def test_a_silent_bus_is_not_believed(self, k, clerk):
        bus = MemoryBus()  # and no pump
        async with aclosing(follow(k.store, bus, {"case:A": 0}, check_s=0.05)) as events:
            first = asyncio.create_task(take(events, 3))
            await k.writer.run(emit, Emit("case:A", 3), actor=clerk)
            assert await first == [("case:A", n) for n in (1, 2, 3)]

    async def test_more_than_one_page_of_the_outbox(self, k, clerk):
        count = reading.MAX_EVENTS + 7
        await k.writer.run(emit, Emit("case:A", count), actor=clerk)
        async with aclosing(follow(k.store, MemoryBus(), {"case:A": 0})) as events:
            assert await take(events, count) == [("case:A", n) for n in range(1, count + 1)]

    async def test_many_streams_with_acts_going_on(self, k, clerk):
        bus = MemoryBus(kept_events=4)
        streams = {f"case:{n}": 0 for n in range(5)}
        async with pumping(k, bus), aclosing(follow(k.store, bus, streams)) as events:
            reader = asyncio.create_task(take(events, sum(1 + n % 3 for n in range(125))))
            await asyncio.gather(
                *(
                    k.writer.run(emit, Emit(f"case:{n % 5}", 1 + n % 3), actor=clerk)
                    for n in range(125)
                )
            )
            found = await reader
        for stream in streams:
            seqs = [seq for name, seq in found if name == stream]
            assert seqs == list(range(1, len(seqs) + 1))
