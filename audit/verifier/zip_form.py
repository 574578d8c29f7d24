"""Stored zip, in one form only: every header field equals the value it must have.

Python's zipfile overlooks most changes of a header (156 of 594 one-bit flips went by when this was
tried), so the archive is not read with it. What is needed to find the files is taken from the
central directory; then all headers are built again from names and contents and compared.
"""

import io
import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from audit.verifier.limits import CHUNK, MAX_FILES, MAX_PATH
from audit.verifier.report import Finding, UnreadableError
from audit.verifier.source import is_safe_path

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
LOCAL_MAGIC, CENTRAL_MAGIC, END_MAGIC = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
VERSION = 20
DATE = (0 << 9) | (1 << 5) | 1
"""1980-01-01 in MS-DOS form: year since 1980, month, day."""


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    size: int
    crc: int
    offset: int

    @property
    def content(self) -> int:
        """Where the bytes begin; local headers have no extra field."""
        return self.offset + LOCAL.size + len(self.name)

    def local_header(self, crc: int) -> bytes:
        name = self.name.encode("ascii")
        fields = (LOCAL_MAGIC, VERSION, 0, 0, 0, DATE, crc, self.size, self.size, len(name), 0)
        return LOCAL.pack(*fields) + name

    def central_header(self, crc: int, offset: int) -> bytes:
        name = self.name.encode("ascii")
        sizes = (crc, self.size, self.size, len(name), 0, 0, 0, 0, 0, offset)
        return CENTRAL.pack(CENTRAL_MAGIC, VERSION, VERSION, 0, 0, 0, DATE, *sizes) + name


def looks_like_zip(path: Path) -> bool:
    """True if the beginning or the end is that of a zip: damage to one does not hide the other."""
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(max(0, path.stat().st_size - END.size))
        return start == LOCAL_MAGIC or file.read(4) == END_MAGIC


class ZipSource:
    """The files of a stored zip. Raises UnreadableError if they cannot be found at all."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._length = path.stat().st_size
        with path.open("rb") as file:
            self._directory, self._start = self._read_directory(file)
        self.members = tuple(self._parse(self._directory))
        # Overlapping members would let a small archive cost the reading of a large one.
        if sum(member.size for member in self.members) > self._start:
            raise UnreadableError(path.name, "members that do not overlap")
        self._by_name = {member.name: member for member in self.members}
        if len(self._by_name) != len(self.members):
            raise UnreadableError(path.name, "each name once in the zip")
        self.paths = tuple(sorted(self._by_name))

    def size(self, path: str) -> int:
        return self._by_name[path].size

    def open(self, path: str) -> BinaryIO:
        member = self._by_name[path]
        return io.BufferedReader(_Slice(self._path, member.content, member.size))

    def form_faults(self) -> Iterator[Finding]:
        """Every deviation from the one canonical form."""
        names = [member.name for member in self.members]
        if names != sorted(names):
            yield Finding(self._path.name, "members sorted by name", "another order")
        offset, directory = 0, b""
        with self._path.open("rb") as file:
            for member in self.members:
                crc = self._crc(member)
                file.seek(offset)
                expected = member.local_header(crc)
                if (found := file.read(len(expected))) != expected:
                    yield Finding(member.name, expected.hex(), found.hex())
                directory += member.central_header(crc, offset)
                offset += len(expected) + member.size
            file.seek(offset)
            count = len(self.members)
            sizes = (0, 0, count, count, len(directory), offset, 0)
            expected = directory + END.pack(END_MAGIC, *sizes)
            found = file.read(len(expected) + 1)
            if found != expected:
                at = next(
                    (i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b),
                    min(len(expected), len(found)),
                )
                yield Finding(
                    self._path.name,
                    f"central directory byte {at}: {expected[at : at + 16].hex()}",
                    found[at : at + 16].hex(),
                )

    def _read_directory(self, file: BinaryIO) -> tuple[bytes, int]:
        # No comment is allowed, so the end record is the last 22 bytes.
        file.seek(max(0, self._length - END.size))
        end = file.read(END.size)
        if len(end) != END.size or not end.startswith(END_MAGIC):
            raise UnreadableError(self._path.name, "an end record without comment", end.hex())
        _, _, _, _, count, size, start, _ = END.unpack(end)
        limit = MAX_FILES * (CENTRAL.size + MAX_PATH)
        if count > MAX_FILES or size > limit or start + size + END.size != self._length:
            raise UnreadableError(self._path.name, "a central directory before the end record")
        file.seek(start)
        return file.read(size), start

    def _parse(self, directory: bytes) -> Iterator[Member]:
        position = 0
        while position < len(directory):
            raw = directory[position : position + CENTRAL.size]
            if len(raw) != CENTRAL.size or not raw.startswith(CENTRAL_MAGIC):
                raise UnreadableError(self._path.name, "a central directory header", raw.hex())
            fields = CENTRAL.unpack(raw)
            method, crc, packed, size, name_size = fields[4], *fields[7:11]
            extra, comment, offset = fields[11], fields[12], fields[16]
            raw_name = directory[position + CENTRAL.size :][:name_size]
            name = raw_name.decode("latin-1")
            if not is_safe_path(name) or len(raw_name) != name_size:
                raise UnreadableError(name, "a safe path in the zip")
            # Stored only: what is not compressed cannot be a bomb.
            if method != 0 or packed != size or extra or comment:
                raise UnreadableError(name, "stored, without extra field and comment")
            if offset + LOCAL.size + name_size + size > self._start:
                raise UnreadableError(name, "content before the central directory")
            yield Member(name, size, crc, offset)
            position += CENTRAL.size + name_size

    def _crc(self, member: Member) -> int:
        crc = 0
        with self.open(member.name) as file:
            while chunk := file.read(CHUNK):
                crc = zlib.crc32(chunk, crc)
        return crc


class _Slice(io.RawIOBase):
    """Some bytes of a file, as a file."""

    def __init__(self, path: Path, start: int, size: int) -> None:
        super().__init__()
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._start, self._position, self._end = start, start, start + size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: self._start, io.SEEK_CUR: self._position, io.SEEK_END: self._end}
        self._position = min(max(base[whence] + offset, self._start), self._end)
        return self._position - self._start

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # typeshed's own alias
        data = os.pread(
            self._descriptor, min(len(buffer), self._end - self._position), self._position
        )
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()
