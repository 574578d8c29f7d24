"""What PostgreSQL has to keep that SQLite keeps by its file: one writer, a line that breaks, a server that
goes, snapshots, and an installation that finds its database again.
"""

import asyncio

import psycopg
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from casework.data_dir import DataDir
from casework.errors import NotAllowed, NotFound, StoreUnavailable
from casework.installation import DatabaseTakenError, init_data_dir, opened
from casework.store import migrate, schema_log
from casework.store.engine import driver_of, open_store
from casework.store.postgresql import PLANNING
from casework.store.tx import Tx
from scenes.databases import new_database


def note(tx: Tx, n: int) -> int:
    return tx.entry("desk.case.noted", "case:A", plain={"n": n}).seq


def entries(conn) -> int:
    return conn.scalar(select(func.count()).select_from(schema_log.entry))


@pytest.fixture
def server(store):
    """A connection of the operator's."""
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as made:
        yield made


def test_a_second_writer_is_refused_and_the_first_goes_on(store, writer, clerk):
    assert writer.run_sync(note, 0, actor=clerk) == 0
    other = open_store(store.url.render_as_string(hide_password=False))
    try:
        with pytest.raises(psycopg.OperationalError, match="another writer"):
            other.write_engine.raw_connection()
    finally:
        other.close()
    assert writer.run_sync(note, 1, actor=clerk) == 1


async def test_an_act_whose_line_broke_is_not_said_to_be_done(store, writer, clerk, server):
    await writer.run(note, 0, actor=clerk)
    with pytest.raises(StoreUnavailable):
        await writer.run(note_while_killed, server, actor=clerk)
    assert await store.read(entries) == 1
    # The next one finds a new line, and the lock of the old one is gone with it.
    assert await asyncio.wait_for(writer.run(note, 1, actor=clerk), 30) == 1


def note_while_killed(tx: Tx, server) -> None:
    note(tx, 9)
    pid = tx.conn.exec_driver_sql("SELECT pg_backend_pid()").scalar()
    server.execute("SELECT pg_terminate_backend(%s)", (pid,))
    tx.conn.execute(select(schema_log.entry.c.seq)).all()


def test_refusals_leave_the_line_as_it_was(store, writer, clerk, server):
    """Also those of which the server never heard, and more of either than it takes to plan a statement."""
    for n in range(8):
        with pytest.raises(NotAllowed):
            writer.run_sync(note_and_refuse, True, actor=clerk)
        with pytest.raises(NotAllowed):
            writer.run_sync(note_and_refuse, False, actor=clerk)
        assert writer.run_sync(note, n, actor=clerk) == n


def note_and_refuse(tx: Tx, heard: bool) -> None:
    if heard:
        note(tx, 9)
    raise NotAllowed(reason="odd")


def test_what_fails_after_it_was_sent_undoes_its_act_alone(store, writer, clerk):
    with pytest.raises(psycopg.errors.UniqueViolation):
        writer.run_sync(note_twice, None, actor=clerk)
    assert writer.run_sync(note, 0, actor=clerk) == 0
    with store.reading() as conn:
        assert entries(conn) == 1


def note_twice(tx: Tx, _command: None) -> None:
    note(tx, 0)
    tx._ends.clear()
    tx.new_chain("case:A")
    note(tx, 1)  # sent, and nothing asked after it


async def test_readers_find_a_new_line_by_themselves(store, writer, clerk, server):
    await writer.run(note, 0, actor=clerk)
    assert await store.read(entries) == 1
    server.execute(  # and waits until they have gone
        "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle'"
    )
    assert await store.read(entries) == 1


async def test_a_line_that_ended_has_said_so(store, server):
    """By this readers know a broken line without asking the server before every read."""
    line = await store.read(driver_of)
    assert line.is_silent
    server.execute("SELECT pg_terminate_backend(%s, 20000)", (line.info.backend_pid,))
    assert not line.is_silent


def test_statements_are_planned_for_a_pages_worth_of_rows(store):
    """On both lines: what the server would do by itself begins to cost when a table has grown."""
    for engine in (store.write_engine, store._read_engine):
        with engine.connect() as conn:
            said = {
                name: str(conn.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in PLANNING
            }
        assert said == {name: str(value) for name, value in PLANNING.items()}


def test_a_reader_sees_one_moment_and_cannot_write(store, writer, clerk):
    writer.run_sync(note, 0, actor=clerk)
    with store.reading() as conn:
        assert entries(conn) == 1
        writer.run_sync(note, 1, actor=clerk)
        assert entries(conn) == 1
        with pytest.raises(DBAPIError, match="read-only"):
            conn.execute(insert(schema_log.chain).values(chain="case:B", next_seq=0))
    with store.reading() as conn:
        assert entries(conn) == 2


def test_what_was_deleted_is_vacuumed(store, writer, clerk):
    writer.run_sync(note, 0, actor=clerk)
    assert store.scrub()


def test_an_installation_finds_its_database_again(tmp_path, clock):
    url = new_database("postgresql", tmp_path, empty=True)
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="hall.example/log", database_url=url)
    assert data.database_url == url
    assert not data.database.exists()
    assert data.database_address.stat().st_mode & 0o077 == 0
    assert migrate.differences(url) == []
    with opened(data, clock=clock) as desk:
        assert desk.store.url.get_backend_name() == "postgresql"
        with desk.store.reading() as conn:
            assert entries(conn) == 1  # the log begins with an entry of its own
    with opened(data, clock=clock) as desk, pytest.raises(NotFound):
        desk.keys.case_key("nobody's")
    with pytest.raises(DatabaseTakenError):
        init_data_dir(DataDir(tmp_path / "other"), origin="hall.example/other", database_url=url)
