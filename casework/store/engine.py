"""Opens the database: one store, whichever engine is below. What differs stands in `sqlite` and
`postgresql`, and nowhere else.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from casework.errors import Overloaded, StoreUnavailable
from casework.store import postgresql, sqlite
from casework.store.base import all_tables

READERS = 4

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Select[Any])  # whatever columns it selects


Values: TypeAlias = tuple[object, ...] | dict[str, object]
"""Of one statement, by place or by name, as the engine's statements are written."""


class Driver(Protocol):
    """A connection below SQLAlchemy; errors are the driver's own. Texts and values are those
    of `casework.store.prepared`, which is how the house uses it.
    """

    def rows(self, text: str, values: Values) -> list[tuple[Any, ...]]: ...
    def ask(self, said: Sequence[tuple[str, Values]]) -> list[list[tuple[Any, ...]]]: ...
    def ahead(self, said: Sequence[tuple[str, Values]]) -> None: ...
    def changed(self, text: str, values: Values) -> int: ...
    def send(self, text: str, rows: Sequence[Values]) -> None: ...
    def begin_act(self) -> None: ...
    def end_act(self) -> None: ...
    def undo_act(self) -> None: ...


class _Engine(Protocol):
    """What the module of an engine brings."""

    def writing_engine(self, url: URL) -> Engine: ...
    def reading_engine(self, url: URL, readers: int) -> Engine: ...
    def scrub(self, engine: Engine) -> bool: ...
    def transaction_is_open(self, connection: Connection) -> bool: ...
    def driver_of(self, connection: Connection) -> Driver: ...
    def is_storage_fault(self, driver_error: BaseException) -> bool: ...


_ENGINES: Mapping[str, _Engine] = {"sqlite": sqlite, "postgresql": postgresql}


class Store:
    """A writing engine with one connection (for the Writer alone) and a pool of readers.

    Readers see one snapshot for the length of a `reading()` block, so that a state and the stream
    number it belongs to are read together. They cannot write.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        kind = self.url.get_backend_name()
        if kind not in _ENGINES:
            raise ValueError(f"no store for {kind}")
        self._kind = _ENGINES[kind]
        self.write_engine: Engine = self._kind.writing_engine(self.url)
        self._read_engine: Engine = self._kind.reading_engine(self.url, READERS)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-read")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction on the calling thread; on an event loop use `read`.

        Raises StoreUnavailable when disk, file, line or lock fail, Overloaded when nobody stops reading.
        """
        try:
            with self._read_engine.connect() as connection, connection.begin():
                yield connection
        except PoolTimeout:
            raise Overloaded("all readers of the database are busy") from None
        except Exception as error:
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
        """What was deleted is gone from the files that hold the tables, as far as the engine can; see
        `scrub` of each. False while a reader needs it: the next time does the same.
        """
        return self._kind.scrub(self._read_engine)

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self._read_engine.dispose()
        self.write_engine.dispose()


def open_store(url: str) -> Store:
    """Opens `url` (`sqlite:///PATH` or `postgresql://USER@HOST/NAME`); the tables must already exist or
    be made by the caller.
    """
    return Store(url)


def locked(statement: S) -> S:
    """Locks the selected rows until the end of the transaction.

    SQLAlchemy leaves FOR UPDATE out on SQLite, where BEGIN IMMEDIATE has locked the whole file.
    """
    return statement.with_for_update()


def driver_of(connection: Connection) -> Driver:
    """What is below `connection`; on a reading one its statements go one by one."""
    return _ENGINES[connection.dialect.name].driver_of(connection)


def transaction_is_open(connection: Connection) -> bool:
    """Whether the database still holds our transaction, and savepoints in it can be rolled back."""
    return _ENGINES[connection.dialect.name].transaction_is_open(connection)


def is_storage_fault(error: BaseException) -> bool:
    """Whether disk, file, line or lock failed, rather than a statement: nobody's act can go on."""
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    return driver_error is not None and any(
        kind.is_storage_fault(driver_error) for kind in _ENGINES.values()
    )
