"""Backups of the key file: a fresh file with the wrapped keys of one moment, and never the KEK.

What was destroyed before it was made is not in it, not even in unused pages: the file is written
anew, row by row. Restoring one leaves out what the log says was destroyed since.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from audit.durable import DISK, TEMPORARY_PREFIX, Disk
from casework.ids import new_id
from casework.keys.backup_ledger import BackupLedger, KeyBackup
from casework.keys.kek import Kek, KekError
from casework.keys.key_file import KeyKind
from casework.keys.key_table import kek_id_in, pages
from casework.keys.wrapping import unwrap

FORMAT = "yunchuang/key-backup/v1"


def write_backup(
    key_file: Path, out: Path, *, now_ms: int, expires_at_ms: int, disk: Disk = DISK
) -> KeyBackup:
    """Durable on return; safe beside a running desk.

    Raises FileExistsError if `out` exists, KekError without a key file, OSError.
    """
    if out.exists():
        raise FileExistsError(f"{out} is there already")
    kek_id = kek_id_in(key_file)
    backup = KeyBackup(new_id(), kek_id, now_ms, expires_at_ms, str(out.absolute()))
    # The list comes first: there is never a copy that no list names.
    BackupLedger(key_file).add(backup)
    # Crash here: the list names a file that is not there.
    facts = {
        "format": FORMAT,
        "backup": backup.id,
        "made_at_ms": str(now_ms),
        "expires_at_ms": str(expires_at_ms),
    }

    def sign(database: sqlite3.Connection) -> None:
        database.executemany("INSERT INTO about VALUES (?, ?)", facts.items())

    _copy(key_file, out, backup, sign, disk)
    return backup


def read_backup(path: Path) -> KeyBackup:
    """What a backup says of itself. Raises KekError if the file is none."""
    with _reading(path) as database:
        about = dict(database.execute("SELECT name, value FROM about").fetchall())
    if about.get("format") != FORMAT:
        raise KekError(f"{path.name} is no backup of a key file")
    return KeyBackup(
        about["backup"],
        about["kek"],
        int(about["made_at_ms"]),
        int(about["expires_at_ms"]),
        str(path.absolute()),
    )


def restore_backup(
    path: Path,
    key_file: Path,
    kek: Kek,
    destroyed: Iterable[tuple[KeyKind, str]],
    *,
    disk: Disk = DISK,
) -> KeyBackup:
    """Makes `key_file` from a backup; durable on return.

    Keys named in `destroyed` come out as destroyed, whatever the backup holds. Every other key is
    opened before anything is made. Raises KekError if one does not open or the backup is under
    another KEK, FileExistsError if there is a key file already, OSError.
    """
    backup = read_backup(path)
    if backup.kek != kek.id:
        raise KekError(f"the backup is under the key-encryption key {backup.kek}")
    with _reading(path) as database:
        for page in pages(database):
            for row in page:
                unwrap(kek, row)

    def bury(database: sqlite3.Connection) -> None:
        database.execute("DELETE FROM about WHERE name <> 'kek'")
        database.executemany(
            "INSERT INTO key VALUES (?, ?, ?, NULL, NULL)"
            " ON CONFLICT (kind, id) DO UPDATE SET nonce = NULL, wrapped = NULL",
            [(kind, id_, kek.id) for kind, id_ in destroyed],
        )

    _copy(path, key_file, backup, bury, disk)
    return backup


def remove_expired(key_file: Path, now_ms: int, *, disk: Disk = DISK) -> list[KeyBackup]:
    """Removes the files of backups that ran out, where they still lie where they were written.

    Returns every backup that ran out; those that are still `is_kept` lie elsewhere, and only people
    can remove them.
    """
    ledger = BackupLedger(key_file)
    return [
        _removed(ledger, backup, now_ms, disk)
        for backup in ledger.kept()
        if backup.has_run_out(now_ms)
    ]


def _removed(ledger: BackupLedger, backup: KeyBackup, now_ms: int, disk: Disk) -> KeyBackup:
    path = Path(backup.path)
    _unfinished(path, backup).unlink(missing_ok=True)
    try:
        found = read_backup(path).id
    except (KekError, OSError):
        return backup
    if found != backup.id:
        return backup
    disk.unlink(path)
    disk.sync_directory(path.parent)
    # Crash here: the list names a file that is gone. `mark_gone` says so.
    return ledger.mark_gone(backup.id, now_ms)


def _copy(
    source: Path,
    target: Path,
    backup: KeyBackup,
    change: Callable[[sqlite3.Connection], None],
    disk: Disk,
) -> None:
    """A fresh database of what `source` holds now, changed, synced, and only then named `target`."""
    temporary = _unfinished(target, backup)
    temporary.unlink(missing_ok=True)
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with _reading(source) as database:
            database.execute("VACUUM INTO ?", (str(temporary),))
        copy = sqlite3.connect(temporary, isolation_level=None)
        try:
            copy.execute("PRAGMA secure_delete=ON").fetchall()
            copy.execute("PRAGMA journal_mode=MEMORY").fetchall()  # a broken copy is thrown away
            change(copy)
        finally:
            copy.close()
        descriptor = os.open(temporary, os.O_RDONLY | os.O_CLOEXEC)
        try:
            disk.sync(descriptor)
        finally:
            os.close(descriptor)
        # link refuses to replace a file that came into being meanwhile.
        disk.link(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    disk.sync_directory(target.parent)


def _unfinished(target: Path, backup: KeyBackup) -> Path:
    """What a crash leaves of it: named by its backup, so that it goes with it."""
    return target.with_name(f"{TEMPORARY_PREFIX}{backup.id}")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise KekError(f"{path.name} is absent")
    database = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        yield database
    except sqlite3.DatabaseError as error:
        raise KekError(f"{path.name} cannot be read as keys: {error}") from error
    finally:
        database.close()
