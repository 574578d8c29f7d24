"""A whole kernel in one folder, for tests of every room."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from casework.clock import Clock, ManualClock
from casework.keys.kek import create_kek
from casework.keys.key_file import KeyFile
from casework.keys.key_ring import KeyRing
from casework.store.engine import Store, open_store
from casework.store.log_so_far import LogSoFar
from casework.store.writer import Writer
from scenes.databases import USUAL, new_database


@dataclass(frozen=True, slots=True)
class Kernel:
    """A started Writer on a database with every table, and its keys."""

    store: Store
    writer: Writer
    keys: KeyRing
    clock: Clock


@contextmanager
def kernel(
    path: Path,
    *,
    clock: Clock | None = None,
    log: LogSoFar | None = None,
    database: str = USUAL,
) -> Iterator[Kernel]:
    """Makes and starts a kernel in the empty folder `path`; stops and closes it at the end. `database`
    is one of `databases.KINDS`.
    """
    keys = KeyRing(KeyFile.create(path / "keys.sqlite3", create_kek(path / "kek")))
    store = open_store(new_database(database, path))
    clock = clock or ManualClock()
    writer = Writer(store, clock=clock, keys=keys, log=log)
    writer.start()
    try:
        yield Kernel(store, writer, keys, clock)
    finally:
        writer.stop()
        store.close()
        keys.close()
