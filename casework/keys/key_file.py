"""The key file: wrapped keys in a SQLite database of their own (evidence.md §3).

It is never part of a database or media backup, so that a destroyed key stays destroyed. A key is
wrapped with AES-256-GCM under the KEK; the associated data binds it to its kind, its id and the
KEK's id, so a row copied to another case does not open.
"""

import os
import sqlite3
import threading
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.durable import create_file
from casework.errors import KeyDestroyed, NotFound
from casework.keys.kek import Kek, KekError

KEY_BYTES = 32
NONCE_BYTES = 12


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
        if not path.is_file():
            raise KekError(f"key file {path.name} is absent")
        self._kek = kek
        self._lock = threading.Lock()
        self._database = _connect(path)
        row = self._database.execute("SELECT value FROM about WHERE name = 'kek'").fetchone()
        if row is None or row[0] != kek.id:
            self._database.close()
            raise KekError("the key file belongs to another key-encryption key")

    @classmethod
    def create(cls, path: Path, kek: Kek) -> "KeyFile":
        """Makes an empty key file with mode 0600; raises FileExistsError if there is one."""
        create_file(path, b"", mode=0o600)  # an empty file is an empty database
        database = _connect(path)
        database.executescript(
            """
            CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            CREATE TABLE key (
                kind TEXT NOT NULL, id TEXT NOT NULL, kek TEXT NOT NULL,
                nonce BLOB, wrapped BLOB, PRIMARY KEY (kind, id)
            );
            """
        )
        database.execute("INSERT INTO about VALUES ('kek', ?)", (kek.id,))
        database.close()
        return cls(path, kek)

    def create_key(self, kind: KeyKind, id_: str) -> bytes:
        """Makes and stores a random 32-byte key, or returns the one that is there.

        Durable on return, before the transaction that first uses it commits: a crash in between
        leaves a key that nothing was encrypted with, which is harmless; the other order could lose
        an acknowledged value. Raises KeyDestroyed for an id whose key was destroyed.
        """
        key = os.urandom(KEY_BYTES)
        nonce = os.urandom(NONCE_BYTES)
        wrapped = AESGCM(self._kek.key).encrypt(nonce, key, self._associated(kind, id_))
        with self._lock:
            inserted = self._database.execute(
                "INSERT OR IGNORE INTO key VALUES (?, ?, ?, ?, ?)",
                (kind, id_, self._kek.id, nonce, wrapped),
            ).rowcount
        return key if inserted else self.key(kind, id_)

    def key(self, kind: KeyKind, id_: str) -> bytes:
        """Raises NotFound, KeyDestroyed, or KekError if the row was tampered with."""
        with self._lock:
            row = self._database.execute(
                "SELECT nonce, wrapped FROM key WHERE kind = ? AND id = ?", (kind, id_)
            ).fetchone()
        if row is None:
            raise NotFound(f"no {kind} key")
        nonce, wrapped = row
        if wrapped is None:
            raise KeyDestroyed(f"the {kind} key was destroyed")
        try:
            return AESGCM(self._kek.key).decrypt(nonce, wrapped, self._associated(kind, id_))
        except InvalidTag as error:
            raise KekError(f"a {kind} key does not open under this key-encryption key") from error

    def destroy(self, kind: KeyKind, id_: str) -> bool:
        """Overwrites the wrapped key and keeps a tombstone; True if there was one to destroy.

        Who may do so, with which certificate and entry, is the caller's affair. The write-ahead
        log still holds the old page until it is truncated, hence the checkpoint.
        """
        with self._lock:
            destroyed = self._database.execute(
                "UPDATE key SET nonce = NULL, wrapped = NULL"
                " WHERE kind = ? AND id = ? AND wrapped IS NOT NULL",
                (kind, id_),
            ).rowcount
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return bool(destroyed)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def _associated(self, kind: KeyKind, id_: str) -> bytes:
        return b"\0".join((b"yunchuang/key/v1", kind.encode(), id_.encode(), self._kek.id.encode()))


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5, check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL").fetchall()
    database.execute("PRAGMA synchronous=FULL")
    database.execute("PRAGMA secure_delete=ON").fetchall()
    return database
