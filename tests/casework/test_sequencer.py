"""Committed entries reach the Merkle log once, in order, whatever crashes in between."""

import asyncio
import time
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from audit.entry import Entry
from audit.errors import LogFailedError, LogLockedError, RollbackError
from casework.errors import StoreUnavailable
from casework.log import sequenced
from casework.log.sequencer import EditedEntry, Sequencer
from casework.log.setup import init_log, open_log
from casework.store import reading, schema_log
from casework.store.tx import Tx
from scenes.kernel import kernel
from scenes.waiting import DEADLINE_S, until

ORIGIN = "test.example/log"


@dataclass(frozen=True, slots=True)
class Add:
    chain: str
    count: int = 1


def note(tx: Tx, command: Add) -> None:
    for n in range(command.count):
        tx.entry("desk.case.noted", command.chain, plain={"n": n})


class Paths:
    def __init__(self, path):
        self.parts = path / "log", path / "checkpoint-store", path / "log-key"
        init_log(*self.parts, ORIGIN)

    def open(self):
        return open_log(*self.parts)


@pytest.fixture
def paths(tmp_path):
    return Paths(tmp_path)


@pytest.fixture
def log(paths):
    with paths.open() as opened:
        yield opened


@pytest.fixture
def sequencer(k, log):
    return Sequencer(k.store, k.writer, log)


def check_whole(store, log):
    """The log holds the database's entries, each once, in commit order, with right indices."""
    with store.reading() as conn:
        rows = [
            reading.entry_of(row)
            for row in conn.execute(schema_log.entry.select().order_by(schema_log.entry.c.position))
        ]
    logged = list(log.reader().entries())
    known = [row for row in rows if row.log_index is not None]
    assert [row.log_index for row in known] == list(range(len(known)))
    assert [row.body for row in rows[: len(logged)]] == logged
    chains = {}
    for body in logged:
        entry = Entry.decode(body)
        assert (entry.seq, entry.prev) == chains.get(entry.chain, (0, None))
        chains[entry.chain] = (entry.seq + 1, entry.leaf_hash().hex())
    return len(rows), len(known), len(logged)


async def test_entries_are_logged_in_commit_order(k, log, sequencer, clerk):
    for n in range(10):
        await k.writer.run(note, Add(f"case:{n % 3}", 1 + n % 2), actor=clerk)
    assert await asyncio.to_thread(sequencer.turn) == 15
    assert check_whole(k.store, log) == (15, 15, 15)
    assert await asyncio.to_thread(sequencer.turn) == 0


async def test_a_running_sequencer_logs_by_itself_and_at_its_end(k, log, clerk):
    sequencer = Sequencer(k.store, k.writer, log, interval_s=0.05)
    sequencer.start()
    await k.writer.run(note, Add("case:A", 3), actor=clerk)
    await until(lambda: log.size >= 3)
    await k.writer.run(note, Add("case:A", 2), actor=clerk)
    await asyncio.to_thread(sequencer.stop)
    assert check_whole(k.store, log) == (5, 5, 5)


async def test_a_full_batch_does_not_wait_for_the_interval(k, log, clerk):
    sequencer = Sequencer(k.store, k.writer, log, interval_s=60, batch=20)
    sequencer.start()
    try:
        deadline = time.monotonic() + DEADLINE_S
        while log.size < 20:
            await k.writer.run(note, Add("case:A", 5), actor=clerk)
            assert time.monotonic() < deadline
    finally:
        await asyncio.to_thread(sequencer.stop)


async def test_a_look_that_fails_between_turns_does_not_end_the_thread(k, log, clerk, monkeypatch):
    looked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def broken(*_args, **_options):
        loop.call_soon_threadsafe(looked.set)
        raise StoreUnavailable

    sequencer = Sequencer(k.store, k.writer, log, interval_s=0.05)
    with monkeypatch.context() as patch:
        patch.setattr(sequenced, "count_waiting", broken)
        sequencer.start()
        await asyncio.wait_for(looked.wait(), DEADLINE_S)
    await k.writer.run(note, Add("case:A", 2), actor=clerk)
    await until(lambda: log.size >= 2)
    await asyncio.to_thread(sequencer.stop)


class TestCrash:
    """Between the append and the writing back of the indices."""

    async def test_the_batch_is_not_logged_twice(self, k, paths, clerk):
        await k.writer.run(note, Add("case:A", 5), actor=clerk)
        with paths.open() as log:
            await asyncio.to_thread(Sequencer(k.store, k.writer, log).turn)
        await k.writer.run(note, Add("case:B", 4), actor=clerk)
        with paths.open() as log, k.store.reading() as conn:
            log.append([entry.body for entry in sequenced.waiting(conn, limit=3)])
        # The process died here. A new one starts:
        with paths.open() as log:
            sequencer = Sequencer(k.store, k.writer, log)
            assert await asyncio.to_thread(sequencer.turn) == 1
            assert check_whole(k.store, log) == (9, 9, 9)

    async def test_a_failing_write_back_is_repaired_at_the_next_turn(
        self, k, log, sequencer, clerk, monkeypatch
    ):
        await k.writer.run(note, Add("case:A", 5), actor=clerk)

        def broken(*_args, **_options):
            raise StoreUnavailable

        with monkeypatch.context() as patch:
            patch.setattr(k.writer, "run_sync", broken)
            with pytest.raises(StoreUnavailable):
                await asyncio.to_thread(sequencer.turn)
        assert log.size == 5
        await k.writer.run(note, Add("case:A", 1), actor=clerk)
        await asyncio.to_thread(sequencer.turn)
        assert check_whole(k.store, log) == (6, 6, 6)

    async def test_a_failing_disk_is_tried_again(self, k, log, sequencer, clerk, monkeypatch):
        await k.writer.run(note, Add("case:A", 5), actor=clerk)

        def full(*_args):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(log._disk, "sync", full)
            with pytest.raises(LogFailedError):
                await asyncio.to_thread(sequencer.turn)
        await asyncio.to_thread(sequencer.turn)
        assert check_whole(k.store, log) == (5, 5, 5)

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        steps=st.lists(
            st.one_of(
                st.tuples(st.just("act"), st.integers(1, 4)),
                st.tuples(st.just("turn"), st.just(0)),
                st.tuples(st.just("crash"), st.integers(0, 5)),
            ),
            max_size=12,
        )
    )
    def test_any_order_of_acts_turns_and_crashes(self, tmp_path_factory, clerk, steps):
        path = tmp_path_factory.mktemp("run")
        paths = Paths(path)
        with kernel(path) as k:
            expected = 0
            for step, count in steps:
                if step == "act":
                    k.writer.run_sync(note, Add(f"case:{count}", count), actor=clerk)
                    expected += count
                    continue
                with paths.open() as log:
                    sequencer = Sequencer(k.store, k.writer, log)
                    if step == "turn":
                        sequencer.turn()
                    else:
                        sequencer._reconcile()
                        with k.store.reading() as conn:
                            entries = sequenced.waiting(conn, limit=count)
                        log.append([entry.body for entry in entries])
            with paths.open() as log:
                Sequencer(k.store, k.writer, log).turn()
                assert check_whole(k.store, log) == (expected, expected, expected)


class TestContradictions:
    """Each is final: nothing more is signed."""

    async def logged(self, k, paths, clerk):
        await k.writer.run(note, Add("case:A", 5), actor=clerk)
        with paths.open() as log:
            await asyncio.to_thread(Sequencer(k.store, k.writer, log).turn)

    async def edit(self, k, clerk, statement):
        def change(tx: Tx, _: None) -> None:
            tx.conn.execute(statement)

        await k.writer.run(change, None, actor=clerk)

    async def refused(self, k, paths, match, error=RollbackError):
        with paths.open() as log:
            size = log.size
            sequencer = Sequencer(k.store, k.writer, log, interval_s=0.01)
            with pytest.raises(error, match=match):
                await asyncio.to_thread(sequencer.turn)
            sequencer.start()
            await asyncio.to_thread(sequencer._thread.join)
            assert isinstance(sequencer.fault, error)
            assert log.size == size

    async def test_a_waiting_entry_that_was_edited(self, k, paths, clerk):
        await k.writer.run(note, Add("case:A", 2), actor=clerk)
        edited = update(schema_log.entry).values(body=b"{}").where(schema_log.entry.c.seq == 1)
        await self.edit(k, clerk, edited)
        await self.refused(k, paths, "entry 1 of case:A was edited", EditedEntry)

    async def test_an_edited_row(self, k, paths, clerk):
        await self.logged(k, paths, clerk)
        table = schema_log.entry
        edited = update(table).where(table.c.log_index == 4).values(leaf_hash="0" * 64)
        await self.edit(k, clerk, edited)
        await self.refused(k, paths, "not the database's")

    async def test_a_database_older_than_the_log(self, k, paths, clerk):
        await self.logged(k, paths, clerk)
        table = schema_log.entry
        await self.edit(k, clerk, table.delete().where(table.c.log_index == 4))
        await self.refused(k, paths, "does not have")

    async def test_another_order(self, k, paths, clerk):
        await k.writer.run(note, Add("case:A", 2), actor=clerk)
        with paths.open() as log, k.store.reading() as conn:
            log.append([entry.body for entry in reversed(sequenced.waiting(conn, limit=2))])
        await self.refused(k, paths, "does not have")

    async def test_a_log_behind_the_database(self, k, paths, clerk):
        await self.logged(k, paths, clerk)
        table = schema_log.entry
        await self.edit(k, clerk, table.update().where(table.c.log_index == 4).values(log_index=9))
        await self.refused(k, paths, "knows 10")

    async def test_a_second_sequencer(self, paths, log):
        with pytest.raises(LogLockedError):
            paths.open()

    async def test_writing_an_index_twice(self, k, clerk):
        await k.writer.run(note, Add("case:A", 1), actor=clerk)
        command = sequenced.SetLogIndexes(0, (1,))
        await k.writer.run(sequenced.set_log_indexes, command, actor=clerk)
        with pytest.raises(ValueError, match="already"):
            await k.writer.run(sequenced.set_log_indexes, command, actor=clerk)
