"""Proofs over logs of growing size: how long they are, and what they cost."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from audit import merkle
from audit.checkpoint import SignedCheckpoint
from audit.log import directory_reader, proof_files, read_published
from audit.note import VerifyingKey
from audit.tiles import TileReader
from audit.verifier.merkle import root_from_inclusion, roots_from_consistency

SAMPLES = 200
LINE_BYTES = 45
"""A hash of a proof in base64, with its newline."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of proofs of one kind: the most hashes and bytes, and median times."""

    hashes: int
    proof_bytes: int
    make_us: float
    verify_us: float


@dataclass(frozen=True, slots=True)
class _Proved:
    hashes: int
    proof_bytes: int
    make_s: float
    verify_s: float


def costs(folder: Path, key: VerifyingKey) -> Iterator[tuple[str, Cost]]:
    """Of inclusion and of consistency, for places anywhere in the log at `folder` / log.

    Each proof is made from tiles that nobody has read before, and verified by the second
    implementation. Raises ValueError for a proof that leads elsewhere.
    """
    signed, _ = read_published(folder / "log", key)
    size = signed.head.size
    dice = random.Random(3)
    places = sorted(dice.randrange(size) for _ in range(min(SAMPLES, size)))
    kinds: dict[str, Callable[[SignedCheckpoint, TileReader, int], _Proved]] = {
        "inclusion": _inclusion,
        "consistency": _consistency,
    }
    for kind, prove in kinds.items():
        found = [prove(signed, directory_reader(folder / "log", size), at) for at in places]
        yield (
            kind,
            Cost(
                hashes=max(one.hashes for one in found),
                proof_bytes=max(one.proof_bytes for one in found),
                make_us=1e6 * median(one.make_s for one in found),
                verify_us=1e6 * median(one.verify_s for one in found),
            ),
        )


def _inclusion(signed: SignedCheckpoint, reader: TileReader, index: int) -> _Proved:
    began = time.perf_counter()
    (proof,) = proof_files(signed, reader, [index])
    made = time.perf_counter()
    leaf = reader.node(0, index)
    ready = time.perf_counter()
    root = root_from_inclusion(leaf, index, signed.head.size, proof.hashes)
    done = time.perf_counter()
    if root != signed.head.root:
        raise ValueError("an inclusion proof leads elsewhere")
    return _Proved(len(proof.hashes), len(proof.encode()), made - began, done - ready)


def _consistency(signed: SignedCheckpoint, reader: TileReader, index: int) -> _Proved:
    """From the tree that ended with the entry at `index`."""
    old, size = index + 1, signed.head.size
    began = time.perf_counter()
    path = reader.consistency_proof(old)
    made = time.perf_counter()
    old_root = merkle.tree_root(old, reader.node)
    ready = time.perf_counter()
    roots = roots_from_consistency(old, size, path, old_root)
    done = time.perf_counter()
    if roots != (old_root, signed.head.root):
        raise ValueError("a consistency proof leads elsewhere")
    return _Proved(len(path), LINE_BYTES * len(path), made - began, done - ready)
