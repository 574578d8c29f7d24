"""Whose keeper is woken by which commit, and that none waits for ever."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, insert, select

from casework.actions.end_call import EndCall, end_call
from casework.actor import SYSTEM
from casework.ids import new_id
from casework.model.call import EndReason
from casework.store import schema_call as s
from casework.store.engine import open_store
from casework.store.tx import Tx
from casework.store.writer import Writer
from casework.worker_link import messages as m
from scenes.kernel import Kernel
from scenes.sockets import Scene, until
from signaling.rooms import book as book_module
from signaling.rooms import keeper as keeper_module
from signaling.rooms import room as room_module

NEVER_S = 600.0
OTHERS = 7


@pytest.fixture
def reads(monkeypatch) -> Counter[str]:
    """Plans read, by call, while no keeper looks by itself."""
    monkeypatch.setattr(keeper_module, "LOOK_AGAIN_S", NEVER_S)
    read: Counter[str] = Counter()
    read_plan = room_module.read_plan

    def counted(conn: Connection, call: str):
        read[call] += 1
        return read_plan(conn, call)

    monkeypatch.setattr(room_module, "read_plan", counted)
    return read


@pytest.fixture
def no_polls(monkeypatch) -> None:
    monkeypatch.setattr(book_module, "LOOK_AGAIN_S", NEVER_S)
    monkeypatch.setattr(book_module, "COUNT_AGAIN_S", NEVER_S)


def another_call_like(tx: Tx, call: str) -> str:
    """A copy of the call with an armed recorder, which no worker has opened yet."""
    other = new_id()
    for table, key, changed in (
        (s.call, s.call.c.id, {"id": other, "worker": None}),
        (s.recording, s.recording.c.call_id, {"call_id": other}),
    ):
        row = tx.conn.execute(select(table).where(key == call)).one()
        tx.conn.execute(insert(table).values({**row._mapping, **changed}))
    tx.keys.create_call_key(other)
    return other


@contextmanager
def another_process(k: Kernel) -> Iterator[Writer]:
    """Its commits ring no bell here."""
    store = open_store(str(k.store.url))
    writer = Writer(store, clock=k.clock, keys=k.keys)
    writer.start()
    try:
        yield writer
    finally:
        writer.stop()
        store.close()


def health(scene: Scene, number: int, *, ok: bool = True) -> m.Health:
    return m.Health(call=scene.call, ok=ok, last_durable_mono_ms=number, tracks=[])


def last_noted(scene: Scene) -> int | None:
    with scene.desk.k.store.reading() as conn:
        return conn.scalar(
            select(s.recording.c.last_durable_mono_ms).where(s.recording.c.call_id == scene.call)
        )


async def test_what_is_noted_of_one_call_is_read_by_nobody_else(scene: Scene, reads):
    await scene.talk()
    rooms, writer = scene.desk.worker.rooms, scene.desk.k.writer
    others = [await writer.run(another_call_like, scene.call, actor=SYSTEM) for _ in range(OTHERS)]
    await until(lambda: rooms.keys() == {scene.call, *others})
    await scene.desk.worker.tell(health(scene, 0))
    await scene.clerk.hears_event("recording.health")
    before = reads[scene.call]
    for number in range(1, 21):
        await scene.desk.worker.tell(health(scene, number))
        await until(lambda number=number: last_noted(scene) == number)
    # An event of its own: whoever was woken before it has read by then.
    marked = reads[scene.call]
    await scene.reviewer.ask("mark.record", call=scene.call, kind="notice")
    await until(lambda: reads[scene.call] > marked)
    assert marked - before <= 1, "its health stayed as it was; one wake-up may have been on its way"
    assert {call: reads[call] for call in others} == dict.fromkeys(others, 1)


async def test_health_that_turns_red_wakes_its_own_keeper(scene: Scene, reads):
    await scene.talk()
    other = await scene.desk.k.writer.run(another_call_like, scene.call, actor=SYSTEM)
    await until(lambda: other in scene.desk.worker.rooms)
    before = reads[scene.call]
    await scene.desk.worker.tell(health(scene, 1, ok=False))
    await until(lambda: reads[scene.call] > before)
    assert reads[other] == 1


async def _is_ended_elsewhere(scene: Scene) -> None:
    with another_process(scene.desk.k) as writer:
        command = EndCall(scene.call, EndReason.NOT_RESUMED)
        await writer.run(end_call, command, actor=SYSTEM)


@pytest.mark.usefixtures("reads")
async def test_a_commit_that_rang_no_bell_is_found_without_another(scene: Scene):
    await scene.talk()
    await _is_ended_elsewhere(scene)
    await until(lambda: scene.call not in scene.desk.worker.rooms)


@pytest.mark.usefixtures("reads", "no_polls")
async def test_a_commit_that_rang_no_bell_is_found_with_the_next(scene: Scene):
    await scene.talk()
    await _is_ended_elsewhere(scene)
    other = await scene.desk.page(scene.desk.hall.reviewers[1])
    await other.ask("presence.set", state="free")
    await until(lambda: scene.call not in scene.desk.worker.rooms)


@pytest.mark.usefixtures("reads", "no_polls")
@pytest.mark.parametrize("broken", ["news_after", "unsettled_calls"])
async def test_what_could_not_be_read_is_read_with_the_next(scene: Scene, monkeypatch, broken):
    await scene.talk()
    tried = asyncio.Event()
    loop = asyncio.get_running_loop()

    def unreadable(*_):
        loop.call_soon_threadsafe(tried.set)
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(book_module, broken, unreadable)
        patch.setattr(book_module, "LOOK_AGAIN_S", 0.0)
        scene.desk.made.rooms._count_at = 0.0
        await scene.clerk.ask("call.end", call=scene.call)
        await tried.wait()
    other = await scene.desk.page(scene.desk.hall.reviewers[1])
    await other.ask("presence.set", state="free")
    await until(lambda: scene.call not in scene.desk.worker.rooms)


@pytest.mark.usefixtures("reads")
async def test_a_keeper_that_ended_in_the_moment_of_the_news_is_followed(scene: Scene, monkeypatch):
    monkeypatch.setattr(book_module, "COUNT_AGAIN_S", NEVER_S)
    await scene.talk()
    keepers = scene.desk.made.rooms._keepers
    ended = keepers[scene.call]
    ended.done.set()  # as on a plan that was read before the news
    await until(lambda: keepers.get(scene.call, ended) is not ended)


@pytest.mark.usefixtures("reads", "no_polls")
async def test_keepers_need_no_bus(scene: Scene):
    await scene.talk()
    scene.desk.pump.cancel()
    await scene.clerk.ask("call.end", call=scene.call)
    await until(lambda: scene.call not in scene.desk.worker.rooms)
