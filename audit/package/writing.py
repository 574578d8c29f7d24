"""Writing a finished package as a folder or as a stored zip, durable and the same every time.

Both are their maker's alone (0700, 0600): a package holds what people said and signed.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from audit import durable
from audit.durable import DISK, TEMPORARY_PREFIX, Disk
from audit.errors import MalformedError
from audit.package.content import Content
from audit.package.sealing import Sealed

ZIP_LIMIT = 0xFFFF_FFFE
"""Bytes; beyond it a zip needs extra fields, which this form does not have: use a folder."""
ZIP_FILES = 0xFFFE

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION = 20
_DATE = (1 << 5) | 1  # 1980-01-01 in MS-DOS form


def write_folder(sealed: Sealed, path: Path, *, disk: Disk = DISK) -> None:
    """Raises FileExistsError if `path` exists, OSError if writing fails; then nothing is left."""
    if path.exists():
        raise FileExistsError(f"{path} exists")
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{token_hex(8)}")
    try:
        disk.make_directory(temporary)
        temporary.chmod(0o700)
        folders = {temporary}
        for name, content in sorted(sealed.files.items()):
            target = temporary / name
            durable.make_directory(target.parent, disk=disk)
            folders |= {parent for parent in target.parents if temporary in parent.parents}
            with _created(target, 0o644, disk) as descriptor:
                for chunk in content.chunks():
                    disk.append(descriptor, chunk)
        for folder in sorted(folders):
            disk.sync_directory(folder)
        # Crash here: a temporary folder remains that nobody takes for a package.
        disk.rename(temporary, path)
        # Crash here: the package may be there or not; nobody was told that it is.
        disk.sync_directory(path.parent)
    finally:
        disk.remove_tree(temporary)


def write_zip(sealed: Sealed, path: Path, *, disk: Disk = DISK) -> None:
    """Stored, sorted, dated 1980-01-01, without extra fields and comments.

    Raises FileExistsError if `path` exists, MalformedError if the package is too large for a zip
    of this form, OSError if writing fails; then nothing is left.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists")
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{token_hex(8)}")
    try:
        with _created(temporary, 0o600, disk) as descriptor:
            for chunk in _zipped(sealed):
                disk.append(descriptor, chunk)
        # link refuses to replace a file that came into being meanwhile.
        disk.link(temporary, path)
        disk.sync_directory(path.parent)
    finally:
        # What remains of it after a failure here nobody takes for a package.
        with suppress(OSError):
            disk.unlink(temporary)


def _zipped(sealed: Sealed) -> Iterator[bytes]:
    """The file in pieces. Raises MalformedError."""
    central, offset = b"", 0
    for name, content in sorted(sealed.files.items()):
        header, entry = _headers(name, content, offset)
        yield header
        yield from content.chunks()
        offset += len(header) + content.size
        central += entry
    count = len(sealed.files)
    if offset > ZIP_LIMIT or count > ZIP_FILES:
        raise MalformedError("too large for a zip; write a folder")
    yield central
    yield _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), offset, 0)


def _headers(name: str, content: Content, offset: int) -> tuple[bytes, bytes]:
    """(local header, central header). The content is read once more for its CRC, so that the
    local header can be written before it without seeking back.
    """
    crc = 0
    for chunk in content.chunks():
        crc = zlib.crc32(chunk, crc)
    raw, size = name.encode("ascii"), content.size
    if size > ZIP_LIMIT or offset > ZIP_LIMIT:
        raise MalformedError("too large for a zip; write a folder")
    common = (_VERSION, 0, 0, 0, _DATE, crc, size, size, len(raw))
    local = _LOCAL.pack(b"PK\x03\x04", *common, 0) + raw
    central = _CENTRAL.pack(b"PK\x01\x02", _VERSION, *common, 0, 0, 0, 0, 0, offset) + raw
    return local, central


@contextmanager
def _created(path: Path, mode: int, disk: Disk) -> Iterator[int]:
    """A new file to append to; synced at the end, and closed in any case."""
    descriptor = disk.create(path, b"", mode)
    try:
        yield descriptor
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
