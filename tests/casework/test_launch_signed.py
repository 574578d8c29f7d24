"""What is taken for a launch, and what is not: form, signature, audience and time."""

import hmac
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from casework.launch.platform_key import read_key, stored_key
from casework.launch.signed import TYPE, launch_in, peek, verify
from casework.model.launch import MAX_LAUNCH_BYTES, MAX_LAUNCH_FIELDS
from casework.policy.launch_refusals import (
    LaunchMalformed,
    LaunchNotTrusted,
    LaunchOutOfTime,
    LaunchTooLarge,
    PlatformKeyUnfit,
)
from scenes.intake_platform import KID, ORIGIN, base64url, private_key, signed, unsigned

NOW_MS = 1_760_000_000_000
NOW_S = NOW_MS // 1_000
EC, ED = private_key("EC"), private_key("OKP")


def claims(**changed):
    made = {
        "iss": "intake.example",
        "aud": ORIGIN,
        "iat": NOW_S,
        "exp": NOW_S + 120,
        "jti": "01K0000000000000000000000A",
        "outlet": "01K0000000000000000000000B",
        "item": "SB-002",
        "ref": "PT-1",
        "fields": {"sqrxm": "群众甲"},
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def public(key):
    return read_key(json.dumps(key.as_dict(private=False)))


def checked(token, key=EC, now_ms=NOW_MS, audience=ORIGIN):
    return verify(peek(token.encode()), public(key), audience=audience, now_ms=now_ms)


@pytest.mark.parametrize(("key", "algorithm"), [(EC, "ES256"), (ED, "Ed25519"), (ED, "EdDSA")])
def test_a_launch_is_what_its_platform_signed(key, algorithm):
    token = signed(key, claims(window="1", clerk="101"), alg=algorithm)
    launch = checked(token, key)
    assert launch == launch_in(token)
    assert (launch.ref, launch.window, launch.clerk) == ("PT-1", "1", "101")
    assert launch.fields == {"sqrxm": "群众甲"}


def test_another_key_is_not_trusted():
    with pytest.raises(LaunchNotTrusted):
        checked(signed(private_key(), claims()))
    with pytest.raises(LaunchNotTrusted):
        checked(signed(private_key("OKP"), claims(), alg="Ed25519"), ED)


def test_a_key_is_used_with_its_own_algorithm_alone():
    with pytest.raises(LaunchNotTrusted):
        checked(signed(ED, claims(), alg="Ed25519"), EC)
    # The public key as a shared secret: the old trick.
    for secret in (EC.as_pem(private=False), json.dumps(EC.as_dict(private=False)).encode()):
        mac = hmac.new(secret, unsigned(claims(), "HS256").encode(), "sha256").digest()
        with pytest.raises(LaunchMalformed):
            checked(f"{unsigned(claims(), 'HS256')}.{base64url(mac)}")


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
@pytest.mark.parametrize("signature", ["", "AA"])
def test_a_launch_without_a_signature_is_refused(algorithm, signature):
    with pytest.raises(LaunchMalformed):
        checked(f"{unsigned(claims(), algorithm)}.{signature}")


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_changed_launch_is_refused(part):
    parts = signed(EC, claims()).split(".")
    other = signed(EC, claims(ref="PT-2")).split(".")
    parts[part] = signed(EC, claims(), kid="another").split(".")[0] if part == 0 else other[part]
    with pytest.raises(LaunchNotTrusted):
        checked(".".join(parts))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"crit": ["exp"]},
        {"b64": False, "crit": ["b64"]},
        {"jku": "https://keys.example"},
        {"jwk": {"kty": "EC"}},
        {"kid": 7},
        {"kid": "2026\0"},
        {"alg": "RS256"},
    ],
)
def test_the_header_says_three_things_and_no_more(header):
    parts = signed(EC, claims()).split(".")
    said = {"alg": "ES256", "kid": KID, "typ": TYPE, **header}
    parts[0] = base64url(json.dumps(said).encode())
    with pytest.raises(LaunchMalformed) as refused:
        peek(".".join(parts).encode())
    assert refused.value.details == {"field": "header"}


@pytest.mark.parametrize("token", [b"", b"a.b", b"a.b.c.d", b"..", b"\xff.a.a", "十.a.a".encode()])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(LaunchMalformed):
        peek(token)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ref": None}, "ref"),
        ({"ref": "x" * 81}, "ref"),
        ({"ref": "a\nb"}, "ref"),
        ({"item": "SB-002\0"}, "item"),
        ({"iss": "intake\0example"}, "iss"),
        ({"outlet": "0" * 25 + "\0"}, "outlet"),
        ({"window": "1\u202e"}, "window"),
        ({"fields": {"a\0": "x"}}, "fields"),
        ({"jti": "short"}, "jti"),
        ({"iat": "now"}, "iat"),
        ({"iat": 1.5}, "iat"),
        ({"exp": True}, "exp"),
        ({"outlet": "bank"}, "outlet"),
        ({"fields": {"a": 1}}, "fields"),
        ({"fields": {"a": {"b": "c"}}}, "fields"),
        ({"fields": {"": "x"}}, "fields"),
        ({"fields": {str(n): "x" for n in range(MAX_LAUNCH_FIELDS + 1)}}, "fields"),
        ({"fields": {"a": "x" * 2_001}}, "fields"),
        ({"fields": {"群众甲 990000": 7}}, "fields"),
        ({"surprise": "x"}, "surprise"),
        ({"x" * 1_000: "x"}, "x" * 40),
    ],
)
def test_a_claim_that_is_wrong_is_named(changed, field):
    with pytest.raises(LaunchMalformed) as refused:
        peek(signed(EC, claims(**changed)).encode())
    assert refused.value.details == {"field": field}


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"{",
        b'{"iss": NaN}',
        b'{"iss": "\\ud800"}',
        b"[" * 45_000,
        json.dumps(claims()).encode().replace(b'"ref"', b'"ref": "PT-0", "ref"'),
    ],
)
def test_a_payload_that_is_no_object_or_says_a_thing_twice_is_refused(payload):
    with pytest.raises(LaunchMalformed) as refused:
        peek(signed(EC, payload).encode())
    assert refused.value.details == {"field": "payload"}


def test_a_token_has_a_largest_size():
    with pytest.raises(LaunchTooLarge) as refused:
        peek(b"a" * (MAX_LAUNCH_BYTES + 1))
    assert refused.value.details == {"limit": MAX_LAUNCH_BYTES}


@pytest.mark.parametrize("audience", ["", "another.example/log"])
def test_a_launch_for_another_desk_is_not_trusted(audience):
    with pytest.raises(LaunchNotTrusted):
        checked(signed(EC, claims()), audience=audience)
    if not audience:
        with pytest.raises(LaunchMalformed):
            checked(signed(EC, claims(aud="")), audience="")


@pytest.mark.parametrize(
    ("times", "reason"),
    [
        ({"iat": NOW_S - 200, "exp": NOW_S - 30}, "expired"),
        ({"iat": NOW_S + 31, "exp": NOW_S + 60}, "future"),
        ({"exp": NOW_S + 301}, "life"),
        ({"exp": NOW_S}, "life"),
        ({"exp": NOW_S - 1}, "life"),
    ],
)
def test_the_time_has_to_hold(times, reason):
    with pytest.raises(LaunchOutOfTime) as refused:
        checked(signed(EC, claims(**times)))
    assert refused.value.details == {"reason": reason}


@pytest.mark.parametrize(
    "times",
    [{"iat": NOW_S - 200, "exp": NOW_S - 29}, {"iat": NOW_S + 30, "exp": NOW_S + 330}],
)
def test_a_clock_may_be_half_a_minute_off(times):
    assert checked(signed(EC, claims(**times))).ref == "PT-1"


class TestKeys:
    def test_pem_and_jwk_are_the_same_key(self):
        for key in (EC, ED):
            pem = key.as_pem(private=False).decode()
            assert read_key(pem) == public(key) == stored_key(read_key(pem).text)
            assert read_key(pem).thumbprint == key.thumbprint()

    def test_a_private_key_is_refused_by_name(self):
        for text in (json.dumps(EC.as_dict(private=True)), EC.as_pem(private=True).decode()):
            with pytest.raises(PlatformKeyUnfit) as refused:
                read_key(text)
            assert refused.value.details == {"reason": "private"}
        with pytest.raises(PlatformKeyUnfit) as refused:
            read_key('{"kty": "oct", "k": "c2VjcmV0"}')
        assert refused.value.details == {"reason": "private"}

    def test_other_kinds_are_refused(self):
        rsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = rsa_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        p384 = {"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA"}
        for text in (pem.decode(), json.dumps(p384), '{"kty": "OKP", "crv": "X25519", "x": "AA"}'):
            with pytest.raises(PlatformKeyUnfit) as refused:
                read_key(text)
            assert refused.value.details == {"reason": "kind"}
        private = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with pytest.raises(PlatformKeyUnfit):
            read_key(private.decode())

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "[]",
            "no key",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            '{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}',
            '{"kty": "EC", "crv": "P-256", "x": 7}',
            "x" * 4_001,
        ],
    )
    def test_what_is_no_key_is_refused(self, text):
        with pytest.raises(PlatformKeyUnfit) as refused:
            read_key(text)
        assert refused.value.details["reason"] in {"unreadable", "kind"}
