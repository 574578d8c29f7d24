"""The key-encryption key: one file of base64 text, mode 0600, kept apart from every backup."""

import base64
import binascii
import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from audit.durable import DISK, Disk, create_file

KEK_BYTES = 32


class KekError(Exception):
    """The file is absent, readable by others, or no key; nothing is repaired by itself."""


@dataclass(frozen=True, slots=True)
class Kek:
    key: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Names the key without telling it: the first 8 bytes of a labelled hash, hex."""
        return hashlib.sha256(b"yunchuang/kek/v1\0" + self.key).hexdigest()[:16]


def create_kek(path: Path) -> Kek:
    """Writes a new key; raises FileExistsError rather than replace one."""
    kek = new_kek()
    write_kek(path, kek)
    return kek


def new_kek() -> Kek:
    return Kek(os.urandom(KEK_BYTES))


def write_kek(path: Path, kek: Kek, *, disk: Disk = DISK) -> None:
    """Durable on return; raises FileExistsError rather than replace one."""
    create_file(path, base64.b64encode(kek.key) + b"\n", mode=0o600, disk=disk)


def read_kek(path: Path) -> Kek:
    """Reads the key; raises KekError, also when group or others may read or write the file."""
    try:
        status = path.stat()
        text = path.read_bytes()
    except OSError as error:
        raise KekError(f"cannot read the key file {path.name}") from error
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KekError(f"{path.name} must be readable by its owner alone (mode 0600)")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise KekError(f"{path.name} is not base64") from error
    if len(key) != KEK_BYTES:
        raise KekError(f"{path.name} holds {len(key)} bytes instead of {KEK_BYTES}")
    return Kek(key)
