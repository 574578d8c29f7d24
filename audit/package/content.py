"""File contents that need not fit in memory. They may be read any number of times and always give
the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from audit.errors import MalformedError

CHUNK = 1 << 20


class Content(Protocol):
    @property
    def size(self) -> int: ...

    def chunks(self) -> Iterator[bytes]:
        """All bytes in order. Raises OSError, and MalformedError if there are fewer than `size`."""


@dataclass(frozen=True, slots=True)
class Bytes:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def chunks(self) -> Iterator[bytes]:
        yield self.data


@dataclass(frozen=True, slots=True)
class FileStart:
    """The first `size` bytes of a file: a recording without its torn end."""

    path: Path
    size: int

    def chunks(self) -> Iterator[bytes]:
        left = self.size
        with self.path.open("rb") as file:
            while left:
                data = file.read(min(CHUNK, left))
                if not data:
                    raise MalformedError(f"{self.path.name} ends {left} bytes too early")
                left -= len(data)
                yield data


def whole_file(path: Path) -> FileStart:
    return FileStart(path, path.stat().st_size)


def sha256_hex(content: Content) -> str:
    state = sha256()
    for chunk in content.chunks():
        state.update(chunk)
    return state.hexdigest()
