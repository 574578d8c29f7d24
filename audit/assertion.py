"""WebAuthn assertions over acts, as the entry carries them (W3C Web Authentication, section 7.2).

The challenge is SHA-256 of the bytes that a key of another kind would sign (`act.signed_bytes`). What
the browser adds to them (`clientDataJSON`) and the authenticator (`authenticatorData`) is kept in
`asig` byte for byte, since the signature is over both. The verifier has a reader of its own.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import NoReturn, Self
from urllib.parse import urlsplit

from audit import act
from audit.errors import MalformedError, SignatureError
from audit.note import decode_base64, encode_base64

MAX_AUTHENTICATOR_DATA = 512
MAX_CLIENT_DATA = 1_536
MAX_SIGNATURE = 72
MAX_ASIG = 4_096
"""Characters, as an entry allows; all parts at their limits make 2,830."""

_FIXED = 37
"""Bytes of authenticator data without extensions (6.1): RP ID hash, flags, counter."""
_UP, _UV, _BE, _BS, _AT, _ED = (1 << bit for bit in (0, 2, 3, 4, 6, 7))
_CBOR_MAP = 5
_MAX_BRACKETS = 32
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?\Z"
)
_LOCAL = "localhost"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Whom a key was made for: `id` a domain, `web_origin` scheme, host and port of the pages.

    Raises MalformedError unless the origin is a secure one of that domain (5.1.3 step 8; of http
    only `localhost`), in the form in which browsers tell it (RFC 6454 6.2).
    """

    id: str
    web_origin: str

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.web_origin)
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise MalformedError("not a web origin") from error
        default = {"https": 443, "http": 80}.get(parts.scheme)
        told = host if port is None or port == default else f"{host}:{port}"
        if self.web_origin != f"{parts.scheme}://{told}":
            raise MalformedError("not a web origin as browsers tell it")
        if not _DOMAIN.match(self.id) or not (host == self.id or host.endswith(f".{self.id}")):
            raise MalformedError("the relying party is no domain of the origin")
        if parts.scheme != "https" and (parts.scheme, host) != ("http", _LOCAL):
            raise MalformedError("the origin is not secure")


@dataclass(frozen=True, slots=True)
class Assertion:
    """`client_data` are the bytes of clientDataJSON; `signature` is r and s in DER (6.5.6)."""

    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def encode(self) -> str:
        """The `asig` of an entry: the three parts in base64, joined by dots."""
        parts = (self.authenticator_data, self.client_data, self.signature)
        return ".".join(map(encode_base64, parts))

    @classmethod
    def decode(cls, asig: str) -> Self:
        """Raises MalformedError unless `encode` would give exactly `asig` again."""
        if len(asig) > MAX_ASIG:
            raise MalformedError(f"an assertion has at most {MAX_ASIG} characters")
        parts = asig.split(".")
        if len(parts) != 3:
            raise MalformedError("an assertion has three parts")
        result = cls(*map(decode_base64, parts))
        limits = (MAX_AUTHENTICATOR_DATA, MAX_CLIENT_DATA, MAX_SIGNATURE)
        found = (result.authenticator_data, result.client_data, result.signature)
        if any(len(part) > limit for part, limit in zip(found, limits, strict=True)):
            raise MalformedError("a part of the assertion is too long")
        return result


def challenge_of(message: bytes) -> str:
    """base64url without padding, as clientDataJSON has it (5.8.1)."""
    return urlsafe_b64encode(sha256(message).digest()).rstrip(b"=").decode()


def check_assertion(public_key: bytes, asig: str, message: bytes, party: RelyingParty) -> int:
    """Holds `asig` against the bytes of the act; returns the authenticator's counter.

    Raises MalformedError and SignatureError. Whether the counter went on (7.2 step 22) is for whoever
    remembers the last one: `has_gone_on`.
    """
    assertion = Assertion.decode(asig)
    _check_client_data(_members(assertion.client_data), challenge_of(message), party)
    counter = _counter(assertion.authenticator_data, party)
    signed = assertion.authenticator_data + sha256(assertion.client_data).digest()
    act.check_der_signature(public_key, assertion.signature, signed)
    return counter


def has_gone_on(counter: int, last: int) -> bool:
    """7.2 step 22; an authenticator without a counter tells 0 always (6.1.1)."""
    return counter > last or counter == last == 0


def _check_client_data(members: Mapping[str, object], challenge: str, party: RelyingParty) -> None:
    """Steps 11 to 14. Members that are not known are let be (5.8.1)."""
    if members.get("type") != "webauthn.get":
        raise SignatureError("the assertion is of another type")
    if members.get("challenge") != challenge:
        raise SignatureError("the assertion is for another act")
    if members.get("origin") != party.web_origin:
        raise SignatureError("the assertion was made on another site")
    if members.get("crossOrigin", False) is not False or "topOrigin" in members:
        raise SignatureError("the assertion was made in another site's frame")


def _counter(data: bytes, party: RelyingParty) -> int:
    """Steps 15 to 18, and 6.1: no key is attested here, and extensions end the data if there are any."""
    if len(data) < _FIXED:
        raise MalformedError("authenticator data end too early")
    flags, extensions = data[32], data[_FIXED:]
    has_map = bool(extensions) and extensions[0] >> 5 == _CBOR_MAP
    if flags & _AT or bool(flags & _ED) != has_map or (extensions and not has_map):
        raise MalformedError("authenticator data are not those of an assertion")
    if data[:32] != sha256(party.id.encode()).digest():
        raise SignatureError("the key was used for another site")
    if not flags & _UP or not flags & _UV:
        raise SignatureError("the authenticator did not verify its owner")
    if flags & _BS and not flags & _BE:
        raise MalformedError("backed up, and not to be backed up")
    return int.from_bytes(data[33:_FIXED], "big")


def _members(data: bytes) -> Mapping[str, object]:
    # Browsers write one flat object. How deep a reader can follow differs between readers.
    if data.count(b"{") + data.count(b"[") > _MAX_BRACKETS:
        raise MalformedError("clientDataJSON has too many objects and arrays")
    try:
        value: object = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse
        )
    except (ValueError, RecursionError) as error:
        raise MalformedError("clientDataJSON is no JSON in UTF-8") from error
    if not isinstance(value, dict):
        raise MalformedError("clientDataJSON is no object")
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedError("clientDataJSON has a member twice")
    return members


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
