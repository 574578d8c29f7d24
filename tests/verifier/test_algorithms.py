"""The second implementation against the first, against published vectors and its own format's."""

import json
import struct
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st
from scene import LOG_KEY, ORIGIN, Scene, node_at, trust

from audit import canonical, merkle, note
from audit.cosignature import cosign, witness_key
from audit.errors import MalformedError
from audit.package.recorded import part_key
from audit.verifier import jsonform
from audit.verifier.digest import hkdf_expand
from audit.verifier.merkle import (
    ProofMismatchError,
    Tree,
    root_from_inclusion,
    roots_from_consistency,
)
from audit.verifier.note import parse_checkpoint, parse_key
from audit.verifier.recording import INFO, Header, parse_part
from audit.verifier.report import UnreadableError
from audit.verifier.source import FolderSource
from audit.verifier.trust import parse_policy, signers

VECTOR = json.loads((Path(__file__).parent / "vectors" / "recording-v1.json").read_text())
LEAVES = [f"entry {number}".encode() for number in range(40)]


def root(size: int) -> bytes:
    return merkle.root_of(map(merkle.leaf_hash, LEAVES[:size]))


def test_trees_agree():
    tree = Tree()
    assert tree.root() == root(0)
    for size, leaf in enumerate(LEAVES, start=1):
        tree.add(merkle.leaf_hash(leaf))
        assert tree.root() == root(size)


def test_inclusion_agrees_and_every_other_place_is_refused():
    node = node_at(LEAVES)
    for size in (1, 2, 3, 7, 8, 9, 31, 40):
        for index in range(size):
            path = merkle.inclusion_proof(index, size, node)
            leaf = merkle.leaf_hash(LEAVES[index])
            assert root_from_inclusion(leaf, index, size, path) == root(size)
            for wrong in ([*path, bytes(32)], path[:-1] if path else [bytes(32)]):
                try:
                    assert root_from_inclusion(leaf, index, size, wrong) != root(size)
                except ProofMismatchError:
                    continue


def test_consistency_agrees():
    node = node_at(LEAVES)
    for new in (1, 2, 5, 8, 13, 40):
        for old in range(1, new + 1):
            path = merkle.consistency_proof(old, new, node)
            assert roots_from_consistency(old, new, path, root(old)) == (root(old), root(new))
            with pytest.raises(ProofMismatchError):
                roots_from_consistency(old, new, [*path, bytes(32)], root(old))
    for old, new in ((0, 3), (4, 3)):
        with pytest.raises(ProofMismatchError):
            roots_from_consistency(old, new, [], root(3))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text() | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_canonical_json_agrees(value):
    try:
        expected = canonical.encode(value)
    except MalformedError:
        expected = None
    assert jsonform.canonical(value) == expected


@settings(max_examples=200, deadline=None)
@given(JSON, st.sampled_from([None, 0, 1, ":", ","]))
def test_both_readers_accept_the_same_bytes(value, indent):
    separators = (", ", ": ") if indent == ":" else (",", ":")
    text = json.dumps(
        value, separators=separators, ensure_ascii=indent == ",", sort_keys=indent != 1
    )
    data = text.encode("utf-8", "surrogatepass")
    try:
        canonical.decode(data)
        accepted = True
    except MalformedError:
        accepted = False
    try:
        ours = jsonform.canonical(jsonform.parse(data, "x")) == data
    except UnreadableError:
        ours = False
    assert ours == accepted


def test_duplicate_keys_have_no_canonical_form():
    data = b'{"a":1,"a":1}'
    assert jsonform.canonical(jsonform.parse(data, "x")) != data


def test_the_recording_vector():
    part, key = VECTOR["part"], bytes.fromhex(VECTOR["call_key"])
    okm = hkdf_expand(part_key(key, part), INFO, 64)
    assert (okm[:32].hex(), okm[32:].hex()) == (VECTOR["aes_key"], VECTOR["commitment"])
    header = Header(VECTOR["call"], part, okm[32:])
    assert header.encode().hex() == VECTOR["header"]
    assert sha256(header.encode()).hexdigest() == VECTOR["header_sha256"]
    for seq, segment in enumerate(VECTOR["segments"]):
        aad = header.prefix + struct.pack(">Q", seq)
        assert aad.hex() == segment["aad"]
        sealed = AESGCM(okm[:32]).encrypt(
            seq.to_bytes(12, "big"), segment["plaintext"].encode(), aad
        )
        stored = struct.pack(">QI", seq, len(segment["plaintext"])) + sealed
        assert stored.hex() == segment["segment"]
        assert sha256(segment["record"].encode()).hexdigest() == segment["record_sha256"]


def test_the_reader_takes_the_recording_vector(tmp_path: Path):
    folder = tmp_path / "data" / "rec" / VECTOR["call"]
    folder.mkdir(parents=True)
    stored = bytes.fromhex(VECTOR["header"] + "".join(s["segment"] for s in VECTOR["segments"]))
    records = "".join(s["record"] for s in VECTOR["segments"]).encode()
    (folder / f"{VECTOR['part']}.bin").write_bytes(stored)
    (folder / f"{VECTOR['part']}.tsv").write_bytes(records)
    assert sha256(stored).hexdigest() == VECTOR["bin_sha256"]
    assert sha256(records).hexdigest() == VECTOR["tsv_sha256"]
    source = FolderSource(tmp_path)
    part = parse_part(source, lambda p: (tmp_path / p).read_bytes(), VECTOR["call"], VECTOR["part"])
    assert part.head(0) == VECTOR["header_sha256"]
    assert part.head(2) == VECTOR["segments"][1]["record_sha256"]
    assert [s.sha256 == s.record.sha256 for s in part.segments] == [True, True]
    assert [record.encode() == record.line for record in part.records] == [True, True]
    assert part.records[1].rtp == (97000, 191080, None, None)


def test_a_published_note_verifies():
    """The example of Go's sumdb note package (golang.org/x/mod/sumdb/note)."""
    key = parse_key("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert key is not None
    text = b"If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = note.decode_base64(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert signature[:4] == key.key_id
    assert key.verifies(signature[4:], text)
    assert not key.verifies(signature[4:], text + b"\n")


def test_witnesses_are_counted_and_a_quorum_is_kept(scene: Scene):
    keys = [note.SigningKey.generate(f"witness{number}.example") for number in range(3)]
    vkeys = [witness_key(key).vkey for key in keys]
    text = "".join(f"witness w{n} {vkey}\n" for n, vkey in enumerate(vkeys))
    text = f"# two of three\nlog {LOG_KEY.verifying_key.vkey}\n{text}group g 2 w0 w1 w2\nquorum g\n"
    policy = parse_policy(text.encode(), "policy")
    for count in range(4):
        scene.witnesses = [
            (None, lambda body, k=key: cosign(k, body, 1_800_000_000)) for key in keys[:count]
        ]
        checkpoint = parse_checkpoint(scene.checkpoint(LEAVES), "c")
        who = signers(checkpoint, trust(policy=policy))
        assert who.log is not None
        assert (len(who.cosigned), who.failed) == (count, ())
        assert policy.satisfied(who.cosigned) == (count >= 2)
    assert checkpoint.origin == ORIGIN
