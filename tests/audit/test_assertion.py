"""WebAuthn assertions over acts: the vector, each demand, and what other people's code says of ours."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from webauthn import verify_authentication_response
from webauthn.helpers import bytes_to_base64url

from audit import act, note
from audit.assertion import (
    MAX_ASIG,
    MAX_CLIENT_DATA,
    Assertion,
    RelyingParty,
    challenge_of,
    check_assertion,
    has_gone_on,
)
from audit.entry import MAX_ENTRY_SIZE, Entry
from audit.errors import MalformedError, SignatureError
from audit.verifier import actor, assertion
from audit.verifier.entry import parse_leaf
from scenes.authenticator import AT, BE, BS, ED, UP, UV, Authenticator, base64url

FOLDER = Path(__file__).parent / "vectors"
VECTOR = json.loads((FOLDER / "assertion-v1.json").read_text())
ACT = json.loads((FOLDER / "act-v1.json").read_text())
PAGE = (Path(__file__).parents[2] / "docs" / "evidence-package.md").read_text(encoding="utf-8")
PARTY = RelyingParty(VECTOR["rp_id"], VECTOR["web_origin"])
PUBLIC_KEY = note.decode_base64(VECTOR["public_key"])
MESSAGE = ACT["signed_bytes"].encode()
HERE = RelyingParty("window.example", "https://hall.window.example")
KEY = Authenticator(5)


def entry(**changes) -> Entry:
    return Entry(**(ACT["entry"] | {"akey": VECTOR["akey"], "asig": VECTOR["asig"]} | changes))


def check(asig: str, message: bytes = MESSAGE) -> int:
    return check_assertion(KEY.spki, asig, message, HERE)


def test_the_assertion_is_the_vector():
    assert challenge_of(MESSAGE) == VECTOR["challenge"]
    assert act.key_id(PUBLIC_KEY) == VECTOR["akey"]
    made = Assertion.decode(VECTOR["asig"])
    assert made.authenticator_data.hex() == VECTOR["authenticator_data"]
    assert made.client_data.decode() == VECTOR["client_data"]
    assert made.signature.hex() == VECTOR["signature"]
    assert made.encode() == VECTOR["asig"]
    message = act.signed_bytes(ACT["origin"], entry())
    assert check_assertion(PUBLIC_KEY, VECTOR["asig"], message, PARTY) == VECTOR["counter"]


def test_the_page_shows_the_vector():
    for name in ("challenge", "akey", "asig", "public_key", "authenticator_data", "client_data"):
        assert VECTOR[name] in PAGE


def test_the_verifier_reads_the_same():
    leaf = parse_leaf(entry().encode(), "vector")
    facts = {"actor": leaf.members["actor"], "key": VECTOR["akey"], "kind": "webauthn"}
    facts |= {name: VECTOR[name] for name in ("public_key", "rp_id", "web_origin")}
    enrolment = Entry(
        type="actor.key_enrolled", t=1, mono=1, chain=f"log:{ACT['origin']}", seq=0, prev=None,
        actor=leaf.members["actor"], role="reviewer", facts=facts,
    )  # fmt: skip
    told = parse_leaf(enrolment.encode(), "vector")
    assert actor.enrolment_faults(told, ACT["origin"]) == []
    key = actor.enrolled_key(told)
    assert actor.is_signed_by(leaf, key, ACT["origin"])
    assert actor.assertion_faults(leaf, key, ACT["origin"]) == []
    ((expected, _),) = actor.assertion_faults(leaf, key, "other.example/log")
    assert expected.startswith("challenge")


def test_so_does_a_library_of_others():
    made, credential = Assertion.decode(VECTOR["asig"]), bytes_to_base64url(b"any")
    x, y = PUBLIC_KEY[-64:-32], PUBLIC_KEY[-32:]
    verified = verify_authentication_response(
        credential={
            "id": credential,
            "rawId": credential,
            "type": "public-key",
            "response": {
                "authenticatorData": bytes_to_base64url(made.authenticator_data),
                "clientDataJSON": bytes_to_base64url(made.client_data),
                "signature": bytes_to_base64url(made.signature),
            },
        },
        expected_challenge=note.decode_base64(VECTOR["challenge"].translate(URLSAFE) + "="),
        expected_rp_id=PARTY.id,
        expected_origin=PARTY.web_origin,
        credential_public_key=bytes.fromhex("a5010203262001215820") + x + b"\x22\x58\x20" + y,
        credential_current_sign_count=VECTOR["counter"] - 1,
        require_user_verification=True,
    )
    assert verified.new_sign_count == VECTOR["counter"]


URLSAFE = str.maketrans("-_", "+/")


def test_both_read_what_a_browser_may_add():
    asig = KEY.asserted(
        MESSAGE,
        flags=UP | UV | BE | BS | ED,
        rest=b"\xa1\x61a\x01",
        other_keys_can_be_added_here="do not compare clientDataJSON against a template",
        more={"of": ["this"]},
    )
    assert check(asig) == KEY.counter
    asked = assertion.RelyingParty(HERE.id, HERE.web_origin)
    assert assertion.assertion_of(asig).faults(MESSAGE, asked) == []


REFUSED = {
    "another act": {"challenge": base64url(bytes(32))},
    "no challenge": {"challenge": None},
    "a registration": {"type": "webauthn.create"},
    "another site": {"origin": "https://window.example"},
    "a site that ends alike": {"origin": "https://hall.window.example.evil"},
    "in a frame": {"crossOrigin": True},
    "in a frame of": {"topOrigin": "https://evil.example"},
    "the flag as a word": {"crossOrigin": "false"},
    "another relying party": {"rp_id": "example"},
    "nobody there": {"flags": UV},
    "nobody verified": {"flags": UP},
    "backed up against its word": {"flags": UP | UV | BS},
    "a key attested": {"flags": UP | UV | AT, "rest": bytes(18)},
    "bytes behind": {"rest": b"\xa0"},
    "no extensions": {"flags": UP | UV | ED},
    "extensions that are no map": {"flags": UP | UV | ED, "rest": b"\x01"},
    "no JSON": {"text": "{"},
    "a list": {"text": "[]"},
    "no number": {"text": '{"type":NaN}'},
    "too deep": {"more": [[[]]] * 20},
    "too long": {"more": "x" * MAX_CLIENT_DATA},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(changes):
    with pytest.raises((MalformedError, SignatureError)):
        check(KEY.asserted(MESSAGE, **changes))


def test_a_member_that_stands_twice_is_refused():
    said = KEY._client("webauthn.get", MESSAGE, {})
    for text in (said.replace("{", '{"type":"webauthn.get",'), said[:-1] + ',"a":{"b":1,"b":2}}'):
        with pytest.raises(MalformedError):
            check(KEY.asserted(MESSAGE, text=text))


def test_another_key_or_act_is_refused():
    asig = KEY.asserted(MESSAGE)
    with pytest.raises(SignatureError):
        check_assertion(Authenticator(6).spki, asig, MESSAGE, HERE)
    with pytest.raises(SignatureError):
        check(asig, MESSAGE + b"\n")


def test_a_changed_part_is_refused():
    made = Assertion.decode(KEY.asserted(MESSAGE))
    data, der = bytearray(made.authenticator_data), bytearray(made.signature)
    data[-1] ^= 1
    der[-1] ^= 1
    for changes in (
        {"authenticator_data": bytes(data)},
        {"authenticator_data": made.authenticator_data[:36]},
        {"client_data": made.client_data + b" "},
        {"signature": bytes(der)},
        {"signature": made.signature + b"\0"},
        {"signature": b""},
        {"signature": bytes(64)},
    ):
        with pytest.raises((MalformedError, SignatureError)):
            check(replace(made, **changes).encode())


@pytest.mark.parametrize("asig", ["", ".", "A.B.C", "AA==.AA==", "A" * (MAX_ASIG + 1)])
def test_what_is_no_assertion_is_refused(asig):
    with pytest.raises(MalformedError):
        Assertion.decode(asig)


def test_the_longest_that_is_taken_fits_an_entry():
    made = Assertion.decode(KEY.asserted(MESSAGE))
    room = MAX_CLIENT_DATA - len(made.client_data) - len(',"more":""')
    asig = KEY.asserted(MESSAGE, more="x" * room)
    assert len(Assertion.decode(asig).client_data) == MAX_CLIENT_DATA
    check(asig)
    assert len(entry(asig=asig).encode()) < MAX_ENTRY_SIZE / 10


@pytest.mark.parametrize(
    ("rp_id", "web_origin"),
    [
        ("window.example", "https://window.example"),
        ("window.example", "https://hall.window.example:8443"),
        ("localhost", "http://localhost:8080"),
        ("xn--fiq228c", "https://xn--fiq228c"),
    ],
)
def test_sites_that_can_be_one(rp_id, web_origin):
    RelyingParty(rp_id, web_origin)
    assert assertion.party_faults(assertion.RelyingParty(rp_id, web_origin)) == []


@pytest.mark.parametrize(
    ("rp_id", "web_origin"),
    [
        ("", "https://window.example"),
        ("example.com", "https://window.example"),
        ("dow.example", "https://window.example"),
        ("hall.window.example", "https://window.example"),
        ("Window.example", "https://Window.example"),
        ("window.example", "http://window.example"),
        ("window.example", "https://window.example/"),
        ("window.example", "https://window.example:443"),
        ("window.example", "https://window.example:x"),
        ("window.example", "https://u@window.example"),
        ("window.example", "window.example"),
        ("192.0.2.7", "https://192.0.2.7"),
        ("::1", "https://[::1]"),
        ("localhost", "http://127.0.0.1"),
        ("localhost", "http://localhost:80"),
        ("a..b", "https://a..b"),
    ],
)
def test_sites_that_can_be_none(rp_id, web_origin):
    with pytest.raises(MalformedError):
        RelyingParty(rp_id, web_origin)
    assert assertion.party_faults(assertion.RelyingParty(rp_id, web_origin)) != []


@pytest.mark.parametrize(
    ("counter", "last", "on"),
    [(0, 0, True), (1, 0, True), (2, 1, True), (1, 1, False), (0, 1, False)],
)
def test_counters(counter, last, on):
    assert has_gone_on(counter, last) is on
    assert assertion.has_gone_on(counter, last) is on
