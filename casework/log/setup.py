"""Making a log and opening it. Only `init_log` makes anything; a start-up never does."""

import stat
from pathlib import Path

from audit.checkpoint_store import FileLockBackend
from audit.entry import check_chain
from audit.errors import AlreadyInitialisedError, LogStateError
from audit.log import MerkleLog
from audit.note import SigningKey, VerifyingKey


class LogKeyError(LogStateError):
    """The log key is absent, readable by others, or damaged."""


def init_log(directory: Path, checkpoint_store: Path, key_file: Path, origin: str) -> VerifyingKey:
    """Makes key, checkpoint store and empty log; returns the key that others must trust.

    `origin` names the log for ever (a host name and a path without scheme, C2SP). Raises
    MalformedError for an origin that cannot be a chain's name, AlreadyInitialisedError, and nothing
    is written, if there is anything of a log already: its files, its key, any checkpoint store.
    """
    check_chain(f"log:{origin}")
    if key_file.exists():
        raise AlreadyInitialisedError(f"there is a log key already: {key_file.name}")
    if _holds_files(checkpoint_store):
        raise AlreadyInitialisedError("there is a checkpoint store already")
    if _holds_files(directory):
        raise AlreadyInitialisedError("the directory holds a log")
    key = SigningKey.generate(origin)
    key.save(key_file)
    # Crash here: a key that signed nothing. It must be removed by hand before another `log init`.
    MerkleLog.init(directory, FileLockBackend(checkpoint_store), key).close()
    return key.verifying_key


def _holds_files(directory: Path) -> bool:
    return directory.is_dir() and any(directory.iterdir())


def open_log(directory: Path, checkpoint_store: Path, key_file: Path) -> MerkleLog:
    """Opens the log for its one writer; see `MerkleLog.open` for what it raises.

    Raises LogKeyError if the key cannot be used or others may read it.
    """
    return MerkleLog.open(directory, FileLockBackend(checkpoint_store), load_log_key(key_file))


def load_log_key(path: Path) -> SigningKey:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        key = SigningKey.load(path)
    except (OSError, ValueError) as error:
        raise LogKeyError(f"the log key {path.name} cannot be read") from error
    if mode & 0o077:
        raise LogKeyError(f"{path.name} must be readable by its owner alone (mode 0600)")
    return key
