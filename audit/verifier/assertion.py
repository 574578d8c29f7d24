"""What an authenticator signed, and the demands on it (W3C Web Authentication, section 7.2).

A second implementation; docs/evidence-package.md, "Signed by an authenticator", describes the form.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from audit.verifier.digest import from_base64, to_base64

MAX_CHARACTERS = 4_096
MAX_SIZES = (512, 1_536, 72)
"""Bytes of authenticator data, clientDataJSON and signature."""
MAX_BRACKETS = 32
"""`{` and `[` in clientDataJSON: how deep a reader can follow differs between readers."""
FIXED = 37
"""RP ID hash, flags and counter (6.1)."""
DEFAULT_PORTS = {"https": 443, "http": 80}
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)


class RelyingParty(NamedTuple):
    """The site whose pages alone the authenticator signs for."""

    id: str
    web_origin: str


def party_faults(party: RelyingParty) -> list[tuple[str, object]]:
    """(what is demanded, what was found): a secure web origin of a domain that is `id`, or under it."""
    try:
        url = urlsplit(party.web_origin)
        host, port = url.hostname or "", url.port
    except ValueError:
        return [("web_origin scheme://host[:port]", party.web_origin)]
    shown = host if port is None else f"{host}:{port}"
    faults: list[tuple[str, object]] = []
    if party.web_origin != f"{url.scheme}://{shown}" or port == DEFAULT_PORTS.get(url.scheme):
        faults.append(("web_origin scheme://host[:port]", party.web_origin))
    if url.scheme != "https" and (url.scheme, host) != ("http", "localhost"):
        faults.append(("a web_origin of https", party.web_origin))
    is_domain = len(party.id) <= 253 and _DOMAIN.fullmatch(party.id) is not None
    if not is_domain or f".{host}"[-len(party.id) - 1 :] != f".{party.id}":
        faults.append((f"an rp_id of {host}", party.id))
    return faults


@dataclass(frozen=True, slots=True)
class Assertion:
    """`client_data` are the bytes of clientDataJSON, `members` what they say, and `twice` the names
    that it says more than once.
    """

    authenticator_data: bytes
    client_data: bytes
    signature: bytes
    members: dict[str, object]
    twice: tuple[str, ...]

    @property
    def flags(self) -> int:
        return self.authenticator_data[32]

    @property
    def counter(self) -> int:
        return int.from_bytes(self.authenticator_data[33:FIXED], "big")

    def is_by(self, public: ec.EllipticCurvePublicKey) -> bool:
        """7.2 steps 19 and 20: whether ES256 over both parts verifies."""
        message = self.authenticator_data + sha256(self.client_data).digest()
        try:
            public.verify(self.signature, message, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True

    def faults(self, message: bytes, party: RelyingParty) -> list[tuple[str, object]]:
        """(what is demanded, what was found) of each rule that it breaks, signing for `message`."""
        asked = Asked(sha256(message).digest(), party)
        told = (rule(self, asked) for rule in RULES.values())
        return [fault for fault in told if fault is not None]


class Asked(NamedTuple):
    challenge: bytes
    party: RelyingParty


Fault = tuple[str, object]
Rule = Callable[[Assertion, Asked], Fault | None]
RULES: dict[str, Rule] = {}
"""By name; a test leaves one out and sees its case pass."""


def rule(name: str) -> Callable[[Rule], Rule]:
    return lambda function: RULES.setdefault(name, function)


@rule("members")
def _members(assertion: Assertion, _: Asked) -> Fault | None:
    """What is not known is let be; what is said twice could be read in two ways."""
    return ("each member once", " ".join(assertion.twice)) if assertion.twice else None


@rule("type")
def _type(assertion: Assertion, _: Asked) -> Fault | None:
    found = assertion.members.get("type")
    return None if found == "webauthn.get" else ("type webauthn.get", found)


@rule("challenge")
def _challenge(assertion: Assertion, asked: Asked) -> Fault | None:
    expected = urlsafe_b64encode(asked.challenge).decode("ascii").rstrip("=")
    found = assertion.members.get("challenge")
    return None if found == expected else (f"challenge {expected}", found)


@rule("origin")
def _origin(assertion: Assertion, asked: Asked) -> Fault | None:
    found = assertion.members.get("origin")
    expected = asked.party.web_origin
    return None if found == expected else (f"origin {expected}", found)


@rule("frame")
def _frame(assertion: Assertion, _: Asked) -> Fault | None:
    """In no frame of another site's page."""
    crossed = assertion.members.get("crossOrigin", False)
    if crossed is not False:
        return ("crossOrigin absent or false", crossed)
    top = assertion.members.get("topOrigin")
    return ("topOrigin absent", top) if "topOrigin" in assertion.members else None


@rule("rp_id")
def _rp_id(assertion: Assertion, asked: Asked) -> Fault | None:
    expected, found = sha256(asked.party.id.encode()).digest(), assertion.authenticator_data[:32]
    return None if found == expected else (f"rpIdHash {expected.hex()}", found.hex())


@rule("present")
def _present(assertion: Assertion, _: Asked) -> Fault | None:
    return None if assertion.flags & 0x01 else ("user present", f"flags {assertion.flags:02x}")


@rule("verified")
def _verified(assertion: Assertion, _: Asked) -> Fault | None:
    return None if assertion.flags & 0x04 else ("user verified", f"flags {assertion.flags:02x}")


@rule("backup")
def _backup(assertion: Assertion, _: Asked) -> Fault | None:
    """6.1.3: only what may be backed up is."""
    flags = assertion.flags
    return None if not flags & 0x10 or flags & 0x08 else ("BS only with BE", f"flags {flags:02x}")


@rule("form")
def _form(assertion: Assertion, _: Asked) -> Fault | None:
    """6.1: no attested key, and extensions (a CBOR map) if and only if the flag says so."""
    flags, rest = assertion.flags, assertion.authenticator_data[FIXED:]
    is_map = rest[:1] != b"" and rest[0] & 0xE0 == 0xA0
    if not flags & 0x40 and (is_map if flags & 0x80 else rest == b""):
        return None
    return ("authenticator data of an assertion", assertion.authenticator_data.hex())


def has_gone_on(counter: int, last: int) -> bool:
    """7.2 step 22; 0 for ever is said by authenticators that do not count (6.1.1)."""
    return counter > last or counter == last == 0


def assertion_of(asig: object) -> Assertion | None:
    """None for what is none: not three parts in their one form and within their limits, or no object
    in JSON.
    """
    parts = _parts(asig)
    if parts is None:
        return None
    authenticator_data, client_data, signature = parts
    twice: list[str] = []

    def collect(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for name, value in pairs:
            if name in found:
                twice.append(name)
            found[name] = value
        return found

    decoder = json.JSONDecoder(object_pairs_hook=collect, parse_constant=_no_constant)
    try:
        members = decoder.decode(client_data.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(members, dict):
        return None
    return Assertion(authenticator_data, client_data, signature, members, tuple(twice))


def _parts(asig: object) -> tuple[bytes, bytes, bytes] | None:
    if not isinstance(asig, str) or len(asig) > MAX_CHARACTERS:
        return None
    decoded = [from_base64(part) for part in asig.split(".")]
    parts = [part for part in decoded if part is not None]
    if len(parts) != 3 or ".".join(map(to_base64, parts)) != asig:
        return None
    if any(len(part) > most for part, most in zip(parts, MAX_SIZES, strict=True)):
        return None
    authenticator_data, client_data, signature = parts
    if len(authenticator_data) < FIXED or not _is_der(signature):
        return None
    if client_data.count(b"{") + client_data.count(b"[") > MAX_BRACKETS:
        return None
    return authenticator_data, client_data, signature


def _is_der(signature: bytes) -> bool:
    try:
        return encode_dss_signature(*decode_dss_signature(signature)) == signature
    except ValueError:
        return False


def _no_constant(text: str) -> None:
    raise ValueError(text)
