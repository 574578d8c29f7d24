"""Rotation of the key-encryption key: a new one, every key wrapped anew, the old one put away.

Crash points of one rotation:
  new KEK written and synced    the key file is under the old one; a KEK lies there that opens nothing
  all keys wrapped anew         one transaction of SQLite: the file is under the old KEK or the new
  (here)                        under the new one; the old KEK still lies beside it
The old KEK goes by a step of its own, since backups made under it still need it.
"""

from collections.abc import Sequence

from casework.keys.backup_ledger import KeyBackup
from casework.keys.kek import Kek, KekError, new_kek
from casework.keys.kek_files import KekFiles
from casework.keys.key_file import KeyFile


def rotate_kek(file: KeyFile, keks: KekFiles) -> Kek:
    """Returns the KEK now in force, durable together with every key under it.

    Run it at rest: another process that has the key file open goes on with the old KEK and creates
    keys under it that nobody opens. Raises KekError, StoreUnavailable or OSError.
    """
    kek = new_kek()
    keks.add(kek)
    # Crash here: the new KEK opens nothing yet, `remove_kek` takes it away.
    file.rewrap(kek)
    return kek


def remove_kek(
    file: KeyFile, keks: KekFiles, kek_id: str, needed_by: Sequence[KeyBackup] = ()
) -> None:
    """Removes the file of a KEK that is not in force: what is wrapped under it opens never again.

    `needed_by` are backups that are to stay of use. Raises KekError.
    """
    if kek_id == file.kek_id:
        raise KekError("this key-encryption key is in force: without it nothing opens")
    needing = [backup.id for backup in needed_by if backup.kek == kek_id]
    if needing:
        raise KekError(f"backups need this key-encryption key: {' '.join(needing)}")
    keks.remove(kek_id)
