"""The writer: group commit, isolation of neighbours, refusal under load, failing storage, stop."""

import asyncio
import contextlib
import hashlib
import sqlite3
import threading
from dataclasses import dataclass

import pytest
from sqlalchemy import event, func, select

from casework.errors import (
    DomainError,
    IdempotencyConflict,
    InvalidInput,
    NotAllowed,
    Overloaded,
    StoreUnavailable,
)
from casework.keys.key_table import key_names
from casework.store import idempotency, reading, schema_log
from casework.store import writer as writer_module
from casework.store.engine import READERS
from casework.store.tx import EntryRef, Tx


@dataclass(frozen=True, slots=True)
class Add:
    n: int
    fail: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    n: int
    seq: int


def add(tx: Tx, command: Add) -> Added:
    ref: EntryRef = tx.entry("desk.case.noted", "case:A", plain={"n": command.n})
    tx.emit("case:A", "noted", {"n": command.n})
    if command.fail == "refused":
        raise NotAllowed("not this one", reason="odd")
    if command.fail == "bug":
        raise ZeroDivisionError
    if command.fail == "constraint":
        tx.entry("desk.case.noted", "case:B")
        tx.conn.execute(schema_log.chain.insert().values(chain="case:A", next_seq=0))
    if command.fail == "no such table":
        tx.conn.exec_driver_sql("SELECT * FROM nowhere")
    return Added(command.n, ref.seq)


class Gate:
    """Holds the writer thread inside an action until it is opened."""

    def __init__(self):
        self.entered = threading.Event()
        self.open = threading.Event()

    def action(self, tx: Tx, _command: None) -> None:
        self.entered.set()
        assert self.open.wait(10)


@pytest.fixture
def commits(store):
    counted = []
    event.listen(store.write_engine, "commit", lambda _connection: counted.append(1))
    return counted


def entry_count(conn):
    return conn.scalar(select(func.count()).select_from(schema_log.entry))


async def held(writer, actor):
    gate = Gate()
    task = asyncio.create_task(writer.run(gate.action, None, actor=actor))
    assert await asyncio.to_thread(gate.entered.wait, 10)
    return gate, task


async def test_one_failing_act_does_not_disturb_its_neighbours(store, writer, clerk, commits):
    gate, task = await held(writer, clerk)
    failures = {3: "refused", 5: "bug", 7: "constraint", 9: "no such table"}
    acts = [
        asyncio.create_task(writer.run(add, Add(n, failures.get(n, "")), actor=clerk))
        for n in range(12)
    ]
    await asyncio.sleep(0)  # let every task put its act in the queue
    gate.open.set()
    await task
    results = await asyncio.gather(*acts, return_exceptions=True)

    assert len(commits) == 2, "the gate's own commit, and one for all twelve"
    assert [type(results[n]).__name__ for n in failures] == [
        "NotAllowed",
        "ZeroDivisionError",
        "IntegrityError",
        {"sqlite": "OperationalError", "postgresql": "ProgrammingError"}[
            store.url.get_backend_name()
        ],
    ]
    done = [result for n, result in enumerate(results) if n not in failures]
    assert [result.seq for result in done] == list(range(8))
    entries = await store.read(reading.entries_of, "case:A")
    assert [entry.seq for entry in entries] == list(range(8))
    assert await store.read(reading.entries_of, "case:B") == []
    events = await store.read(reading.events_after, "case:A", 0)
    assert [event.data["n"] for event in events] == [result.n for result in done]


async def test_an_answer_comes_only_after_the_commit(store, writer, clerk):
    seen = []

    def before_commit(_connection):
        with store.reading() as conn:
            seen.append((entry_count(conn), task.done()))

    event.listen(store.write_engine, "commit", before_commit)
    task = asyncio.create_task(writer.run(add, Add(1), actor=clerk))
    await task
    assert seen == [(0, False)]
    assert await store.read(entry_count) == 1


async def test_the_keys_of_a_batch_are_durable_together_before_its_commit(
    store, writer, keys, clerk, tmp_path, commits
):
    kept, syncs = [], []
    keys._file._database.set_trace_callback(syncs.append)
    event.listen(
        store.write_engine, "commit", lambda _c: kept.append(key_names(tmp_path / "keys.sqlite3"))
    )
    gate, task = await held(writer, clerk)
    acts = [
        asyncio.create_task(writer.run(make_key, f"{n}", actor=clerk))
        for n in ("A", "B", "refused", "C")
    ]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(task, *acts, return_exceptions=True)
    assert len(commits) == 2
    assert {("case", "A"), ("case", "B"), ("case", "C")} <= kept[1]
    assert syncs.count("COMMIT") == 1


def make_key(tx: Tx, case_id: str) -> None:
    tx.keys.create_case_key(case_id)
    tx.entry("desk.case.noted", f"case:{case_id}", committed={"n": 1})
    if case_id == "refused":
        raise NotAllowed("not this one", reason="odd")


async def test_a_full_queue_refuses_and_loses_nothing(store, writer, clerk, monkeypatch):
    gate, task = await held(writer, clerk)
    writer._waiting.maxsize = 3
    acts = [asyncio.create_task(writer.run(add, Add(n), actor=clerk)) for n in range(5)]
    await asyncio.sleep(0)
    gate.open.set()
    await task
    results = await asyncio.gather(*acts, return_exceptions=True)
    assert [type(r) for r in results] == [Added] * 3 + [Overloaded] * 2
    assert await store.read(entry_count) == 3


async def test_a_batch_is_bounded(store, writer, clerk, commits, monkeypatch):
    monkeypatch.setattr(writer_module, "MAX_BATCH", 4)
    gate, task = await held(writer, clerk)
    acts = [asyncio.create_task(writer.run(add, Add(n), actor=clerk)) for n in range(10)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(task, *acts)
    assert len(commits) == 1 + 3


async def test_a_failing_commit_fails_every_act_of_the_batch(store, writer, clerk):
    gate, task = await held(writer, clerk)
    acts = [asyncio.create_task(writer.run(add, Add(n), actor=clerk)) for n in range(3)]
    await asyncio.sleep(0)

    def broken(_connection):
        raise sqlite3.OperationalError("disk I/O error")

    event.listen(store.write_engine, "commit", broken)
    gate.open.set()
    results = await asyncio.gather(task, *acts, return_exceptions=True)
    assert {type(result) for result in results} == {StoreUnavailable}
    event.remove(store.write_engine, "commit", broken)
    assert await writer.run(add, Add(9), actor=clerk) == Added(9, 0), "the next batch goes on"
    assert await store.read(entry_count) == 1


async def test_too_many_readers_are_told_so(store):
    engine = store._read_engine
    engine.pool._timeout = 0.05
    with contextlib.ExitStack() as held:
        for _ in range(2 * READERS):
            held.enter_context(store.reading())
        with pytest.raises(Overloaded), store.reading():
            pass
    with store.reading() as conn:
        assert entry_count(conn) == 0


async def test_a_connection_that_does_not_close_ends_nothing(store, writer, clerk, monkeypatch):
    def broken(*_args):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(store.write_engine, "connect", broken)
        patch.setattr(store.write_engine, "dispose", broken)
        with pytest.raises(StoreUnavailable):
            await asyncio.wait_for(writer.run(add, Add(1), actor=clerk), 30)
    await asyncio.wait_for(writer.run(add, Add(2), actor=clerk), 30)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_full_disk_is_said_and_passes(store, writer, clerk):
    await writer.run(add, Add(0), actor=clerk)

    def limit(tx: Tx, pages: int) -> None:
        tx.conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    def big(tx: Tx, _: None) -> None:
        for n in range(200):
            tx.entry("desk.case.noted", "case:A", plain={"text": "x" * 4000, "n": n})

    await writer.run(limit, 40, actor=clerk)
    with pytest.raises(StoreUnavailable):
        await writer.run(big, None, actor=clerk)
    # A new connection was taken, without the limit.
    assert (await writer.run(add, Add(1), actor=clerk)).seq == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_database_that_others_hold_is_said(store, writer, clerk, tmp_path):
    def patience(tx: Tx, ms: int) -> None:
        tx.conn.exec_driver_sql(f"PRAGMA busy_timeout={ms}")

    await writer.run(patience, 10, actor=clerk)
    other = sqlite3.connect(tmp_path / "desk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await writer.run(add, Add(1), actor=clerk)
    other.execute("ROLLBACK")
    other.close()
    assert await writer.run(add, Add(1), actor=clerk) == Added(1, 0)


async def test_stop_does_what_waits_and_refuses_the_rest(store, writer, clerk):
    gate, task = await held(writer, clerk)
    acts = [asyncio.create_task(writer.run(add, Add(n), actor=clerk)) for n in range(5)]
    await asyncio.sleep(0)
    stopping = asyncio.create_task(asyncio.to_thread(writer.stop))
    while writer._accepting:
        await asyncio.sleep(0.001)
    with pytest.raises(Overloaded):
        await writer.run(add, Add(9), actor=clerk)
    gate.open.set()
    await asyncio.gather(task, *acts, stopping)
    assert await store.read(entry_count) == 5
    writer.stop()  # a second stop is nothing


async def test_a_cancelled_caller_withdraws_an_act_that_waits(store, writer, clerk):
    gate, task = await held(writer, clerk)
    act = asyncio.create_task(writer.run(add, Add(1), actor=clerk))
    await asyncio.sleep(0)
    act.cancel()
    await asyncio.gather(act, return_exceptions=True)
    gate.open.set()
    await task
    assert await writer.run(add, Add(2), actor=clerk) == Added(2, 0)


async def test_listeners_hear_of_a_commit_with_an_entry_or_an_event(writer, clerk):
    heard = []
    writer.on_news(lambda: heard.append(1))

    async def after(act):
        await writer.run(lambda tx, _: act(tx), None, actor=clerk)
        await writer.run(lambda *_: None, None, actor=clerk)  # listeners of the first were called
        return len(heard)

    assert await after(lambda tx: tx.entry("desk.case.noted", "case:A")) == 1
    assert await after(lambda tx: tx.emit("case:A", "noted", {})) == 2
    measured = schema_log.serial.insert().values(name="n", last=1)
    assert await after(lambda tx: tx.conn.execute(measured).rowcount) == 2
    with pytest.raises(NotAllowed):
        await writer.run(add, Add(1, "refused"), actor=clerk)
    assert await after(lambda _: None) == 2


async def test_a_listener_hears_of_the_streams_it_asked_for_alone(writer, clerk):
    heard = []
    forget = writer.on_news(lambda: heard.append(1), streams=frozenset({"call", "hall"}))

    async def after(*streams):
        def act(tx, _):
            tx.entry("desk.case.noted", "case:A")
            for stream in streams:
                tx.emit(stream, "noted", {})

        await writer.run(act, None, actor=clerk)
        await writer.run(lambda *_: None, None, actor=clerk)  # listeners of the first were called
        return len(heard)

    assert await after() == 0
    assert await after("case:A", "outlet:A", "callers:A") == 0
    assert await after("case:A", "call:A") == 1
    assert await after("hall") == 2
    forget()
    assert await after("hall") == 2


async def test_a_failing_listener_does_not_stop_the_writer(writer, clerk):
    def broken():
        raise RuntimeError("gone")

    writer.on_news(broken)
    await writer.run(add, Add(1), actor=clerk)
    assert (await writer.run(add, Add(2), actor=clerk)).seq == 1


class TestIdempotency:
    async def test_a_repetition_returns_the_first_result(self, store, writer, clerk):
        first = await writer.run(add, Add(1), actor=clerk, idempotency_key="k1")
        again = await writer.run(add, Add(1), actor=clerk, idempotency_key="k1")
        assert again == first == Added(1, 0)
        assert await store.read(entry_count) == 1

    async def test_also_within_one_batch(self, store, writer, clerk):
        gate, task = await held(writer, clerk)
        acts = [
            asyncio.create_task(writer.run(add, Add(1), actor=clerk, idempotency_key="k1"))
            for _ in range(3)
        ]
        await asyncio.sleep(0)
        gate.open.set()
        await task
        assert await asyncio.gather(*acts) == [Added(1, 0)] * 3

    async def test_another_command_under_the_same_key_is_refused(self, store, writer, clerk):
        await writer.run(add, Add(1), actor=clerk, idempotency_key="k1")
        with pytest.raises(IdempotencyConflict):
            await writer.run(add, Add(2), actor=clerk, idempotency_key="k1")
        assert await store.read(entry_count) == 1

    async def test_keys_belong_to_an_actor(self, writer, clerk, reviewer):
        await writer.run(add, Add(1), actor=clerk, idempotency_key="k1")
        other = await writer.run(add, Add(2), actor=reviewer, idempotency_key="k1")
        assert other == Added(2, 1)

    async def test_a_refused_act_may_be_tried_again(self, writer, clerk):
        with pytest.raises(NotAllowed):
            await writer.run(add, Add(1, "refused"), actor=clerk, idempotency_key="k1")
        assert await writer.run(add, Add(1), actor=clerk, idempotency_key="k1") == Added(1, 0)

    async def test_a_command_cannot_be_guessed_from_its_row(self, store, writer, clerk):
        """Commands hold what people typed; a plain hash of it would confirm a guess."""
        await writer.run(add, Add(1), actor=clerk, idempotency_key="k")
        await writer.run(add, Add(1), actor=clerk, idempotency_key="k")
        with store.reading() as conn:
            (row,) = conn.execute(select(schema_log.idempotency)).all()
        assert row.command_sha256 != hashlib.sha256(b'{"n":1,"fail":""}').hexdigest()

    @pytest.mark.parametrize("key", ["", "x" * 201])
    async def test_a_key_has_a_length(self, writer, clerk, key):
        with pytest.raises(InvalidInput):
            await writer.run(add, Add(1), actor=clerk, idempotency_key=key)

    async def test_an_action_must_say_what_it_returns(self, writer, clerk):
        def silent(tx: Tx, _: None):
            pass

        with pytest.raises(TypeError, match="must say"):
            await writer.run(silent, None, actor=clerk, idempotency_key="k1")

    async def test_old_keys_are_forgotten(self, writer, clerk, clock):
        await writer.run(add, Add(1), actor=clerk, idempotency_key="k1")
        clock.advance(idempotency.KEPT_MS + 1)
        assert (
            await writer.run(
                idempotency.forget,
                idempotency.Forget(clock.wall_ms() - idempotency.KEPT_MS),
                actor=clerk,
            )
            == 1
        )
        assert (await writer.run(add, Add(1), actor=clerk, idempotency_key="k1")).seq == 1


def test_error_codes_are_never_repeated():
    with pytest.raises(TypeError, match="repeats K-02"):
        type("Other", (DomainError,), {"code": "K-02", "slug": "another"})
    with pytest.raises(TypeError, match="not_found"):
        type("Other", (DomainError,), {"code": "K-99", "slug": "not_found"})
    codes = DomainError.known()
    assert codes["K-07"] is StoreUnavailable
