"""The key file: wrapped keys in a SQLite database of their own (evidence.md §3).

It is never part of a database or media backup, so that a destroyed key stays destroyed.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from audit.durable import create_file
from casework.errors import KeyDestroyed, NotFound, StoreUnavailable
from casework.keys.kek import Kek, KekError
from casework.keys.key_table import connect, kek_id_in, make_tables, pages, transaction
from casework.keys.wrapping import WrappedKey, unwrap, wrap

KEY_BYTES = 32


class KeyKind(StrEnum):
    CASE = "case"
    CALL = "call"
    INDEX = "index"


class KeyFile:
    """Creates, unwraps and destroys keys; safe to call from any thread."""

    def __init__(self, path: Path, kek: Kek) -> None:
        """Opens an existing key file; raises KekError if it is absent or was made under another
        KEK, since a fresh empty file would look like every key destroyed.
        """
        if kek_id_in(path) != kek.id:
            raise KekError("the key file belongs to another key-encryption key")
        self._kek = kek
        self._lock = threading.Lock()
        self._database = connect(path)
        self._gathering: int | None = None  # the thread whose new keys become durable together

    @classmethod
    def create(cls, path: Path, kek: Kek) -> "KeyFile":
        """Makes an empty key file with mode 0600; raises FileExistsError if there is one."""
        create_file(path, b"", mode=0o600)  # an empty file is an empty database
        database = connect(path)
        make_tables(database, kek.id)
        database.close()
        return cls(path, kek)

    @property
    def kek_id(self) -> str:
        return self._kek.id

    def create_key(self, kind: KeyKind, id_: str) -> bytes:
        """Makes and stores a random 32-byte key, or returns the one that is there.

        Durable on return, or at the end of `together`: in either case before the transaction that
        first uses it commits. A crash in between leaves a key that nothing was encrypted with, which
        is harmless; the other order could lose an acknowledged value. Raises KeyDestroyed for an id
        whose key was destroyed.
        """
        key = os.urandom(KEY_BYTES)
        with self._lock:
            row = wrap(self._kek, kind, id_, key)
            if self._gathering == threading.get_ident():
                if not self._database.in_transaction:
                    self._database.execute("BEGIN IMMEDIATE")
            else:
                self._settle()
            inserted = self._database.execute(
                "INSERT OR IGNORE INTO key VALUES (?, ?, ?, ?, ?)",
                (kind, id_, self._kek.id, row.nonce, row.wrapped),
            ).rowcount
        return key if inserted else self.key(kind, id_)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keys that this thread makes within become durable all at once when it is left: one sync of
        the disk for all of them. Used by one thread, which commits what it encrypted only then.

        Raises sqlite3.Error when they did not: then they are gone.
        """
        self._gathering = threading.get_ident()
        try:
            yield
        finally:
            self._gathering = None
            with self._lock:
                self._settle()

    def key(self, kind: KeyKind, id_: str) -> bytes:
        """Raises NotFound, KeyDestroyed, or KekError if the row was tampered with."""
        with self._lock:
            kek = self._kek
            row = self._database.execute(
                "SELECT nonce, wrapped FROM key WHERE kind = ? AND id = ?", (kind, id_)
            ).fetchone()
        if row is None:
            raise NotFound(f"no {kind} key")
        nonce, wrapped = row
        if wrapped is None:
            raise KeyDestroyed(f"the {kind} key was destroyed")
        return unwrap(kek, WrappedKey(kind, id_, nonce, wrapped))

    def destroy(self, kind: KeyKind, id_: str) -> bool:
        """Overwrites the wrapped key and keeps a tombstone; True if there was one to destroy.

        Who may do so, with which certificate and entry, is the caller's affair. Raises
        StoreUnavailable while a reader keeps the old page in the write-ahead log: the key is out
        of use then but not gone, and destroying it again ends the matter.
        """
        with self._lock:
            self._settle()
            destroyed = self._database.execute(
                "UPDATE key SET nonce = NULL, wrapped = NULL"
                " WHERE kind = ? AND id = ? AND wrapped IS NOT NULL",
                (kind, id_),
            ).rowcount
            self._truncate()
        return bool(destroyed)

    def rewrap(self, kek: Kek) -> int:
        """Wraps every key anew under `kek` in one transaction and returns how many there are.

        A crash at any point leaves the file wholly under the old KEK or wholly under the new one,
        and it says which. Every row is read back before the commit; raises KekError, with nothing
        changed, if one does not open. Raises StoreUnavailable, with all of it changed, while a
        reader keeps the old rows in the write-ahead log.
        """
        with self._lock:
            self._settle()
            with transaction(self._database):
                count = sum(self._rewrap(page, kek) for page in pages(self._database))
                self._database.execute("UPDATE key SET kek = ?", (kek.id,))
                self._database.execute("UPDATE about SET value = ? WHERE name = 'kek'", (kek.id,))
            self._kek = kek
            self._truncate()
        return count

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _rewrap(self, page: list[WrappedKey], kek: Kek) -> int:
        for old in page:
            key = unwrap(self._kek, old)
            new = wrap(kek, old.kind, old.id, key)
            self._database.execute(
                "UPDATE key SET nonce = ?, wrapped = ? WHERE kind = ? AND id = ?",
                (new.nonce, new.wrapped, old.kind, old.id),
            )
            stored = self._database.execute(
                "SELECT kind, id, nonce, wrapped FROM key WHERE kind = ? AND id = ?",
                (old.kind, old.id),
            ).fetchone()
            if unwrap(kek, WrappedKey(*stored)) != key:
                raise KekError("a key came out otherwise: nothing was changed")
        return len(page)

    def _settle(self) -> None:
        """What `together` gathered so far is durable, or gone."""
        if not self._database.in_transaction:
            return
        try:
            self._database.execute("COMMIT")
        except sqlite3.Error:
            # SQLite may have ended it by itself, as on a full disk.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    def _truncate(self) -> None:
        """Pages of the past lie in the write-ahead log until it is empty."""
        (busy, *_) = self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StoreUnavailable("somebody reads the key file: its old pages are still there")
