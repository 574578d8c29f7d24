"""The desk and a verifier read assertions with code of their own, and must not differ in what they take."""

import pytest

from audit.assertion import MAX_AUTHENTICATOR_DATA, MAX_CLIENT_DATA, RelyingParty, check_assertion
from audit.errors import MalformedError, SignatureError
from audit.verifier import actor, assertion
from scenes.authenticator import ED, UP, UV, Authenticator, base64url

MESSAGE = b"yunchuang/act/v1\n"
KEY = Authenticator(5)
PARTY = (KEY.rp_id, KEY.web_origin)


def room(member: str) -> int:
    """Characters that one more member may have."""
    client = KEY.asserted(MESSAGE, **{member: ""}).split(".")[1]
    return MAX_CLIENT_DATA - len(assertion.from_base64(client))


def extended(size: int) -> dict[str, object]:
    """A CBOR map that fills authenticator data up to `size` bytes."""
    size -= assertion.FIXED + 6
    text = b"\xa1\x61a\x59" + size.to_bytes(2, "big") + bytes(size)
    return {"flags": UP | UV | ED, "rest": text}


TAKEN = {
    "plain": {},
    "clientDataJSON at its limit": {"more": "x" * room("more")},
    "authenticator data at their limit": extended(MAX_AUTHENTICATOR_DATA),
    "as deep as it may be": {"more": [[]] * 29 + [{}]},
    "not in a frame": {"crossOrigin": False},
}
REFUSED = {
    "clientDataJSON beyond its limit": {"more": "x" * (room("more") + 1)},
    "authenticator data beyond their limit": extended(MAX_AUTHENTICATOR_DATA + 1),
    "deeper": {"more": [[]] * 30 + [{}]},
    "much deeper": {"more": [[[]]] * 20},
    "no frame's page": {"topOrigin": None},
    "some frame's page": {"topOrigin": "https://evil.example"},
    "perhaps in a frame": {"crossOrigin": None},
    "in a frame": {"crossOrigin": True},
    "a mark before the text": {"text": '\ufeff{"type":"webauthn.get"}'},
    "a member twice, further in": {
        "text": KEY._client("webauthn.get", MESSAGE, {})[:-1] + ',"a":{"b":1,"b":2}}'
    },
    "another act": {"challenge": base64url(bytes(32))},
}


def at_the_desk(asig: str) -> bool:
    try:
        check_assertion(KEY.spki, asig, MESSAGE, RelyingParty(*PARTY))
    except (MalformedError, SignatureError):
        return False
    return True


def at_the_verifier(asig: str) -> bool:
    made = assertion.assertion_of(asig)
    public = actor.load_der_public_key(KEY.spki)
    asked = assertion.RelyingParty(*PARTY)
    return made is not None and made.is_by(public) and made.faults(MESSAGE, asked) == []


@pytest.mark.parametrize("changes", TAKEN.values(), ids=TAKEN)
def test_what_one_takes_the_other_takes(changes):
    asig = KEY.asserted(MESSAGE, **changes)
    assert at_the_desk(asig)
    assert at_the_verifier(asig)


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_what_one_refuses_the_other_refuses(changes):
    asig = KEY.asserted(MESSAGE, **changes)
    assert not at_the_desk(asig)
    assert not at_the_verifier(asig)


@pytest.mark.parametrize(
    ("rp_id", "web_origin"),
    [
        PARTY,
        ("hall.window.example", "https://hall.window.example:8443"),
        ("localhost", "http://localhost:8080"),
        ("a" * 63 + ".example", f"https://{'a' * 63}.example"),
        ("a" * 64 + ".example", f"https://{'a' * 64}.example"),
        ("window.example", "https://hall.window.example:443"),
        ("window.example", "https://hall.window.example:"),
        ("window.example", "https://hall.window.example/"),
        ("window.example", "HTTPS://hall.window.example"),
        ("window.example", "https://me@hall.window.example"),
        ("window.example", "http://hall.window.example"),
        ("dow.example", "https://hall.window.example"),
        ("-a.example", "https://-a.example"),
        ("127.0.0.1", "https://127.0.0.1"),
        ("", "https://"),
        (".".join(["a" * 50] * 6), f"https://{'.'.join(['a' * 50] * 6)}"),
    ],
)
def test_they_agree_for_whose_pages_a_key_may_be(rp_id, web_origin):
    try:
        RelyingParty(rp_id, web_origin)
    except MalformedError:
        taken = False
    else:
        taken = True
    faults = assertion.party_faults(assertion.RelyingParty(rp_id, web_origin))
    assert taken == (faults == [])
