"""SQLite: one file, write-ahead log, one writer by the file's own lock."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

BUSY_TIMEOUT_MS = 5_000


def writing_engine(url: URL) -> Engine:
    # One connection for ever: the writer thread owns it, nobody waits for a pool.
    return _engine(url, writing=True, poolclass=StaticPool)


def reading_engine(url: URL, readers: int) -> Engine:
    return _engine(
        url,
        writing=False,
        poolclass=QueuePool,
        pool_size=readers,
        max_overflow=readers,
        pool_timeout=10,
    )


def scrub(engine: Engine) -> bool:
    """What was deleted is overwritten in the file (`secure_delete`); empties the write-ahead log too,
    which may still hold it. False while a reader needs it: closing the store does the same.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.close()
    finally:
        connection.close()
    return not busy


class Driver:
    """Statements as they come: the engine is in this process, and nothing is saved by waiting."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, text: str, values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(text, values).fetchall()

    def ask(self, said: Sequence[tuple[str, Any]]) -> list[list[tuple[Any, ...]]]:
        return [self.rows(text, values) for text, values in said]

    def ahead(self, said: Sequence[tuple[str, Any]]) -> None:
        """Nothing: asking later costs no more."""

    def changed(self, text: str, values: Any) -> int:
        return self._connection.execute(text, values).rowcount

    def send(self, text: str, rows: Sequence[Any]) -> None:
        for values in rows:
            self._connection.execute(text, values)

    def begin_act(self) -> None:
        self._connection.execute("SAVEPOINT act")

    def end_act(self) -> None:
        self._connection.execute("RELEASE SAVEPOINT act")

    def undo_act(self) -> None:
        self._connection.execute("ROLLBACK TO SAVEPOINT act")
        self._connection.execute("RELEASE SAVEPOINT act")


def driver_of(connection: Connection) -> Driver:
    driver: Any = connection.connection.dbapi_connection
    return Driver(driver)


def transaction_is_open(connection: Connection) -> bool:
    """SQLite ends it by itself on a full disk or an I/O error; then no savepoint can be rolled back
    and nothing of the batch was kept.
    """
    driver: Any = connection.connection.dbapi_connection  # an sqlite3.Connection
    return bool(driver.in_transaction)


_STORAGE_FAULTS = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_READONLY,
    }
)


def is_storage_fault(driver_error: BaseException) -> bool:
    if not isinstance(driver_error, sqlite3.Error):
        return False
    # Extended codes keep the primary one in their low byte; errors of the driver itself have none.
    return getattr(driver_error, "sqlite_errorcode", 0) & 0xFF in _STORAGE_FAULTS


def _engine(url: URL, *, writing: bool, **pool: Any) -> Engine:
    if url.database in {None, "", ":memory:"}:
        raise ValueError("the store needs a file: readers and the writer share it")
    # Parameters are hidden from error texts: they may be a person's data, and texts are logged.
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _configure(connection, writing=writing)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _configure(connection: DBAPIConnection, *, writing: bool) -> None:
    # The driver would begin transactions by itself, and only before writes; we say BEGIN ourselves
    # so that savepoints hold and a reader keeps one snapshot.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")  # acknowledged means on the disk, not in a cache
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    if writing:
        cursor.execute("PRAGMA secure_delete=ON")  # what erasure deletes is gone from the file
    else:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()
