"""Signed notes against the published examples of Go's sumdb/note and of C2SP."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import note
from audit.errors import AuditError, MalformedError, SignatureError
from audit.note import Note, SigningKey, VerifyingKey

PETER_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH_VKEY = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33W"
    "Wd1RvMc+QQ=\n"
)
PETER, ENOCH = VerifyingKey.parse(PETER_VKEY), VerifyingKey.parse(ENOCH_VKEY)
BOTH = (TEXT + "\n" + PETER_LINE + ENOCH_LINE).encode()

C2SP_EXAMPLE = """\
Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xM\
cXxj99ihAQwaqP3ZekRwNtIc=
"""


def test_published_keys():
    key = SigningKey.parse(PETER_SKEY)
    assert key.encode() == PETER_SKEY
    assert key.verifying_key == PETER
    assert PETER.vkey == PETER_VKEY
    assert PETER.key_id.hex() == "c74f20a3"


def test_published_signature():
    signed = note.sign(TEXT.encode(), SigningKey.parse(PETER_SKEY))
    assert signed.encode() == (TEXT + "\n" + PETER_LINE).encode()


def test_known_keys_verify_and_unknown_lines_are_ignored():
    parsed = Note.parse(BOTH)
    assert parsed.encode() == BOTH
    assert parsed.text == TEXT.encode()
    assert [item.name for item in parsed.verify([PETER])] == ["PeterNeumann"]
    assert [item.name for item in parsed.verify([ENOCH, PETER])] == ["PeterNeumann", "EnochRoot"]


def test_nobody_known_is_refused():
    with pytest.raises(SignatureError):
        Note.parse(BOTH).verify([])
    renamed = VerifyingKey("CarmenSandiego", PETER.public)
    with pytest.raises(SignatureError):
        Note.parse(BOTH).verify([renamed])


def test_a_known_key_that_fails_rejects_the_note():
    broken = ENOCH_LINE.replace("Xm2/5n2t", "Xm2/5n3t")
    data = (TEXT + "\n" + PETER_LINE + broken).encode()
    assert Note.parse(data).verify([PETER])
    with pytest.raises(SignatureError):
        Note.parse(data).verify([PETER, ENOCH])
    with pytest.raises(SignatureError):
        Note.parse(BOTH.replace(b"cryptography", b"Cryptography")).verify([PETER])


def test_c2sp_example_parses():
    parsed = Note.parse(C2SP_EXAMPLE.encode())
    assert parsed.text.endswith("ed è subito sera.\n".encode())
    assert parsed.signatures[0].name == "quasimodo.example/salvatore"
    assert parsed.encode() == C2SP_EXAMPLE.encode()


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        (TEXT + "\n").encode(),
        (TEXT + "\n" + PETER_LINE[:-1]).encode(),
        ("\x01" + TEXT + "\n" + PETER_LINE).encode(),
        ("\r\n" + TEXT + "\n" + PETER_LINE).encode(),
        b"\xff" + (TEXT + "\n" + PETER_LINE).encode(),
        (TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name")).encode(),
        (TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad+Name")).encode(),
        (TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "")).encode(),
        (TEXT + "\n" + PETER_LINE + "Unexpected line.\n").encode(),
        (TEXT + "\n— PeterNeumann x08goQ==\n").encode()[:-4] + b"\n",
        (TEXT + "\n— PeterNeumann x08gow==\n").encode(),
        (TEXT + "\n" + PETER_LINE.replace("nAM=", "nAN=")).encode(),
        (TEXT + "\n" + PETER_LINE * (note.MAX_SIGNATURES + 1)).encode(),
        (TEXT * 700 + "\n" + PETER_LINE).encode(),
        b"",
    ],
)
def test_malformed_notes_are_refused(data):
    with pytest.raises(MalformedError):
        Note.parse(data)


@given(st.binary(max_size=80))
def test_parsing_accepts_only_what_encoding_writes(data):
    for candidate in (data, TEXT.encode() + data, BOTH[: len(BOTH) - 30] + data):
        try:
            parsed = Note.parse(candidate)
        except MalformedError:
            continue
        assert parsed.encode() == candidate


@pytest.mark.parametrize("parse", [VerifyingKey.parse, SigningKey.parse])
def test_mangled_keys_are_refused(parse):
    key = PETER_VKEY if parse == VerifyingKey.parse else PETER_SKEY
    for start in range(len(key) + 1):
        for end in range(start + 1, len(key) + 1):
            if (start, end) != (0, len(key)):
                with pytest.raises(MalformedError):
                    parse(key[start:end])
    for position, sign in enumerate(key):
        with pytest.raises(MalformedError):
            parse(key[:position] + chr(ord(sign) + 1) + key[position + 1 :])


@pytest.mark.parametrize(
    "vkey",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_keys_of_another_size_or_type_are_refused(vkey):
    with pytest.raises(MalformedError):
        VerifyingKey.parse(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x00b"])
def test_bad_names_are_refused(name):
    with pytest.raises(MalformedError):
        SigningKey(name, Ed25519PrivateKey.generate())


@pytest.mark.parametrize("text", [b"", b"no newline", b"\xff\n", b"tab\t\n"])
def test_text_that_is_no_note_is_not_signed(text):
    with pytest.raises(MalformedError):
        SigningKey.generate("example.com/log").sign(text)


def test_a_key_file_is_for_its_owner_alone_and_never_overwritten(tmp_path):
    key = SigningKey.generate("example.com/log")
    path = tmp_path / "log-key"
    key.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path).encode() == key.encode()
    with pytest.raises(FileExistsError):
        SigningKey.generate("example.com/log").save(path)
    assert SigningKey.load(path).encode() == key.encode()
    assert [item.name for item in tmp_path.iterdir()] == ["log-key"]


def test_every_refusal_is_an_audit_error():
    assert issubclass(MalformedError, AuditError)
    assert issubclass(SignatureError, AuditError)
