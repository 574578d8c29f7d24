import hmac
import subprocess

import pytest

from audit import canonical, commitment
from audit.errors import MalformedError

KEY = bytes(range(32))
CHAIN = "case:01J8Z5K6Q7R8S9T0V1W2X3Y4Z5"


def test_the_key_is_exactly_hkdf_over_the_labelled_place():
    info = b"yunchuang/commit/v1\0" + CHAIN.encode() + b"\x0012\0applicant.name"
    extracted = hmac.digest(bytes(32), KEY, "sha256")
    expanded = hmac.digest(extracted, info + b"\x01", "sha256")
    derived = commitment.derive(KEY, CHAIN, 12, "applicant.name")
    assert derived == expanded
    assert derived.hex() == "bbfe1b7a59691966cb541c2f7d9eae4b6960c9bb694dbf43c8fe0c24f6672cc4"
    assert commitment.commit(derived, "群众甲".encode()).hex() == (
        "7f0288d4d7e892af77342d418060b00d2f9307926a067f48c33f6a0b98261571"
    )


def test_the_commitment_is_exactly_hmac():
    derived = commitment.derive(KEY, CHAIN, 0, "name")
    value = "群众甲".encode()
    assert commitment.commit(derived, value) == hmac.digest(derived, value, "sha256")
    assert commitment.commit_json(derived, {"a": 1}) == commitment.commit(
        derived, canonical.encode({"a": 1})
    )


def test_openssl_derives_the_same_key():
    info = b"yunchuang/commit/v1\0" + CHAIN.encode() + b"\x000\0name"
    output = subprocess.run(
        [
            "openssl", "kdf", "-keylen", "32", "-kdfopt", "digest:SHA256",
            "-kdfopt", f"hexkey:{KEY.hex()}", "-kdfopt", f"hexinfo:{info.hex()}", "HKDF",
        ],
        check=True, capture_output=True, timeout=30,
    ).stdout  # fmt: skip
    shown = bytes.fromhex(output.decode().replace(":", ""))
    assert shown == commitment.derive(KEY, CHAIN, 0, "name")


def test_another_place_has_another_key():
    places = [(CHAIN, 1, "a"), (CHAIN, 1, "b"), (CHAIN, 11, "a"), ("call:1", 1, "a")]
    keys = {commitment.derive(KEY, *place) for place in places}
    keys.add(commitment.derive(bytes(32), *places[0]))
    assert len(keys) == 5


def test_opening():
    derived = commitment.derive(KEY, CHAIN, 0, "name")
    made = commitment.commit(derived, b"value")
    assert commitment.opens(derived, b"value", made)
    assert not commitment.opens(derived, b"Value", made)
    assert not commitment.opens(commitment.derive(KEY, CHAIN, 1, "name"), b"value", made)


@pytest.mark.parametrize(
    "arguments",
    [
        (KEY[:31], CHAIN, 0, "name"),
        (KEY, CHAIN, -1, "name"),
        (KEY, "case:1\x000\0name", 0, "x"),
        (KEY, CHAIN, 0, ""),
        (KEY, CHAIN, 0, "姓名"),
        (KEY, "", 0, "name"),
    ],
)
def test_ambiguous_places_are_refused(arguments):
    with pytest.raises(MalformedError):
        commitment.derive(*arguments)
