"""The right edge of a growing log: all that appending needs of the tree, held in memory."""

from collections.abc import Sequence

from audit import merkle, tiles
from audit.checkpoint import TreeHead
from audit.errors import AuditError, RollbackError
from audit.tiles import HEIGHT, WIDTH, TileReader


class Edge:
    """The partial tiles, the partial bundle and the peaks of a tree.

    Invariant: `_tiles[l]` holds the hashes after the last full tile of level l, `_bundle` the
    encoded entries after the last full bundle, `_peaks` the largest perfect subtrees.
    """

    def __init__(self) -> None:
        self.size = 0
        self._tiles: list[list[bytes]] = []
        self._bundle = bytearray()
        self._peaks: list[bytes] = []

    @classmethod
    def load(cls, reader: TileReader) -> "Edge":
        """The edge of the tree that `reader` reads.

        Raises FileNotFoundError or MalformedError as the reader does.
        """
        edge = cls()
        edge.size = size = reader.size
        level = 0
        while hashes := size >> HEIGHT * level:
            number = hashes // WIDTH
            edge._tiles.append(list(reader.tile(level, number)) if hashes % WIDTH else [])
            level += 1
        if size % WIDTH:
            edge._bundle += tiles.encode_bundle(reader.bundle(size // WIDTH))
        edge._peaks = [reader.node(level, index) for level, index in merkle.peaks_of(size)]
        return edge

    def copy(self) -> "Edge":
        edge = Edge()
        edge.size = self.size
        edge._tiles = [list(hashes) for hashes in self._tiles]
        edge._bundle = bytearray(self._bundle)
        edge._peaks = list(self._peaks)
        return edge

    def head(self) -> TreeHead:
        return TreeHead(self.size, merkle.fold(self._peaks))

    def extend(self, entries: Sequence[bytes]) -> dict[str, bytes]:
        """Add `entries`; the result is every tile and bundle that is new, by path.

        A tile that is still partial comes once, as it stands after the last entry. Raises
        EntryTooLargeError, and then the edge is spoilt: extend a copy.
        """
        files: dict[str, bytes] = {}
        touched: set[int] = set()
        for entry in entries:
            self._bundle += tiles.encode_bundle([entry])
            self._add_leaf(merkle.leaf_hash(entry), files, touched)
        if entries and self.size % WIDTH:
            path = tiles.bundle_path(self.size // WIDTH, self.size % WIDTH)
            files[path] = bytes(self._bundle)
        for level in sorted(touched):
            if hashes := self._tiles[level]:
                number = self.size >> HEIGHT * (level + 1)
                files[tiles.tile_path(level, number, len(hashes))] = b"".join(hashes)
        return files

    def _add_leaf(self, leaf: bytes, files: dict[str, bytes], touched: set[int]) -> None:
        self._peaks.append(leaf)
        self._add_hash(0, leaf, files, touched)
        level = 0
        while self.size >> level & 1:
            right = self._peaks.pop()
            self._peaks[-1] = merkle.node_hash(self._peaks[-1], right)
            level += 1
            if level % HEIGHT == 0:
                self._add_hash(level // HEIGHT, self._peaks[-1], files, touched)
        self.size += 1
        if self.size % WIDTH == 0:
            files[tiles.bundle_path(self.size // WIDTH - 1)] = bytes(self._bundle)
            self._bundle.clear()

    def _add_hash(
        self, level: int, value: bytes, files: dict[str, bytes], touched: set[int]
    ) -> None:
        if level == len(self._tiles):
            self._tiles.append([])
        hashes = self._tiles[level]
        hashes.append(value)
        touched.add(level)
        if len(hashes) == WIDTH:
            number = self.size >> HEIGHT * (level + 1)
            files[tiles.tile_path(level, number)] = b"".join(hashes)
            hashes.clear()


def load_verified(head: TreeHead, reader: TileReader) -> Edge:
    """The edge of the tree on disk, which must be the one `head` names.

    Raises RollbackError if tiles are missing, cut or lead to another root: the tree was restored
    from an older copy, or changed.
    """
    try:
        edge = Edge.load(reader)
    except (FileNotFoundError, AuditError) as error:
        raise RollbackError(f"the tree of size {head.size} is not whole on disk") from error
    if edge.head() != head:
        raise RollbackError(f"the tree of size {head.size} on disk has another root")
    return edge
