"""Opens the database. Everything that differs between SQLite and PostgreSQL stands here."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    LargeBinary,
    Select,
    create_engine,
    event,
    func,
    literal,
    make_url,
)
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from casework.errors import Overloaded, StoreUnavailable
from casework.store.base import all_tables

BUSY_TIMEOUT_MS = 5_000
READERS = 4

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Select[Any])  # whatever columns it selects


class Store:
    """A writing engine with one connection (for the Writer alone) and a pool of readers.

    Readers see one snapshot for the length of a `reading()` block, so that a state and the stream
    number it belongs to are read together. They cannot write.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.write_engine = _engine(url, writing=True)
        self._read_engine = _engine(url, writing=False)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction on the calling thread; on an event loop use `read`.

        Raises StoreUnavailable when disk, file or lock fail, Overloaded when nobody stops reading.
        """
        try:
            with self._read_engine.connect() as connection, connection.begin():
                yield connection
        except PoolTimeout:
            raise Overloaded("all readers of the database are busy") from None
        except DBAPIError as error:
            if is_storage_fault(error):
                raise StoreUnavailable("the database cannot be read") from error
            raise

    async def read(
        self,
        function: Callable[Concatenate[Connection, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Runs `function(connection, ...)` in a reader thread, in one read transaction."""

        def run() -> R:
            with self.reading() as connection:
                return function(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, run)

    def create_all(self) -> None:
        """Makes every table at once; for tests. Installations use `migrations.upgrade`."""
        all_tables().create_all(self.write_engine)

    def scrub(self) -> bool:
        """What was deleted is overwritten in the file; empties the write-ahead log too, which may
        still hold it. False while a reader needs it: closing the store does the same.
        """
        connection = self._read_engine.raw_connection()
        try:
            cursor = connection.cursor()
            (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.close()
        finally:
            connection.close()
        return not busy

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self._read_engine.dispose()
        self.write_engine.dispose()


def open_store(url: str) -> Store:
    """Opens `url` (`sqlite:///PATH`); the tables must already exist or be made by the caller."""
    return Store(url)


def locked(statement: S) -> S:
    """Locks the selected rows until the end of the transaction.

    SQLAlchemy leaves FOR UPDATE out on SQLite, where BEGIN IMMEDIATE has locked the whole file.
    """
    return statement.with_for_update()


def holds_bytes(column: ColumnElement[bytes], part: bytes) -> ColumnElement[bool]:
    """Whether `part` stands somewhere in the bytes of `column`. (PostgreSQL: `position(part in column)`.)"""
    return func.instr(column, literal(part, LargeBinary())) > 0


def _engine(url: str, *, writing: bool) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise ValueError(f"no store for {parsed.get_backend_name()}")
    if parsed.database in {None, "", ":memory:"}:
        raise ValueError("the store needs a file: readers and the writer share it")
    arguments = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    # Parameters are hidden from error texts: they may be a person's data, and texts are logged.
    if writing:
        # One connection for ever: the writer thread owns it, nobody waits for a pool.
        engine = create_engine(
            parsed, connect_args=arguments, poolclass=StaticPool, hide_parameters=True
        )
    else:
        engine = create_engine(
            parsed,
            connect_args=arguments,
            hide_parameters=True,
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=READERS,
            pool_timeout=10,
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


def transaction_is_open(connection: Connection) -> bool:
    """Whether the database still holds our transaction.

    SQLite ends it by itself on a full disk or an I/O error; then no savepoint can be rolled back
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


def is_storage_fault(error: BaseException) -> bool:
    """Whether disk, file or lock failed, rather than a statement: nobody's act can go on."""
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(driver_error, sqlite3.Error):
        return False
    # Extended codes keep the primary one in their low byte; errors of the driver itself have none.
    return getattr(driver_error, "sqlite_errorcode", 0) & 0xFF in _STORAGE_FAULTS
