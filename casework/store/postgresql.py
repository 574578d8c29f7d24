"""PostgreSQL: a server of its own, one writer by an advisory lock, readers in snapshots."""

import time
from typing import Any

import psycopg
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from casework.store.postgresql_line import Line

CONNECT_S = 5
WRITING_LIMITS_MS = {"statement_timeout": 30_000, "lock_timeout": 5_000}
READING_LIMITS_MS = {"statement_timeout": 10_000, "idle_in_transaction_session_timeout": 60_000}
PLANNING = {"jit": "off", "max_parallel_workers_per_gather": 0, "random_page_cost": "1.1"}
"""Statements here find a page's worth of rows by an index, within milliseconds. Compiling one, or sharing it
among processes, takes longer than running it, and begins just when a table has grown; that reading where
an index points costs four times as much as reading on is true of turning disks.
"""

# The number means nothing; it is ours alone in a database that is ours alone.
_WRITER_LOCK = 0x79756E6368
_LOCK_WAIT_S = 5.0
_LOCK_PAUSE_S = 0.05


def writing_engine(url: URL) -> Engine:
    """One connection for ever, which holds the writer's lock as long as it lives: positions of entries
    and events are the order of commits only because nobody else writes. A second writer is refused
    as a fault of the storage; that of a desk which died goes with its connection.
    """
    engine = _engine(url, {"synchronous_commit": "on", **WRITING_LIMITS_MS}, poolclass=StaticPool)

    @event.listens_for(engine, "connect")
    def take_lock(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        _take_lock(connection)

    return engine


def reading_engine(url: URL, readers: int) -> Engine:
    options: dict[str, str | int] = {
        "default_transaction_isolation": r"repeatable\ read",
        "default_transaction_read_only": "on",
        **READING_LIMITS_MS,
    }
    engine = _engine(
        url,
        options,
        poolclass=QueuePool,
        pool_size=readers,
        max_overflow=readers,
        pool_timeout=10,
    )

    @event.listens_for(engine, "connect")
    def remember(connection: Line, _entry: ConnectionPoolEntry) -> None:
        connection.remember()

    @event.listens_for(engine, "checkout")
    def look(connection: Line, _entry: ConnectionPoolEntry, _held: object) -> None:
        """Whoever reads gets a line that works. Asking the server each time would be a way there and back
        more for every read: one that ended, or was restarted, has said so on the line itself.
        """
        try:
            if not connection.is_silent:
                connection.execute("SELECT 1")
        except psycopg.Error as broken:
            raise DisconnectionError from broken

    return engine


def scrub(engine: Engine) -> bool:
    """Deleted rows are taken out of their pages (VACUUM). What the server's own log and its backups
    still hold goes when they expire: that is the operator's, and what was sealed cannot be opened
    there without its key. False when another session keeps old rows alive.
    """
    with psycopg.connect(
        _conninfo(engine.url), autocommit=True, connect_timeout=CONNECT_S
    ) as found:
        found.execute("SET default_transaction_read_only = off")
        for table in ("payload", "case_index", "case_rating", "cases", "launch"):
            found.execute(f"VACUUM {table}")
    return True


def driver_of(connection: Connection) -> Line:
    driver: Any = connection.connection.dbapi_connection
    line: Line = driver
    return line


def transaction_is_open(connection: Connection) -> bool:
    """A statement that failed leaves the transaction to be rolled back to its savepoint; a line that
    broke leaves nothing.
    """
    return driver_of(connection).is_open


# Classes of SQLSTATE: the line, resources, limits, the operator, the system, the server's own faults.
_STORAGE_FAULTS = frozenset({"08", "53", "54", "57", "58", "F0", "XX"})
_BUSY = frozenset({"55P03", "40001", "40P01", "25006"})
"""A lock that did not come, two transactions that cannot both be, a server that only reads."""


def is_storage_fault(driver_error: BaseException) -> bool:
    if not isinstance(driver_error, psycopg.Error):
        return False
    state = driver_error.sqlstate
    if state is None:  # the driver's own: no connection, or none any more
        return isinstance(driver_error, psycopg.OperationalError | psycopg.InterfaceError)
    return state[:2] in _STORAGE_FAULTS or state in _BUSY


def _engine(url: URL, options: dict[str, str | int], **pool: Any) -> Engine:
    if not url.database:
        raise ValueError("the address of the store names no database")
    said = " ".join(f"-c {name}={value}" for name, value in {**PLANNING, **options}.items())
    # Parameters are hidden from error texts: they may be a person's data, and texts are logged.
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={
            "connect_timeout": CONNECT_S,
            "application_name": "yunchuang",
            "options": said,
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,
        },
        hide_parameters=True,
        **pool,
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: Dialect, _entry: ConnectionPoolEntry, cargs: list[Any], cparams: dict[str, Any]
    ) -> Line:
        return Line.connect(*cargs, autocommit=True, **cparams)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver_of(connection).begin()

    return engine


def _take_lock(connection: DBAPIConnection) -> None:
    """Raises psycopg.OperationalError when another writer keeps it."""
    cursor = connection.cursor()
    end = time.monotonic() + _LOCK_WAIT_S
    try:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", (_WRITER_LOCK,))
            if cursor.fetchone() == (True,):
                break
            if time.monotonic() > end:
                raise psycopg.OperationalError("another writer has this database")
            time.sleep(_LOCK_PAUSE_S)
    finally:
        cursor.close()


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
