"""The tables of the key file, and of a backup of it. No key is opened here."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from casework.keys.kek import KekError
from casework.keys.wrapping import WrappedKey

_PAGE = 1000
_KEY_TABLES = """
    CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE key (
        kind TEXT NOT NULL, id TEXT NOT NULL, kek TEXT NOT NULL,
        nonce BLOB, wrapped BLOB, PRIMARY KEY (kind, id)
    );
"""


def make_tables(database: sqlite3.Connection, kek_id: str) -> None:
    """The tables of an empty key file under this KEK."""
    database.executescript(_KEY_TABLES)
    database.execute("INSERT INTO about VALUES ('kek', ?)", (kek_id,))


def kek_id_in(path: Path) -> str:
    """Which KEK the key file is under. Raises KekError if it is absent or no key file."""
    if not path.is_file():
        raise KekError(f"key file {path.name} is absent")
    database = sqlite3.connect(path, timeout=5)
    try:
        row = database.execute("SELECT value FROM about WHERE name = 'kek'").fetchone()
    except sqlite3.DatabaseError as error:
        raise KekError(f"{path.name} is no key file") from error
    finally:
        database.close()
    if row is None:
        raise KekError(f"{path.name} does not say which key-encryption key it is under")
    return str(row[0])


def pages(database: sqlite3.Connection) -> Iterator[list[WrappedKey]]:
    """Every key that was not destroyed, some at a time; rows may be updated between two pages."""
    last = ("", "")
    while rows := database.execute(
        "SELECT kind, id, nonce, wrapped FROM key"
        " WHERE wrapped IS NOT NULL AND (kind, id) > (?, ?) ORDER BY kind, id LIMIT ?",
        (*last, _PAGE),
    ).fetchall():
        yield [WrappedKey(*row) for row in rows]
        last = rows[-1][:2]


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All of what is done within, or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        # SQLite may have ended it by itself, as on a full disk.
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise


def connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5, check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL").fetchall()
    database.execute("PRAGMA synchronous=FULL")
    database.execute("PRAGMA secure_delete=ON").fetchall()
    return database


def key_names(path: Path) -> set[tuple[str, str]]:
    """(kind, id) of every key there is or was."""
    database = sqlite3.connect(path, timeout=5)
    try:
        return set(database.execute("SELECT kind, id FROM key").fetchall())
    finally:
        database.close()
