"""Another implementation of C2SP tlog-tiles reads our logs, and finds what we find."""

from pathlib import Path

import pytest
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint

from audit import cosignature, merkle
from audit.checkpoint_store import FileLockBackend
from audit.log import MerkleLog
from audit.note import Note, SigningKey

KEY = SigningKey.generate("example.com/log")
SIZES = [1, 255, 256, 257, 700, 65_537]
"""After each batch: partial tiles, tiles that have just become full, and one at the third level."""


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> MerkleLog:
    folder = tmp_path_factory.mktemp("log")
    with MerkleLog.init(folder / "log", FileLockBackend(folder / "store"), KEY) as made:
        yield made


def entry(index: int) -> bytes:
    return b"entry %d" % index


@pytest.fixture(scope="module")
def grown(log: MerkleLog, tmp_path_factory) -> list[tuple[Checkpoint, TilesReader]]:
    """What the peer read at each size, from then on bound to that size."""
    found = []
    for size in SIZES:
        log.append([entry(index) for index in range(log.size, size)])
        reader = TilesReader(LocalBackend(Path(log._directory)))
        found.append((reader.get_checkpoint(), reader))
        assert reader.calculate_root_hash() == log.checkpoint.head.root
    return found


def test_it_accepts_every_checkpoint(grown):
    for size, (checkpoint, _) in zip(SIZES, grown, strict=True):
        assert (checkpoint.origin, checkpoint.size) == (KEY.name, size)
        checkpoint.verify(Vkey.from_string(KEY.verifying_key.vkey))


def test_it_refuses_a_checkpoint_of_another_key(grown):
    stranger = SigningKey.generate(KEY.name).verifying_key.vkey
    with pytest.raises(RuntimeError, match="no signature"):
        grown[-1][0].verify(Vkey.from_string(stranger))


def test_it_reads_every_entry_and_finds_our_proofs(grown, log: MerkleLog):
    checkpoint, reader = grown[-1]
    for index in (0, 1, 254, 255, 256, 511, 512, 699, 700, 65_535, 65_536):
        assert reader.get_entry(index) == entry(index)
        theirs = reader.get_inclusion_proof(index, checkpoint.size)
        assert tuple(theirs.node_hashes) == log.proof_file(index).hashes
        theirs.check(merkle.leaf_hash(entry(index)), checkpoint.root_hash)


def test_it_finds_our_consistency_proofs(grown, log: MerkleLog):
    newest, reader = grown[-1]
    for older, _ in grown[:-1]:
        theirs = reader.get_consistency_proof(older.size, newest.size)
        assert theirs.node_hashes == log.consistency_proof(older.size)
        theirs.check(older.root_hash, newest.root_hash)


def test_it_accepts_our_cosignatures(log: MerkleLog, grown):
    witness = SigningKey.generate("witness.example")
    note = Note.parse(log.checkpoint.encode())
    line = cosignature.cosign(witness, note.text, 1_900_000_000)
    cosigned = Checkpoint.from_text(Note(note.text, (*note.signatures, line)).encode().decode())
    cosigned.verify(Vkey.from_string(cosignature.witness_key(witness).vkey))
    assert [one.name for one in cosigned.signatures] == [KEY.name, "witness.example"]
