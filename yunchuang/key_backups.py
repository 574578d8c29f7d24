"""Backups of the key file, taken and brought back into an installation at rest."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from audit.errors import AuditError
from audit.log import read_published
from casework.data_dir import DIRECTORY_MODE, DataDir
from casework.keys.backup import read_backup, restore_backup
from casework.keys.backup_ledger import KeyBackup
from casework.keys.kek import Kek, KekError, read_kek
from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyKind
from casework.keys.key_table import key_names
from casework.log.destroyed import DestroyedKey, destroyed_in_database, destroyed_in_log
from casework.log.setup import load_log_key
from casework.log.succession.ended import ended_logs
from casework.store.engine import open_store
from casework.store.schema_log import chain


@dataclass(frozen=True, slots=True)
class RestoredKeys:
    """`without_key` are chains begun after the backup was made: what they sealed is lost."""

    backup: KeyBackup
    destroyed: int
    without_key: Sequence[str]


def restore_keys(
    data: DataDir, path: Path, kek_file: Path | None, now_ms: int, *, although_run_out: bool
) -> RestoredKeys:
    """Puts a key file where there is none; what the log or the database say was destroyed stays so.

    `kek_file` is the KEK as it was kept apart; None if it lies in its place. Raises DataDirError
    while a desk runs, KekError, FileExistsError, audit.errors.AuditError, OSError.
    """
    data.check()
    with data.held():
        backup = read_backup(path)
        if backup.has_run_out(now_ms) and not although_run_out:
            raise KekError("the backup ran out; `--although-run-out` restores it all the same")
        data.keys.parent.mkdir(mode=DIRECTORY_MODE, exist_ok=True)
        kek = _kek(KekFiles(data.kek), kek_file, backup)
        destroyed, chains = _known(data)
        restore_backup(path, data.keys, kek, sorted(destroyed))
        have = key_names(data.keys)
    missing = [name for name in chains if tuple(name.split(":", 1)) not in have]
    return RestoredKeys(backup, len(destroyed), missing)


def _kek(keks: KekFiles, kek_file: Path | None, backup: KeyBackup) -> Kek:
    if kek_file is None:
        return keks.find(backup.kek)
    kek = read_kek(kek_file)
    if kek.id == backup.kek and all(read_kek(path).id != kek.id for path in keks.paths()):
        keks.add(kek)
    return kek


def _known(data: DataDir) -> tuple[set[DestroyedKey], list[str]]:
    """Keys that are destroyed, and the chains that had one, as far as database and log know."""
    _, reader = read_published(data.log, load_log_key(data.log_key).verifying_key)
    gone = destroyed_in_log(reader)
    for ended in ended_logs(data):
        # What a rolled-back database lost may stand in the log that ended; one that is lost itself
        # can be asked no more.
        with suppress(OSError, AuditError):
            _, reader = read_published(ended.directory, ended.key)
            gone |= destroyed_in_log(reader)
    store = open_store(data.database_url)
    try:
        with store.reading() as conn:
            destroyed = destroyed_in_database(conn)
            chains = [row.chain for row in conn.execute(select(chain.c.chain))]
    finally:
        store.close()
    kinds = {KeyKind.CASE, KeyKind.CALL}
    return (
        destroyed | gone,
        [name for name in chains if name.partition(":")[0] in kinds],
    )
