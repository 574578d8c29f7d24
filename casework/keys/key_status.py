"""What lies in a key folder: which KEK is in force, which others lie there, how many keys of a kind.

Only reads, and opens no key; safe while a desk runs.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from casework.keys.backup_ledger import BackupLedger, KeyBackup
from casework.keys.kek import KekError, read_kek
from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyKind
from casework.keys.key_table import kek_id_in


@dataclass(frozen=True, slots=True)
class KeyCount:
    """Keys that open, and ids whose key was destroyed."""

    kind: KeyKind
    present: int
    destroyed: int


@dataclass(frozen=True, slots=True)
class KekFile:
    """`id` is empty when the file cannot be used; `fault` says why then."""

    path: Path
    id: str
    in_force: bool
    fault: str = ""


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """`backups` are those that are not known to be gone."""

    kek_id: str
    keks: tuple[KekFile, ...]
    counts: tuple[KeyCount, ...]
    backups: tuple[KeyBackup, ...]


def key_status(path: Path, keks: KekFiles) -> KeyStatus:
    """Raises KekError if there is no key file."""
    kek_id = kek_id_in(path)
    return KeyStatus(
        kek_id,
        tuple(_kek(one, kek_id) for one in keks.paths()),
        tuple(_counts(path)),
        tuple(BackupLedger(path).kept()),
    )


def _kek(path: Path, in_force: str) -> KekFile:
    try:
        found = read_kek(path).id
    except KekError as error:
        return KekFile(path, "", in_force=False, fault=str(error))
    return KekFile(path, found, in_force=found == in_force)


def _counts(path: Path) -> list[KeyCount]:
    database = sqlite3.connect(path, timeout=5)
    try:
        rows = database.execute(
            "SELECT kind, count(wrapped), count(*) - count(wrapped) FROM key GROUP BY kind"
        ).fetchall()
    finally:
        database.close()
    found = {kind: (present, destroyed) for kind, present, destroyed in rows}
    return [KeyCount(kind, *found.get(kind, (0, 0))) for kind in KeyKind]
