"""Merkle trees of RFC 6962 2.1, written from its recursive definitions.

`audit.merkle` follows the iterative algorithms of RFC 9162 instead; the two meet only in tests.
"""

from collections.abc import Sequence
from hashlib import sha256

from audit.verifier.digest import node_hash

EMPTY_ROOT = sha256(b"").digest()


class ProofMismatchError(Exception):
    """A proof has the wrong number of hashes for its place in the tree."""


def split(size: int) -> int:
    """The largest power of two smaller than `size` (size > 1)."""
    return 1 << ((size - 1).bit_length() - 1)


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root of the tree of `size` in which `leaf` stands at `index`, by RFC 6962 2.1.1."""
    if not 0 <= index < size:
        raise ProofMismatchError(f"no leaf {index} in a tree of {size}")
    if size == 1:
        if path:
            raise ProofMismatchError("too many hashes")
        return leaf
    if not path:
        raise ProofMismatchError("too few hashes")
    left = split(size)
    if index < left:
        return node_hash(root_from_inclusion(leaf, index, left, path[:-1]), path[-1])
    return node_hash(path[-1], root_from_inclusion(leaf, index - left, size - left, path[:-1]))


def roots_from_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes
) -> tuple[bytes, bytes]:
    """(root of the old tree, root of the new tree) that `path` leads to, by RFC 6962 2.1.2."""
    if not 0 < old <= new:
        raise ProofMismatchError(f"no consistency from {old} to {new}")
    return _subproof(old, new, path, old_root)


def _subproof(
    old: int, new: int, path: Sequence[bytes], known: bytes | None
) -> tuple[bytes, bytes]:
    # `known` is the old root as long as the old tree is a whole left subtree (flag b of the RFC).
    if old == new:
        if known is not None and not path:
            return known, known
        if known is None and len(path) == 1:
            return path[0], path[0]
        raise ProofMismatchError("wrong number of hashes")
    if not path:
        raise ProofMismatchError("too few hashes")
    left, last = split(new), path[-1]
    if old <= left:
        old_root, new_root = _subproof(old, left, path[:-1], known)
        return old_root, node_hash(new_root, last)
    old_root, new_root = _subproof(old - left, new - left, path[:-1], None)
    return node_hash(last, old_root), node_hash(last, new_root)


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """The node above as many hashes as a power of two, such as those of a full tile."""
    while len(hashes) > 1:
        hashes = list(map(node_hash, hashes[::2], hashes[1::2]))
    return hashes[0]


class Tree:
    """Root of a growing tree, in memory that grows with the logarithm of its size."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def add(self, node: bytes, level: int = 0) -> None:
        """The next leaf hash, or the node above the next 2^level leaves; larger ones come first."""
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            node = node_hash(self._peaks.pop()[1], node)
            level += 1
        self._peaks.append((level, node))

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node
