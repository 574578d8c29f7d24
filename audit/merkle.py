"""Merkle trees of RFC 9162 section 2.1 (the same as RFC 6962) with SHA-256.

A *node* at (level, index) is the root over the perfect subtree of leaves
index * 2^level up to (index + 1) * 2^level. Proofs are made from any function that yields nodes,
be it tiles on disk or a tree in memory.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

from audit.errors import ProofError

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
MAX_PROOF_HASHES = 63
"""A tree of fewer than 2^63 leaves needs no longer proof."""

NodeAt = Callable[[int, int], bytes]
"""(level, index) -> hash of that complete node."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root over leaf hashes in order; EMPTY_ROOT if there are none."""
    stack: list[bytes] = []
    for size, leaf in enumerate(leaf_hashes):
        stack.append(leaf)
        for _ in range(_trailing_ones(size)):
            right = stack.pop()
            stack[-1] = node_hash(stack[-1], right)
    return fold(stack)


def fold(peaks: Sequence[bytes]) -> bytes:
    """Root from the peaks of a tree: its largest perfect subtrees from left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def peaks_of(size: int) -> list[tuple[int, int]]:
    """(level, index) of the perfect subtrees that make up a tree of `size`, left to right."""
    peaks = []
    start = 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append((level, start >> level))
            start += 1 << level
    return peaks


def tree_root(size: int, node_at: NodeAt) -> bytes:
    return fold([node_at(level, index) for level, index in peaks_of(size)])


def inclusion_proof(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162 section 2.1.3.1, the leaf's sibling first.

    Raises ProofError if the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of size {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_root(middle, end, node_at))
            end = middle
        else:
            proof.append(_range_root(start, middle, node_at))
            start = middle
    proof.reverse()
    return proof


def consistency_proof(old: int, new: int, node_at: NodeAt) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 9162 section 2.1.4.1.

    Raises ProofError unless 0 < old <= new: every tree extends the empty one, so a proof from
    size 0 would say nothing.
    """
    if not 0 < old <= new:
        raise ProofError(f"no consistency proof from size {old} to {new}")
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range_root(middle, end, node_at))
            end = middle
        else:
            proof.append(_range_root(start, middle, node_at))
            start, whole = middle, False
    if not whole:
        proof.append(_range_root(start, end, node_at))
    proof.reverse()
    return proof


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """RFC 9162 section 2.1.3.2. Raises ProofError unless `leaf` stands at `index` under `root`."""
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of size {size}")
    _check_hashes(leaf, root, *proof)
    running = leaf
    for sibling, on_the_left in _climb(index, size - 1, proof):
        running = node_hash(sibling, running) if on_the_left else node_hash(running, sibling)
    if not hmac.compare_digest(running, root):
        raise ProofError("inclusion proof leads to another root")


def verify_consistency(
    old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """RFC 9162 section 2.1.4.2. Raises ProofError unless the new tree extends the old one.

    A proof from size 0 is refused: see `consistency_proof`.
    """
    if not 0 < old <= new:
        raise ProofError(f"no consistency proof from size {old} to {new}")
    _check_hashes(old_root, new_root, *proof)
    if old == new:
        if proof or not hmac.compare_digest(old_root, new_root):
            raise ProofError("equal sizes need equal roots and no proof")
        return
    # The climb begins at the last complete subtree of the old tree; where that is the whole old
    # tree, the proof leaves its hash out.
    level = _trailing_ones(old - 1)
    is_whole = old == 1 << level
    if not is_whole and not proof:
        raise ProofError("consistency proof is too short")
    first, path = (old_root, proof) if is_whole else (proof[0], proof[1:])
    old_running = new_running = first
    for sibling, on_the_left in _climb(old - 1 >> level, new - 1 >> level, path):
        if on_the_left:
            old_running = node_hash(sibling, old_running)
            new_running = node_hash(sibling, new_running)
        else:
            new_running = node_hash(new_running, sibling)
    if not hmac.compare_digest(old_running, old_root):
        raise ProofError("consistency proof leads to another old root")
    if not hmac.compare_digest(new_running, new_root):
        raise ProofError("consistency proof leads to another new root")


def _climb(position: int, last: int, path: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each hash of `path` with whether it stands to the left, from the node at `position` up.

    `last` is the rightmost position of the same level. Raises ProofError if `path` ends before
    the root or goes on after it.
    """
    for sibling in path:
        if last == 0:
            raise ProofError("proof is too long")
        on_the_left = position & 1 == 1 or position == last
        if on_the_left:
            # A node without a right neighbour rises until it has one on its left.
            while not position & 1:
                position >>= 1
                last >>= 1
        yield sibling, on_the_left
        position >>= 1
        last >>= 1
    if last != 0:
        raise ProofError("proof is too short")


def _range_root(start: int, end: int, node_at: NodeAt) -> bytes:
    # `start` is always a multiple of the largest power of two in the range, as RFC 9162 splits.
    peaks = peaks_of(end - start)
    return fold([node_at(level, (start >> level) + index) for level, index in peaks])


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << (size - 1).bit_length() - 1


def _trailing_ones(number: int) -> int:
    return (number ^ (number + 1)).bit_length() - 1


def _check_hashes(*hashes: bytes) -> None:
    if len(hashes) > MAX_PROOF_HASHES + 2:
        raise ProofError(f"more than {MAX_PROOF_HASHES} hashes in a proof")
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofError("a hash in a proof is not 32 bytes long")
