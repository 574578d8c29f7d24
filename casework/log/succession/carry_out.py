"""Carries out a planned succession, once or again from wherever a crash left it.

Order and crash points. Each step is durable before the next begins, finds out whether it was done
already, and is the same when it is done again:
  plan written            nothing else is changed; no desk starts from here on
  new key                 beside the old one
  new log                 empty, beside the old one; its head is in the checkpoint store
  database                one transaction: `log.successor`, and every entry waits for the log again
  old log put aside       (here) there is no log at all; then the new one takes its name
  key                     the new one takes the name of the old one, which is gone with this. By the
                          name in the key file it is known that all of this was done
  entries                 in batches, as a desk logs them: see `casework.log.sequencer`
  plan removed            done
The old key signs nothing any more, not even a checkpoint: nobody need believe it after this.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from audit import durable
from audit.checkpoint_store import FileLockBackend
from audit.durable import DISK, Disk
from audit.errors import NotInitialisedError
from audit.log import MerkleLog
from audit.note import SigningKey, VerifyingKey
from casework.actor import SYSTEM
from casework.clock import Clock
from casework.data_dir import DIRECTORY_MODE, DataDir
from casework.keys.kek_files import KekFiles
from casework.keys.key_ring import KeyRing
from casework.keys.opening import open_key_file
from casework.log.sequencer import Sequencer
from casework.log.setup import LogKeyError, load_log_key
from casework.log.succession.earlier import first_successors
from casework.log.succession.ended import KEY, LOG, TIME_STAMPS, folder_of
from casework.log.succession.hand_on import HandOn, hand_on
from casework.log.succession.plan import Plan
from casework.store import migrate
from casework.store.engine import Store, open_store
from casework.store.writer import Writer

_NEXT_LOG, _NEXT_KEY = "log-next", "log-key-next"
_WRITING = 0o222


def carry_out(data: DataDir, plan: Plan, clock: Clock, *, disk: Disk = DISK) -> VerifyingKey:
    """The key of the new log. The caller holds the data directory.

    Raises KekError, LogStateError, StoreUnavailable or OSError; repeating it is always safe.
    """
    store = FileLockBackend(data.checkpoint_store, disk=disk)
    with _writer(data, clock) as (database, writer):
        if _key_in_force(data) != plan.origin:
            key = _new_key(data, plan, disk)
            _new_log(data, store, key, disk)
            earlier = first_successors(data.log, plan.old)
            command = HandOn(plan.origin, plan.successor, earlier)
            writer.run_sync(hand_on, command, actor=SYSTEM)
            _put_aside(data, plan, disk)
            # Crash here: the new log is in its place, and the old key beside it signs nothing.
            disk.rename(data.path / _NEXT_KEY, data.log_key)
        disk.sync_directory(data.path)
        key = load_log_key(data.log_key)
        with MerkleLog.open(data.log, store, key, disk=disk) as log:
            sequencer = Sequencer(database, writer, log)
            sequencer.turn()
    _make_read_only(folder_of(data, plan.old.name))
    # What witnesses said last was of the old log.
    data.witnesses.unlink(missing_ok=True)
    disk.unlink(data.succession)
    disk.sync_directory(data.path)
    return key.verifying_key


def _key_in_force(data: DataDir) -> str | None:
    try:
        return load_log_key(data.log_key).name
    except LogKeyError:
        return None


def _new_key(data: DataDir, plan: Plan, disk: Disk) -> SigningKey:
    path = data.path / _NEXT_KEY
    with suppress(FileExistsError):
        SigningKey.generate(plan.origin).save(path, disk=disk)
    # A killed process may have left a name that is not yet durable.
    disk.sync_directory(data.path)
    return load_log_key(path)


def _new_log(data: DataDir, store: FileLockBackend, key: SigningKey, disk: Disk) -> None:
    directory = data.path / _NEXT_LOG
    try:
        store.fetch(key.name)
    except NotInitialisedError:
        MerkleLog.init(directory, store, key, disk=disk).close()
    else:
        # Crash after this: it has its head and perhaps no checkpoint, or its place already.
        place = directory if directory.exists() else data.log
        MerkleLog.open(place, store, key, disk=disk).close()


def _put_aside(data: DataDir, plan: Plan, disk: Disk) -> None:
    """The old log goes to those that ended, with all that counts by its indices."""
    following, folder = data.path / _NEXT_LOG, folder_of(data, plan.old.name)
    durable.make_directory(folder, disk=disk)
    data.ended_logs.chmod(DIRECTORY_MODE)
    durable.write_file(folder / KEY, f"{plan.old.vkey}\n".encode(), mode=0o600, disk=disk)
    if not following.exists():
        return
    for source, name in ((data.time_stamps, TIME_STAMPS), (data.log, LOG)):
        if source.exists():
            _move(source, folder / name, disk)
    # Crash here: the next run finds no log, and the new one still beside it.
    _move(following, data.log, disk)


def _move(source: Path, target: Path, disk: Disk) -> None:
    disk.rename(source, target)
    disk.sync_directory(target.parent)
    disk.sync_directory(source.parent)


def _make_read_only(folder: Path) -> None:
    """Against a slip of the hand; it can be undone by whoever owns the files."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~_WRITING)


@contextmanager
def _writer(data: DataDir, clock: Clock) -> Iterator[tuple[Store, Writer]]:
    keys = KeyRing(open_key_file(data.keys, KekFiles(data.kek)))
    try:
        migrate.upgrade(data.database_url)
        store = open_store(data.database_url)
        writer = Writer(store, clock=clock, keys=keys)
        writer.start()
        try:
            yield store, writer
        finally:
            writer.stop()
            store.close()
    finally:
        keys.close()
