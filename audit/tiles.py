"""The log as files: hash tiles and entry bundles (c2sp.org/tlog-tiles).

A tile of level l holds up to 256 hashes of nodes at Merkle level 8 * l; an entry bundle holds the
entries whose leaf hashes stand in the level 0 tile of the same number.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from audit import merkle
from audit.entry import MAX_ENTRY_SIZE
from audit.errors import EntryTooLargeError, MalformedError, ProofError

WIDTH = 256
"""Hashes of a full tile, entries of a full bundle."""

HEIGHT = 8
"""Merkle levels a tile spans."""

CHECKPOINT = "checkpoint"
"""Path of the signed tree head."""

_LENGTH = struct.Struct(">H")
_CACHED_TILES = 64
_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?\Z"
)


@dataclass(frozen=True, slots=True)
class TileName:
    """What a path below a log's folder names: `level` is None for an entry bundle."""

    level: int | None
    number: int
    width: int

    @classmethod
    def parse(cls, path: str) -> Self:
        """Raises MalformedError unless `path` is what `path` of the result gives again."""
        match = _PATH.match(path)
        if match is None:
            raise MalformedError("no path of a tile")
        level, number, width = match.groups()
        name = cls(
            None if level == "entries" else int(level),
            int(number.replace("x", "").replace("/", "")),
            int(width) if width else WIDTH,
        )
        if not 0 < name.width <= WIDTH or name.path != path:
            raise MalformedError("no path of a tile")
        return name

    @property
    def path(self) -> str:
        if self.level is None:
            return bundle_path(self.number, self.width)
        return tile_path(self.level, self.number, self.width)

    @property
    def is_full(self) -> bool:
        return self.width == WIDTH

    def is_within(self, size: int) -> bool:
        """Whether a tree of `size` has all of it: only that much is the same for ever."""
        return self.width <= tile_width(size, self.level or 0, self.number)


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """`tile/<L>/<N>[.p/<W>]`."""
    return f"tile/{level}/{_number(number)}{_partial(width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """`tile/entries/<N>[.p/<W>]`."""
    return f"tile/entries/{_number(number)}{_partial(width)}"


def partial_directory(path: str) -> str:
    """Where the partial versions of the full tile or bundle at `path` lie."""
    return f"{path}.p"


def tile_width(size: int, level: int, number: int) -> int:
    """Hashes in that tile of a tree of `size`: 0 if there is no such tile, 256 if it is full."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def tile_paths(size: int) -> Iterator[str]:
    """Every hash tile of a tree of `size`, full and partial, level by level."""
    level = 0
    while hashes := size >> HEIGHT * level:
        for number in range(-(-hashes // WIDTH)):
            yield tile_path(level, number, tile_width(size, level, number))
        level += 1


def bundle_paths(size: int) -> Iterator[str]:
    """Every entry bundle of a tree of `size`."""
    for number in range(-(-size // WIDTH)):
        yield bundle_path(number, tile_width(size, 0, number))


def encode_bundle(entries: Iterable[bytes]) -> bytes:
    """Each entry after its length in two bytes. Raises EntryTooLargeError above 65,535."""
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY_SIZE:
            raise EntryTooLargeError(f"entry of {len(entry)} bytes, at most {MAX_ENTRY_SIZE}")
        parts += (_LENGTH.pack(len(entry)), entry)
    return b"".join(parts)


def decode_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises MalformedError if it is cut or holds more than 256."""
    entries: list[bytes] = []
    position = 0
    while position < len(data):
        start = position + _LENGTH.size
        if start > len(data) or len(entries) == WIDTH:
            raise MalformedError("entry bundle is cut or too long")
        (length,) = _LENGTH.unpack_from(data, position)
        position = start + length
        if position > len(data):
            raise MalformedError("entry bundle is cut")
        entries.append(data[start:position])
    return entries


def split_tile(data: bytes) -> list[bytes]:
    """The hashes of a tile. Raises MalformedError if their number is not whole or over 256."""
    count, rest = divmod(len(data), merkle.HASH_SIZE)
    if rest or count > WIDTH:
        raise MalformedError("tile is cut or too long")
    return [data[i : i + merkle.HASH_SIZE] for i in range(0, len(data), merkle.HASH_SIZE)]


class TileReader:
    """A tree of a fixed size, read from tiles wherever they lie.

    `read` gives the bytes at a path and raises FileNotFoundError if there are none. What tiles say
    is not believed by itself: compare `root()` with a checkpoint, or verify the proofs made here.
    Not for use by several threads at once.
    """

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        self.size = size
        self._read = read
        self._tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def root(self) -> bytes:
        return merkle.tree_root(self.size, self.node)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        return merkle.inclusion_proof(index, self._within(size), self.node)

    def consistency_proof(self, old: int, size: int | None = None) -> list[bytes]:
        return merkle.consistency_proof(old, self._within(size), self.node)

    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete node, as `merkle.NodeAt`."""
        tile_level, inner = divmod(level, HEIGHT)
        number, position = divmod(index << inner, WIDTH)
        hashes = self.tile(tile_level, number)[position : position + (1 << inner)]
        if len(hashes) != 1 << inner:
            raise ProofError(f"node {index} at level {level} is not complete at this size")
        return merkle.root_of(hashes)

    def tile(self, level: int, number: int) -> Sequence[bytes]:
        """The hashes of one tile, as many as a tree of this size has.

        Raises FileNotFoundError if it is gone, MalformedError if it holds fewer.
        """
        key = (level, number)
        hashes = self._tiles.get(key)
        if hashes is None:
            width = tile_width(self.size, level, number)
            hashes = split_tile(self._read_wide(tile_path, width, level, number))[:width]
            if len(hashes) != width:
                raise MalformedError("tile holds fewer hashes than its tree")
            if len(self._tiles) >= _CACHED_TILES:
                self._tiles.pop(next(iter(self._tiles)))
            self._tiles[key] = hashes
        return hashes

    def bundle(self, number: int) -> list[bytes]:
        """The entries of one bundle, each checked against its leaf hash.

        Raises FileNotFoundError if it is gone, MalformedError if it is cut, ProofError if an
        entry is not the one in the tree.
        """
        width = tile_width(self.size, 0, number)
        entries = decode_bundle(self._read_wide(bundle_path, width, number))[:width]
        if len(entries) != width:
            raise MalformedError("entry bundle holds fewer entries than its tree")
        for position, (entry, leaf) in enumerate(zip(entries, self.tile(0, number), strict=True)):
            if merkle.leaf_hash(entry) != leaf:
                raise ProofError(f"entry {number * WIDTH + position} is not the one in the tree")
        return entries

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The entries from `start` up to `end`, checked as in `bundle`."""
        end = self._within(end)
        for number in range(start // WIDTH, -(-end // WIDTH)):
            first = number * WIDTH
            yield from self.bundle(number)[max(0, start - first) : end - first]

    def entry(self, index: int) -> bytes:
        """Raises ProofError if the tree has no such entry; otherwise as `bundle`."""
        if not 0 <= index < self.size:
            raise ProofError(f"no entry {index} in a tree of size {self.size}")
        number, position = divmod(index, WIDTH)
        return self.bundle(number)[position]

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if size > self.size:
            raise ProofError(f"size {size} is beyond this tree of size {self.size}")
        return size

    def _read_wide(self, path: Callable[..., str], width: int, *where: int) -> bytes:
        if not width:
            raise FileNotFoundError(path(*where))
        try:
            return self._read(path(*where, width))
        except FileNotFoundError:
            # A partial tile may be gone as soon as the full one exists; that begins the same.
            if width == WIDTH:
                raise
            return self._read(path(*where))


def _number(number: int) -> str:
    # Groups of three digits, all but the last after an x, so that no file is also a directory.
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _partial(width: int) -> str:
    if not 0 < width <= WIDTH:
        raise MalformedError("a tile holds 1 to 256 hashes")
    return "" if width == WIDTH else f".p/{width}"
