"""Which backups of the key file were made, where to, and how long they may be kept.

The list lies in the key file and goes into every backup of it. Copies made by other means stand in
no list; docs/keys.md says so.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from casework.errors import NotFound
from casework.keys.key_table import connect

_TABLE = """
    CREATE TABLE IF NOT EXISTS backup (
        id TEXT PRIMARY KEY, kek TEXT NOT NULL, made_at_ms INTEGER NOT NULL,
        expires_at_ms INTEGER NOT NULL, path TEXT NOT NULL, gone_at_ms INTEGER
    ) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class KeyBackup:
    """Times are wall milliseconds. `path` is where it was written to; it may have been carried
    elsewhere. `gone_at_ms` is when it was removed, or when somebody said so.
    """

    id: str
    kek: str
    made_at_ms: int
    expires_at_ms: int
    path: str
    gone_at_ms: int | None = None

    def is_kept(self) -> bool:
        return self.gone_at_ms is None

    def has_run_out(self, now_ms: int) -> bool:
        return now_ms >= self.expires_at_ms


class BackupLedger:
    """Safe beside a running desk; each call opens the key file and closes it again."""

    def __init__(self, key_file: Path) -> None:
        self._path = key_file

    def all(self) -> list[KeyBackup]:
        """Oldest first."""
        with self._opened() as database:
            rows = database.execute(
                "SELECT id, kek, made_at_ms, expires_at_ms, path, gone_at_ms FROM backup"
                " ORDER BY made_at_ms, id"
            ).fetchall()
        return [KeyBackup(*row) for row in rows]

    def kept(self) -> list[KeyBackup]:
        return [backup for backup in self.all() if backup.is_kept()]

    def add(self, backup: KeyBackup) -> None:
        with self._opened() as database:
            database.execute(
                "INSERT INTO backup VALUES (?, ?, ?, ?, ?, ?)",
                (
                    backup.id,
                    backup.kek,
                    backup.made_at_ms,
                    backup.expires_at_ms,
                    backup.path,
                    backup.gone_at_ms,
                ),
            )

    def mark_gone(self, backup_id: str, now_ms: int) -> KeyBackup:
        """Raises NotFound for a backup that is in no list, or gone already."""
        found = next((one for one in self.kept() if one.id == backup_id), None)
        if found is None:
            raise NotFound("no such backup of the key file")
        with self._opened() as database:
            database.execute("UPDATE backup SET gone_at_ms = ? WHERE id = ?", (now_ms, backup_id))
        return replace(found, gone_at_ms=now_ms)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        database = connect(self._path)
        try:
            database.execute(_TABLE)
            yield database
        finally:
            database.close()
