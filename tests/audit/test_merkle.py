"""Merkle trees against published vectors, against pymerkle, and by mutation.

The published JSON probes of transparency-dev/merkle are its base proofs, changed in the ways listed
in `inclusion_probes` and `consistency_probes`; here they are made from the same base proofs.
"""

import json
import random
from functools import cache
from pathlib import Path

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import merkle
from audit.errors import ProofError

VECTORS = json.loads((Path(__file__).parent / "vectors" / "merkle.json").read_text())
unhex = bytes.fromhex
LEAVES = [merkle.leaf_hash(unhex(leaf)) for leaf in VECTORS["leaves"]]
ROOTS = [unhex(root) for root in VECTORS["roots"]]
SOME_HASH = unhex(VECTORS["some_hash"])
LIMIT = 600


def entry(index):
    return b"entry %d" % index


@cache
def big_nodes():
    levels = [[merkle.leaf_hash(entry(index)) for index in range(LIMIT + 1)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = zip(below[::2], below[1::2], strict=False)
        levels.append([merkle.node_hash(left, right) for left, right in pairs])
    return levels


def big_node(level, index):
    return big_nodes()[level][index]


@cache
def big_root(size):
    return merkle.tree_root(size, big_node)


def published_node(level, index):
    return unhex(VECTORS["nodes"][level][index])


def test_hashes_as_published():
    leaf, node = VECTORS["leaf_hash"], VECTORS["node_hash"]
    assert merkle.leaf_hash(unhex(leaf["entry"])).hex() == leaf["hash"]
    assert merkle.node_hash(unhex(node["left"]), unhex(node["right"])).hex() == node["hash"]
    assert [leaf.hex() for leaf in LEAVES] == VECTORS["nodes"][0]


@pytest.mark.parametrize("size", range(9))
def test_roots_as_published(size):
    assert merkle.root_of(LEAVES[:size]) == ROOTS[size]
    assert merkle.tree_root(size, published_node) == ROOTS[size]


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_inclusion_proofs_as_published(vector):
    index, size = vector["index"], vector["size"]
    proof = merkle.inclusion_proof(index, size, published_node)
    assert [value.hex() for value in proof] == vector["proof"]
    merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("vector", VECTORS["consistency"])
def test_consistency_proofs_as_published(vector):
    old, new = vector["old"], vector["new"]
    proof = merkle.consistency_proof(old, new, published_node)
    assert [value.hex() for value in proof] == vector["proof"]
    merkle.verify_consistency(old, new, proof, ROOTS[old], ROOTS[new])


def flipped(proof, position, mask):
    changed = bytes([proof[position][0] ^ mask]) + proof[position][1:]
    return [*proof[:position], changed, *proof[position + 1 :]]


def inclusion_probes(leaf, index, size, proof, root):
    yield leaf, index - 1, size, proof, root
    yield leaf, index + 1, size, proof, root
    yield leaf, index ^ 2, size, proof, root
    yield leaf, index, size * 2, proof, root
    yield leaf, index, size // 2, proof, root
    yield b"WrongLeaf", index, size, proof, root
    yield leaf, index, size, proof, merkle.EMPTY_ROOT
    yield leaf, index, size, proof, SOME_HASH
    for extra in (b"", root):
        yield leaf, index, size, [*proof, extra], root
        yield leaf, index, size, [extra, *proof], root
    for position in range(len(proof)):
        yield leaf, index, size, flipped(proof, position, 8), root
    if proof:
        yield leaf, index, size, proof[:-1], root
    if len(proof) > 1:
        yield leaf, index, size, [proof[0], SOME_HASH, *proof[1:]], root


def consistency_probes(old, new, proof, old_root, new_root):
    yield old - 1, new, proof, old_root, new_root
    yield old + 1, new, proof, old_root, new_root
    yield old ^ 2, new, proof, old_root, new_root
    yield old, new * 2, proof, old_root, new_root
    yield old, new // 2, proof, old_root, new_root
    yield old, new, proof, b"WrongRoot", new_root
    yield old, new, proof, old_root, b"WrongRoot"
    yield old, new, proof, new_root, old_root
    yield old, new, [], old_root, new_root
    for extra in (b"", old_root, new_root):
        yield old, new, [*proof, extra], old_root, new_root
        yield old, new, [extra, *proof], old_root, new_root
    yield old, new, [proof[0], *proof], old_root, new_root
    yield old, new, proof[:-1], old_root, new_root
    for position in range(len(proof)):
        yield old, new, flipped(proof, position, 16), old_root, new_root


@pytest.mark.parametrize("vector", VECTORS["inclusion"])
def test_changed_inclusion_proofs_fail(vector):
    index, size, proof = vector["index"], vector["size"], [unhex(p) for p in vector["proof"]]
    for probe in inclusion_probes(LEAVES[index], index, size, proof, ROOTS[size]):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(*probe)


@pytest.mark.parametrize("vector", [v for v in VECTORS["consistency"] if v["proof"]])
def test_changed_consistency_proofs_fail(vector):
    old, new, proof = vector["old"], vector["new"], [unhex(p) for p in vector["proof"]]
    for probe in consistency_probes(old, new, proof, ROOTS[old], ROOTS[new]):
        with pytest.raises(ProofError):
            merkle.verify_consistency(*probe)


@pytest.mark.parametrize("hundred", range(0, LIMIT + 1, 100))
def test_proofs_of_every_size(hundred):
    for size in range(hundred, min(hundred + 100, LIMIT + 1)):
        check_proofs(size)


def check_proofs(size):
    root = big_root(size)
    assert root == merkle.root_of(big_nodes()[0][:size])
    # Every leaf of the smaller trees, a sample with both ends of the larger ones.
    sample = random.Random(size).sample(range(size), min(size, size if size <= 130 else 30))
    chosen = sorted({*sample, *range(size)[:2], *range(size)[-2:]})
    for index in chosen:
        leaf = big_node(0, index)
        proof = merkle.inclusion_proof(index, size, big_node)
        merkle.verify_inclusion(leaf, index, size, proof, root)
    for old in (index + 1 for index in chosen):
        proof = merkle.consistency_proof(old, size, big_node)
        merkle.verify_consistency(old, size, proof, big_root(old), root)


@given(st.data())
def test_no_changed_inclusion_proof_verifies(data):
    size = data.draw(st.integers(1, LIMIT))
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, big_node)
    for probe in inclusion_probes(big_node(0, index), index, size, proof, big_root(size)):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(*probe)


@given(st.data())
def test_no_changed_consistency_proof_verifies(data):
    new = data.draw(st.integers(2, LIMIT))
    old = data.draw(st.integers(1, new - 1))
    proof = merkle.consistency_proof(old, new, big_node)
    for probe in consistency_probes(old, new, proof, big_root(old), big_root(new)):
        with pytest.raises(ProofError):
            merkle.verify_consistency(*probe)


def test_sizes_and_hashes_out_of_range():
    leaf, root = LEAVES[0], ROOTS[1]
    for index, size in ((0, 0), (1, 0), (1, 1), (2, 1), (-1, 1)):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(leaf, index, size, [], root)
        with pytest.raises(ProofError):
            merkle.inclusion_proof(index, size, published_node)
    for old, new in ((0, 0), (0, 1), (1, 0), (2, 1), (-1, 1)):
        with pytest.raises(ProofError):
            merkle.verify_consistency(old, new, [], root, root)
        with pytest.raises(ProofError):
            merkle.consistency_proof(old, new, published_node)
    for proof in ([], [merkle.EMPTY_ROOT]):
        for roots in ((ROOTS[1], ROOTS[2]), (merkle.EMPTY_ROOT, ROOTS[1])):
            with pytest.raises(ProofError):
                merkle.verify_consistency(1, 1, proof, *roots)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(leaf, 0, 2**63 - 1, [leaf] * 66, root)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 7, 64, 255, 256, 257, 511, 600])
def test_roots_equal_pymerkle(size):
    peer = pymerkle.InmemoryTree(algorithm="sha256")
    for index in range(size):
        peer.append_entry(entry(index))
    assert peer.get_root(size) == big_root(size)
