import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import cosignature, merkle, note
from audit.checkpoint import Checkpoint, TreeHead, sign_checkpoint
from audit.errors import AuditError, MalformedError, ProofError, SignatureError
from audit.note import Note, SigningKey
from audit.proof_file import ProofFile

LOG = SigningKey.generate("example.com/log")
WITNESS = SigningKey.generate("example.com/witness")
LEAVES = [merkle.leaf_hash(b"%d" % index) for index in range(7)]


def node(level, index):
    return merkle.root_of(LEAVES[index << level : (index + 1) << level])


SIGNED = sign_checkpoint(Checkpoint(LOG.name, TreeHead(7, merkle.root_of(LEAVES))), LOG)
COSIGNED = Note(
    SIGNED.signed.text,
    (*SIGNED.signed.signatures, cosignature.cosign(WITNESS, SIGNED.signed.text, 1_788_000_000)),
)
PROOF = ProofFile(4, tuple(merkle.inclusion_proof(4, 7, node)), COSIGNED.encode())


def test_the_format_is_exactly_this():
    lines = [note.encode_base64(value) for value in PROOF.hashes]
    assert PROOF.encode().decode() == "\n".join(
        ["c2sp.org/tlog-proof@v1", "index 4", *lines, "", COSIGNED.encode().decode()]
    )


@pytest.mark.parametrize("extra", [None, b"", b"a", b"x" * 1000])
@pytest.mark.parametrize("index", range(7))
def test_every_leaf_is_proved_offline(index, extra):
    made = ProofFile(index, tuple(merkle.inclusion_proof(index, 7, node)), COSIGNED.encode(), extra)
    parsed = ProofFile.parse(made.encode())
    assert parsed == made
    signed = parsed.verify(LEAVES[index], LOG.verifying_key, [cosignature.witness_key(WITNESS)])
    assert signed.head.size == 7
    assert len(signed.cosignatures) == 1


def test_a_tree_of_one_needs_no_hashes():
    signed = sign_checkpoint(Checkpoint(LOG.name, TreeHead(1, LEAVES[0])), LOG)
    made = ProofFile(0, (), signed.encode())
    assert made.encode().startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nexample.com/log\n1\n")
    ProofFile.parse(made.encode()).verify(LEAVES[0], LOG.verifying_key)


def test_no_flipped_bit_verifies():
    data = ProofFile(4, PROOF.hashes, SIGNED.encode(), b"extra").encode()
    extra = range(data.index(b"extra"), data.index(b"index"))
    for position in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            try:
                ProofFile.parse(bytes(changed)).verify(LEAVES[4], LOG.verifying_key)
            except AuditError:
                continue
            # Extra data is authenticated by nothing, as the format says.
            assert position in extra


def test_another_leaf_index_or_log_is_refused():
    with pytest.raises(ProofError):
        PROOF.verify(LEAVES[5], LOG.verifying_key)
    with pytest.raises(ProofError):
        ProofFile(5, PROOF.hashes, PROOF.checkpoint).verify(LEAVES[4], LOG.verifying_key)
    other = SigningKey.generate("example.com/other").verifying_key
    with pytest.raises(SignatureError):
        PROOF.verify(LEAVES[4], other)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1\n", b"@v2\n"),
        (b"index 4", b"index 04"),
        (b"index 4", b"index -4"),
        (b"index 4", b"Index 4"),
        (b"index 4\n", b""),
        (b"index 4\n", b"extra YQ==\nextra YQ==\nindex 4\n"),
        (b"index 4\n", b"extra YQ\nindex 4\n"),
        (b"index 4\n", b"index 4\nYQ==\n"),
        (b"index 4\n", b"index 4\n" + b"bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=\n" * 64),
        (b"index 4\n", b"index 4\r\n"),
        (b"index 4\n", "index 4\n甲\n".encode()),
        (b"\n\n", b"\n"),
        (b"@v1\nindex 4\n", b"@v1\n\nindex 4\n"),
        (b"\xe2\x80\x94", b"-"),
    ],
)
def test_malformed_files_are_refused(old, new):
    data = PROOF.encode()
    assert old in data
    with pytest.raises(MalformedError):
        ProofFile.parse(data.replace(old, new))


@given(st.binary(max_size=60), st.integers(0, 400))
def test_parsing_accepts_only_what_encoding_writes(noise, at):
    data = PROOF.encode()
    candidate = data[:at] + noise + data[at:]
    try:
        parsed = ProofFile.parse(candidate)
    except MalformedError:
        return
    assert parsed.encode() == candidate
