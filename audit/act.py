"""Signatures of the persons who act: the bytes they sign, their keys, and the check (evidence.md §7).

Commitments are signed, never values: under a signature over a value in the clear anybody who knows
the public key could confirm a guess of it, also after the case's key was destroyed (ADR 12).
"""

from enum import StrEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from audit.entry import Entry
from audit.errors import MalformedError, SignatureError

LABEL = "yunchuang/act/v1"
ENROLLED_TYPE = "actor.key_enrolled"
REVOKED_TYPE = "actor.key_revoked"
SIGNATURE_SIZE = 64
"""r and s of ECDSA, 32 bytes each, big-endian (IEEE P1363, as WebCrypto gives them)."""
MAX_PUBLIC_KEY = 200


class KeyKind(StrEnum):
    """What made the key, and so what a signature by it is worth."""

    WEBCRYPTO_P256 = "webcrypto-p256"
    """P-256 in a browser's store, not extractable by scripts; whoever owns the machine may use it."""
    WEBAUTHN = "webauthn"
    """ES256 in an authenticator, which verified its owner for this very act (`audit.assertion`)."""


def signed_bytes(origin: str, entry: Entry) -> bytes:
    """What the actor of `entry`, which goes into the log `origin`, signs.

    Lines, each ended by LF: label, origin, chain, seq, prev, call or `-`, type, then
    `field commitment` of every committed field sorted by field.
    """
    call = entry.facts.get("call")
    lines = (
        LABEL,
        origin,
        entry.chain,
        str(entry.seq),
        entry.prev or "-",
        call if isinstance(call, str) else "-",
        entry.type,
        *(f"{field} {commitment}" for field, commitment in sorted(entry.c.items())),
    )
    return "".join(f"{line}\n" for line in lines).encode()


def key_id(public_key: bytes) -> str:
    """Lower hex SHA-256 of the SubjectPublicKeyInfo (RFC 5280 4.1.2.7)."""
    return sha256(public_key).hexdigest()


def check_public_key(public_key: bytes) -> None:
    """Raises MalformedError unless it is the one DER form of a P-256 key."""
    _load(public_key)


def check_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """ECDSA with SHA-256 on P-256. Raises SignatureError, MalformedError for what is none."""
    if len(signature) != SIGNATURE_SIZE:
        raise MalformedError(f"a signature has {SIGNATURE_SIZE} bytes")
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    check_der_signature(public_key, encode_dss_signature(r, s), message)


def check_der_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """The same, `signature` being the one DER form of r and s (RFC 3279 2.2.3)."""
    try:
        canonical = encode_dss_signature(*decode_dss_signature(signature))
    except ValueError as error:
        raise MalformedError("a signature is r and s in DER") from error
    if canonical != signature:
        raise MalformedError("not the canonical form of the signature")
    try:
        _load(public_key).verify(signature, message, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise SignatureError("the actor's signature does not verify") from error


def _load(public_key: bytes) -> ec.EllipticCurvePublicKey:
    if len(public_key) > MAX_PUBLIC_KEY:
        raise MalformedError("not a P-256 key")
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError("not a public key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise MalformedError("not a P-256 key")
    if key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) != public_key:
        raise MalformedError("not the canonical form of the key")
    return key
