"""What an actor signs, byte for byte, and how a signature is held against it."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit import act
from audit.entry import Entry
from audit.errors import MalformedError, SignatureError
from audit.note import decode_base64

VECTOR = json.loads((Path(__file__).parent / "vectors" / "act-v1.json").read_text())
PUBLIC_KEY = decode_base64(VECTOR["public_key"])
SIGNATURE = decode_base64(VECTOR["asig"])
PAGE = (Path(__file__).parents[2] / "docs" / "evidence-package.md").read_text(encoding="utf-8")


def entry(**changes) -> Entry:
    return Entry(**(VECTOR["entry"] | changes))


def test_the_signed_bytes_are_the_vector():
    message = act.signed_bytes(VECTOR["origin"], entry())
    assert message.decode() == VECTOR["signed_bytes"]
    assert act.key_id(PUBLIC_KEY) == VECTOR["akey"]
    act.check_signature(PUBLIC_KEY, SIGNATURE, message)


def test_the_page_shows_the_vector():
    assert VECTOR["signed_bytes"] in PAGE
    assert VECTOR["akey"] in PAGE
    assert VECTOR["asig"] in PAGE
    assert VECTOR["public_key"] in PAGE


@pytest.mark.parametrize(
    "changes",
    [
        {"chain": "case:01JD00000000000000000000CX"},
        {"seq": 10},
        {"prev": "ab" * 32},
        {"type": "decision.prepared"},
        {"facts": {"call": "01JD00000000000000000000CB"}},
        {"facts": {"call": None}},
        {"c": VECTOR["entry"]["c"] | {"outcome": "00" * 32}},
        {"c": VECTOR["entry"]["c"] | {"more": "00" * 32}},
        {"c": {}},
    ],
)
def test_no_part_can_be_exchanged(changes):
    message = act.signed_bytes(VECTOR["origin"], entry(**changes))
    with pytest.raises(SignatureError):
        act.check_signature(PUBLIC_KEY, SIGNATURE, message)


def test_another_log_needs_another_signature():
    with pytest.raises(SignatureError):
        act.check_signature(PUBLIC_KEY, SIGNATURE, act.signed_bytes("other.example/log", entry()))


@pytest.mark.parametrize("signature", [b"", SIGNATURE[:63], SIGNATURE + b"\0"])
def test_a_signature_has_one_length(signature):
    with pytest.raises(MalformedError):
        act.check_signature(PUBLIC_KEY, signature, b"")


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64])
def test_numbers_out_of_range_verify_nothing(signature):
    with pytest.raises(SignatureError):
        act.check_signature(PUBLIC_KEY, signature, b"")


def spki(key) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def on_curve(identifier: bytes) -> bytes:
    """A key's form (RFC 5480 2) on a curve that not every library knows."""
    named = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06" + bytes([len(identifier)]) + identifier
    algorithm = b"\x30" + bytes([len(named)]) + named
    point = b"\x03\x2a\x00\x04" + bytes(40)
    return b"\x30" + bytes([len(algorithm + point)]) + algorithm + point


@pytest.mark.parametrize(
    "key",
    [
        on_curve(b"\x2b\x81\x04\x00\x08"),  # secp160r1
        on_curve(b"\x2a\x81\x1c\xcf\x55\x01\x82\x2d"),  # SM2
        on_curve(b"\x2a\x03\x04"),
        b"",
        b"no key",
        PUBLIC_KEY + b"\0",
        PUBLIC_KEY[:-1],
        PUBLIC_KEY[:-1] + bytes([PUBLIC_KEY[-1] ^ 1]),
        bytes(act.MAX_PUBLIC_KEY + 1),
        spki(ec.derive_private_key(7, ec.SECP384R1()).public_key()),
        spki(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
    ],
)
def test_other_keys_are_refused(key):
    with pytest.raises(MalformedError):
        act.check_public_key(key)
