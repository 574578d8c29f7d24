"""The contract of the bus port, run against every implementation; a real Redis for the second."""

import asyncio
import shutil
import socket
import subprocess
import time
from contextlib import aclosing

import pytest

from bench.live.ports import free_port
from casework.bus.memory import MemoryBus
from casework.bus.redis_streams import RedisBus
from casework.errors import BusUnavailable
from casework.store.reading import Event
from scenes.waiting import DEADLINE_S

LIMIT_S = DEADLINE_S


class RedisServer:
    """A redis-server of its own on a free port; can be killed and started again."""

    def __init__(self, directory):
        self.port = free_port(socket.SOCK_STREAM)
        self.url = f"redis://127.0.0.1:{self.port}"
        self._directory = directory
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [
                shutil.which("redis-server"),
                *(
                    "--port",
                    str(self.port),
                    "--bind",
                    "127.0.0.1",
                    "--save",
                    "",
                    "--appendonly",
                    "no",
                ),
                *("--dir", str(self._directory), "--daemonize", "no"),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + DEADLINE_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, "it ended"
                assert time.monotonic() < deadline
                time.sleep(0.02)
            else:
                return

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=["memory", "redis"])
async def bus(request):
    if request.param == "memory":
        made = MemoryBus()
    else:
        server = request.getfixturevalue("redis")
        made = RedisBus(server.url, prefix=f"test:{request.node.name}")
    yield made
    await made.close()


def event(stream, seq, **data):
    return Event(stream, seq, "changed", {"n": seq, **data}, 1_760_000_000_000 + seq)


async def take(subscription, count):
    found = []
    async with asyncio.timeout(LIMIT_S):
        async for item in subscription:
            found.append(item)
            if len(found) == count:
                return found
    return found


async def nothing_comes(subscription, seconds=0.1):
    upcoming = asyncio.ensure_future(anext(subscription))
    done, _ = await asyncio.wait({upcoming}, timeout=seconds)
    upcoming.cancel()
    await asyncio.gather(upcoming, return_exceptions=True)
    return not done


async def test_events_arrive_whole_and_in_order(bus):
    async with aclosing(bus.subscribe({"case:A": 0})) as subscription:
        reading = asyncio.create_task(take(subscription, 20))
        sent = [event("case:A", n, text="群众甲", nested={"x": [1, None]}) for n in range(1, 21)]
        for item in sent:
            await bus.publish(item)
        assert await reading == sent


async def test_every_subscriber_gets_every_event(bus):
    tasks = []
    for _ in range(3):
        subscription = bus.subscribe({"hall": 0})
        tasks.append((asyncio.create_task(take(subscription, 5)), subscription))
    for n in range(1, 6):
        await bus.publish(event("hall", n))
    for task, subscription in tasks:
        assert [item.seq for item in await task] == [1, 2, 3, 4, 5]
        await subscription.aclose()


async def test_only_the_streams_asked_for(bus):
    async with aclosing(bus.subscribe({"case:A": 0, "window:1": 0})) as subscription:
        await bus.publish(event("case:B", 1))
        await bus.publish(event("case:A", 1))
        await bus.publish(event("window:1", 1))
        found = await take(subscription, 2)
        assert {item.stream for item in found} == {"case:A", "window:1"}


async def test_a_subscription_resumes_after_a_seq(bus):
    for n in range(1, 11):
        await bus.publish(event("case:A", n))
    async with aclosing(bus.subscribe({"case:A": 6})) as subscription:
        assert [item.seq for item in await take(subscription, 4)] == [7, 8, 9, 10]
        await bus.publish(event("case:A", 11))
        assert [item.seq for item in await take(subscription, 1)] == [11]


async def test_publishing_again_is_nothing(bus):
    first = await bus.publish(event("case:A", 1))
    await bus.publish(event("case:A", 2))
    assert await bus.publish(event("case:A", 1)) == first
    assert await bus.publish(event("case:A", 2)) != first
    async with aclosing(bus.subscribe({"case:A": 0})) as subscription:
        assert [item.seq for item in await take(subscription, 2)] == [1, 2]
        assert await nothing_comes(subscription)


async def test_a_stream_may_begin_anywhere(bus):
    """Old events are not kept for ever: a jump in seq is passed on as it is."""
    async with aclosing(bus.subscribe({"case:A": 3})) as subscription:
        await bus.publish(event("case:A", 41))
        await bus.publish(event("case:A", 42))
        assert [item.seq for item in await take(subscription, 2)] == [41, 42]


async def test_a_slow_subscriber_holds_up_nobody(bus):
    async with aclosing(bus.subscribe({"case:A": 0})) as slow:
        first = asyncio.create_task(take(slow, 1))
        for n in range(1, 2_001):
            await bus.publish(event("case:A", n))
        await first
        async with aclosing(bus.subscribe({"case:A": 1_990})) as quick:
            assert [item.seq for item in await take(quick, 10)] == list(range(1_991, 2_001))


async def test_leaving_is_clean(bus):
    subscription = bus.subscribe({"case:A": 0})
    assert await nothing_comes(subscription)
    await subscription.aclose()
    await bus.publish(event("case:A", 1))


class TestMemory:
    async def test_events_and_streams_kept_are_bounded(self):
        bus = MemoryBus(kept_events=3, kept_in_all=7)
        for stream in ("a", "b", "c"):
            for n in range(1, 6):
                await bus.publish(event(stream, n))
        assert list(bus._streams) == ["b", "c"]
        assert sum(map(len, bus._streams.values())) == bus._kept == 6
        assert [item.seq for item in bus._streams["c"]] == [3, 4, 5]

    async def test_nobody_is_remembered_after_leaving(self):
        bus = MemoryBus()
        subscription = bus.subscribe({"a": 0, "b": 0})
        assert await nothing_comes(subscription)
        await subscription.aclose()
        assert bus._waiting == {}


class TestRedis:
    async def test_a_lost_server_is_said_and_a_subscriber_goes_on(self, tmp_path):
        server = RedisServer(tmp_path)
        server.start()
        bus = RedisBus(server.url)
        subscription = bus.subscribe({"case:A": 0})
        try:
            await bus.publish(event("case:A", 1))
            assert [item.seq for item in await take(subscription, 1)] == [1]
            upcoming = asyncio.create_task(take(subscription, 1))
            server.kill()
            with pytest.raises(BusUnavailable):
                await bus.publish(event("case:A", 2))
            server.start()  # with nothing in it: what it kept is gone
            await bus.publish(event("case:A", 2))
            assert [item.seq for item in await upcoming] == [2]
        finally:
            await subscription.aclose()
            await bus.close()
            server.kill()

    async def test_a_refused_event_is_said(self, redis):
        bus = RedisBus(redis.url, prefix="test:refused")
        await bus._publisher.set("test:refused:case:A", "not a stream")
        with pytest.raises(BusUnavailable, match="refuses"):
            await bus.publish(event("case:A", 1))
        await bus.close()

    async def test_nobody_there(self):
        bus = RedisBus("redis://127.0.0.1:1")
        with pytest.raises(BusUnavailable):
            await bus.publish(event("case:A", 1))
        await bus.close()
