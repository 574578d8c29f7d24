import pytest

from audit import checkpoint, cosignature, merkle, note
from audit.checkpoint import Checkpoint, TreeHead, open_checkpoint, sign_checkpoint
from audit.errors import MalformedError, SignatureError
from audit.note import Note, SigningKey

# The example of c2sp.org/tlog-cosignature; its keys are not published, so only its form is checked.
C2SP_EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGz\
Gku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1\
nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""

LOG = SigningKey.generate("example.com/log")
WITNESS = SigningKey.generate("example.com/witness")
HEAD = TreeHead(3, merkle.root_of([merkle.leaf_hash(b"%d" % index) for index in range(3)]))
SIGNED = sign_checkpoint(Checkpoint("example.com/log", HEAD), LOG)


def cosigned(*lines):
    return Note(SIGNED.signed.text, SIGNED.signed.signatures + lines).encode()


def test_published_example_has_this_form():
    parsed = Note.parse(C2SP_EXAMPLE.encode())
    body = Checkpoint.parse_body(parsed.text)
    assert (body.origin, body.head.size) == ("example.com/behind-the-sofa", 20852163)
    assert body.body() == parsed.text
    assert len(parsed.signatures[0].signature) == 64
    assert cosignature.time_of(parsed.signatures[1]) == 1679315147
    assert cosignature.message(1679315147, parsed.text) == (
        b"cosignature/v1\ntime 1679315147\n" + parsed.text
    )


def test_a_checkpoint_opens_under_its_key_alone():
    opened = open_checkpoint(SIGNED.encode(), LOG.verifying_key)
    assert opened == SIGNED
    assert (opened.origin, opened.head) == ("example.com/log", HEAD)
    with pytest.raises(SignatureError):
        open_checkpoint(SIGNED.encode(), SigningKey.generate("example.com/log").verifying_key)


def test_no_flipped_bit_opens():
    data = SIGNED.encode()
    for position in range(len(data)):
        for bit in range(8):
            changed = bytearray(data)
            changed[position] ^= 1 << bit
            with pytest.raises((MalformedError, SignatureError)):
                open_checkpoint(bytes(changed), LOG.verifying_key)


def test_cosignatures_verify_and_tell_their_time():
    line = cosignature.cosign(WITNESS, SIGNED.signed.text, 1_788_000_000)
    key = cosignature.WitnessKey.parse(cosignature.witness_key(WITNESS).vkey)
    opened = open_checkpoint(cosigned(line), LOG.verifying_key, [key])
    assert opened.cosignatures == (line,)
    assert cosignature.time_of(opened.cosignatures[0]) == 1_788_000_000
    assert open_checkpoint(cosigned(line), LOG.verifying_key).cosignatures == ()


def test_a_cosignature_of_another_time_or_body_rejects_the_checkpoint():
    key = cosignature.witness_key(WITNESS)
    right = cosignature.cosign(WITNESS, SIGNED.signed.text, 7)
    later = note.Signature(right.name, right.key_id, (8).to_bytes(8, "big") + right.signature[8:])
    other = cosignature.cosign(WITNESS, b"other\n", 7)
    cut = note.Signature(right.name, right.key_id, right.signature[:-1])
    huge = note.Signature(right.name, right.key_id, b"\xff" * 8 + right.signature[8:])
    plain = note.Signature(right.name, right.key_id, WITNESS.sign_raw(SIGNED.signed.text))
    for line in (later, other, cut, huge, plain):
        with pytest.raises(SignatureError):
            open_checkpoint(cosigned(line), LOG.verifying_key, [key])
    with pytest.raises(MalformedError):
        cosignature.time_of(cut)


def test_witness_keys_are_not_log_keys():
    witness = cosignature.witness_key(WITNESS)
    assert witness.key_id != WITNESS.verifying_key.key_id
    with pytest.raises(MalformedError):
        note.VerifyingKey.parse(witness.vkey)
    with pytest.raises(MalformedError):
        cosignature.WitnessKey.parse(WITNESS.verifying_key.vkey)


def test_a_cosignature_does_not_stand_for_the_logs_signature():
    line = cosignature.cosign(WITNESS, SIGNED.signed.text, 7)
    data = Note(SIGNED.signed.text, (line,)).encode()
    with pytest.raises(SignatureError, match="log did not sign"):
        open_checkpoint(data, LOG.verifying_key, [cosignature.witness_key(WITNESS)])


def test_a_log_signs_its_own_origin_alone():
    with pytest.raises(MalformedError):
        sign_checkpoint(Checkpoint("example.com/other", HEAD), LOG)
    foreign = note.sign(Checkpoint("example.com/other", HEAD).body(), LOG).encode()
    with pytest.raises(SignatureError, match="another log"):
        open_checkpoint(foreign, LOG.verifying_key)


def test_extension_lines_are_kept():
    body = SIGNED.signed.text + b"more\n"
    assert Checkpoint.parse_body(body).extensions == ("more",)
    assert Checkpoint.parse_body(body).body() == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"origin\n1\n",
        b"origin\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        b"origin\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        "origin\n１\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".encode(),
        b"origin\n9999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        b"origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
        b"origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
        b"origin\n1\nCsUYapGG\n",
        b"\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        b"origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
        b"origin\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nmore\n",
        b"origin\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
        b"\xff\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
    ],
)
def test_malformed_bodies_are_refused(body):
    with pytest.raises(MalformedError):
        Checkpoint.parse_body(body)


def test_the_empty_head_has_the_empty_root():
    assert checkpoint.EMPTY_HEAD.root.hex().startswith("e3b0c442")
