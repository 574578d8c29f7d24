"""A tree computed from its leaves up, kept as tiles keep it: the nodes of every eighth level."""

from audit.verifier.digest import HASH_SIZE
from audit.verifier.merkle import Tree, subtree_root
from audit.verifier.tiles import HEIGHT, WIDTH


class TileTree:
    """Grows by a tile at a time, which somebody else may have hashed.

    `_rows[l]` holds the hashes of tile level l, one after the other.
    """

    def __init__(self) -> None:
        self._rows = [bytearray()]

    @property
    def size(self) -> int:
        return len(self._rows[0]) // HASH_SIZE

    def add_tile(self, hashes: bytes, above: bytes | None) -> None:
        """The next leaf hashes: a full tile's, and the node above it, or the tree's last ones."""
        self._rows[0] += hashes
        level = 1
        while above is not None:
            if level == len(self._rows):
                self._rows.append(bytearray())
            row = self._rows[level]
            row += above
            tile = WIDTH * HASH_SIZE
            above = subtree_root(split(row[-tile:])) if len(row) % tile == 0 else None
            level += 1

    def hashes(self, level: int, start: int, count: int) -> list[bytes]:
        """As many of the nodes of that tile level as there are."""
        if level >= len(self._rows):
            return []
        return split(self._rows[level][start * HASH_SIZE : (start + count) * HASH_SIZE])

    def root(self, size: int) -> bytes | None:
        """Of the first `size` leaves; None if there are fewer."""
        if size > self.size:
            return None
        tree = Tree()
        for level in reversed(range(len(self._rows))):
            # What a higher level holds is taken from there.
            start = size >> HEIGHT * (level + 1) << HEIGHT
            for node in self.hashes(level, start, (size >> HEIGHT * level) - start):
                tree.add(node, HEIGHT * level)
        return tree.root()

    def root_between(self, start: int, count: int) -> bytes | None:
        """Of a tree of the `count` leaves from `start` on; None if there are fewer."""
        if start + count > self.size:
            return None
        tree = Tree()
        for leaf in self.hashes(0, start, count):
            tree.add(leaf)
        return tree.root()


def split(hashes: bytes | bytearray) -> list[bytes]:
    """Hashes that stand one after the other."""
    return [bytes(hashes[at : at + HASH_SIZE]) for at in range(0, len(hashes), HASH_SIZE)]
