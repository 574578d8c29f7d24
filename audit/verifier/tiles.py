"""Reading the files of a log folder (c2sp.org/tlog-tiles): hash tiles and entry bundles."""

import struct
from pathlib import Path

from audit.verifier.digest import HASH_SIZE
from audit.verifier.limits import MAX_ENTRY
from audit.verifier.report import UnreadableError

WIDTH = 256
HEIGHT = 8
"""Merkle levels a tile spans."""
_LENGTH = struct.Struct(">H")
MAX_BUNDLE = WIDTH * (MAX_ENTRY + _LENGTH.size)


class Tiles:
    """Tiles and bundles of the tree of `size`. A partial file that is gone because the log grew
    meanwhile is replaced by the beginning of the full one.
    """

    def __init__(self, root: Path, size: int) -> None:
        self._root = root
        self.size = size

    def numbers(self, level: int) -> range:
        """Of every tile of a level; level 0 also stands for bundles."""
        return range(-(-(self.size >> HEIGHT * level) // WIDTH))

    def width(self, level: int, number: int) -> int:
        """How many hashes that tile, or entries that bundle, has."""
        return min(WIDTH, (self.size >> HEIGHT * level) - number * WIDTH)

    def levels(self) -> range:
        """Tile levels of a tree of this size."""
        return range(-(-self.size.bit_length() // HEIGHT))

    def hashes(self, level: int, number: int) -> tuple[str, list[bytes]]:
        """(path, hashes) of one tile. Raises UnreadableError if it has not as many as it should."""
        width = self.width(level, number)
        path, data = self._read(f"tile/{level}", number, width, WIDTH * HASH_SIZE)
        if len(data) % HASH_SIZE or len(data) < width * HASH_SIZE:
            raise UnreadableError(path, f"{width} hashes", f"{len(data)} bytes")
        return path, [data[i : i + HASH_SIZE] for i in range(0, width * HASH_SIZE, HASH_SIZE)]

    def entries(self, number: int) -> tuple[str, list[bytes]]:
        """(path, entries) of one bundle. Raises UnreadableError if it has not as many as it should."""
        width = self.width(0, number)
        path, data = self._read("tile/entries", number, width, MAX_BUNDLE)
        entries, position = [], 0
        while position < len(data):
            if position + _LENGTH.size > len(data):
                raise UnreadableError(path, "a whole length", f"{len(data)} bytes")
            (length,) = _LENGTH.unpack_from(data, position)
            position += _LENGTH.size
            entries.append(data[position : position + length])
            position += length
        if position != len(data) or len(entries) < width:
            raise UnreadableError(path, f"{width} whole entries", f"{len(entries)}")
        return path, entries[:width]

    def _read(self, folder: str, number: int, width: int, limit: int) -> tuple[str, bytes]:
        full = f"{folder}/{_number(number)}"
        exact = full if width == WIDTH else f"{full}.p/{width}"
        path = exact if (self._root / exact).exists() else full
        try:
            with (self._root / path).open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise UnreadableError(exact, "the file", error.strerror) from error
        if len(data) > limit:
            raise UnreadableError(path, f"at most {limit} bytes", "more")
        return path, data


def _number(number: int) -> str:
    """1234067 -> x001/x234/067."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))
