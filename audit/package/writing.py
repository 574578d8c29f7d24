"""Writing a finished package as a folder or as a stored zip, durable and the same every time.

Both are their maker's alone (0700, 0600): a package holds what people said and signed.
"""

import os
import shutil
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from audit.durable import DISK, TEMPORARY_PREFIX
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


def write_folder(sealed: Sealed, path: Path) -> None:
    """Raises FileExistsError if `path` exists, OSError if writing fails; then nothing is left."""
    if path.exists():
        raise FileExistsError(f"{path} exists")
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{token_hex(8)}")
    try:
        temporary.mkdir(mode=0o700)
        folders = {temporary}
        for name, content in sorted(sealed.files.items()):
            target = temporary / name
            target.parent.mkdir(parents=True, exist_ok=True)
            folders |= {parent for parent in target.parents if temporary in parent.parents}
            with target.open("xb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                _sync(file)
        for folder in sorted(folders):
            DISK.sync_directory(folder)
        # Crash here: a temporary folder remains that nobody takes for a package.
        temporary.rename(path)
        DISK.sync_directory(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_zip(sealed: Sealed, path: Path) -> None:
    """Stored, sorted, dated 1980-01-01, without extra fields and comments.

    Raises FileExistsError if `path` exists, MalformedError if the package is too large for a zip
    of this form, OSError if writing fails; then nothing is left.
    """
    with _new_file(path) as file:
        central = b""
        for name, content in sorted(sealed.files.items()):
            header, entry = _headers(name, content, file.tell())
            file.write(header)
            for chunk in content.chunks():
                file.write(chunk)
            central += entry
        start, count = file.tell(), len(sealed.files)
        if start > ZIP_LIMIT or count > ZIP_FILES:
            raise MalformedError("too large for a zip; write a folder")
        file.write(central)
        file.write(_END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), start, 0))


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
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """A temporary file that becomes `path` once it is whole and synced."""
    if path.exists():
        raise FileExistsError(f"{path} exists")
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{token_hex(8)}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            yield file
            _sync(file)
        # link refuses to replace a file that came into being meanwhile.
        DISK.link(temporary, path)
        DISK.sync_directory(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
