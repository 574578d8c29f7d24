"""A witness's folder: its key, and what `audit.witness.witness` keeps beside it."""

import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from audit import cosignature, durable
from audit.cosignature import WitnessKey
from audit.errors import LogStateError
from audit.note import SigningKey, VerifyingKey
from audit.witness.witness import Witness, follow

KEY = "key"


class WitnessKeyError(LogStateError):
    """The witness's key is absent, readable by others, or damaged."""


def init_witness(folder: Path, name: str, logs: Iterable[VerifyingKey]) -> WitnessKey:
    """Makes the folder with a new key, and begins to follow `logs`; returns the public key.

    `name` is a URL without scheme that says whose witness this is (C2SP). Raises MalformedError
    for a bad name, FileExistsError if there is a key already.
    """
    key = SigningKey.generate(name)
    if not folder.is_dir():
        durable.make_directory(folder)
        folder.chmod(0o700)
    key.save(folder / KEY)
    # Crash here: a witness that follows nothing yet; `follow` goes on.
    for log in logs:
        follow(folder, log)
    return cosignature.witness_key(key)


def open_witness(folder: Path, logs: Iterable[VerifyingKey], now: Callable[[], int]) -> Witness:
    """Raises WitnessKeyError if the key cannot be used or others may read it, otherwise as
    `Witness` does.
    """
    return Witness(folder, load_key(folder), logs, now)


def load_key(folder: Path) -> SigningKey:
    path = folder / KEY
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        key = SigningKey.load(path)
    except (OSError, ValueError) as error:
        raise WitnessKeyError("the witness's key cannot be read: run `witness init`") from error
    if mode & 0o077:
        raise WitnessKeyError("the witness's key must be readable by its owner alone (mode 0600)")
    return key
