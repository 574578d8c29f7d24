"""Keys of the persons who act, and what they sign (docs/evidence-package.md, "Signed acts")."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)

from audit.verifier.assertion import (
    Assertion,
    RelyingParty,
    assertion_of,
    party_faults,
)
from audit.verifier.digest import from_base64, to_base64
from audit.verifier.entry import Leaf

LABEL = "yunchuang/act/v1"
ENROLLED, REVOKED = "actor.key_enrolled", "actor.key_revoked"
WEBAUTHN = "webauthn"
FACTS = frozenset({"actor", "key", "kind", "public_key"})
KINDS = {"webcrypto-p256": FACTS, WEBAUTHN: FACTS | {"rp_id", "web_origin"}}
"""Kinds of keys, and the facts that enrol one."""
SIGNATURE_SIZE = 64
MAX_PUBLIC_KEY = 400
"""Characters of base64; a P-256 key has 124."""
_CALL = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class ActorKey:
    """`id` is the lower hex SHA-256 of the key's SubjectPublicKeyInfo. `party` tells for whose pages
    an authenticator holds it; None: it is a key in a browser's store, which is weaker.
    """

    id: str
    actor: str
    public: ec.EllipticCurvePublicKey
    party: RelyingParty | None = None


def signing_key(leaf: Leaf) -> str | None:
    """Id of the key that is said to have signed the entry, None if it is unsigned."""
    value = leaf.members.get("akey")
    return value if isinstance(value, str) else None


def enrolled_key(leaf: Leaf) -> ActorKey | None:
    """The key that an entry tells, whatever else is wrong with that entry; None if it tells none."""
    encoded, actor = leaf.facts.get("public_key"), leaf.facts.get("actor")
    if not isinstance(encoded, str) or not isinstance(actor, str) or len(encoded) > MAX_PUBLIC_KEY:
        return None
    data = from_base64(encoded)
    try:
        public = load_der_public_key(data or b"")
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
        public.curve, ec.SECP256R1
    ):
        return None
    party = None
    if leaf.facts.get("kind") == WEBAUTHN:
        party = RelyingParty(str(leaf.facts.get("rp_id")), str(leaf.facts.get("web_origin")))
    return ActorKey(sha256(data or b"").hexdigest(), actor, public, party)


def enrolment_faults(leaf: Leaf, origin: str) -> list[tuple[str, object]]:
    """(what is demanded, what was found) of an entry that should enrol a key in the log `origin`."""
    faults: list[tuple[str, object]] = []
    if (leaf.type, leaf.chain) != (ENROLLED, f"log:{origin}"):
        faults.append((f"{ENROLLED} on log:{origin}", f"{leaf.type} on {leaf.chain}"))
    kind = leaf.facts.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        faults.append((f"kind {' '.join(KINDS)}", kind))
    elif leaf.facts.keys() != (facts := KINDS[kind]):
        faults.append((f"the facts {' '.join(sorted(facts))}", " ".join(sorted(leaf.facts))))
    key = enrolled_key(leaf)
    if key is not None and key.party is not None:
        faults += party_faults(key.party)
    if key is None or not _is_canonical(key, leaf.facts):
        faults.append(("a P-256 key in its one form", leaf.facts.get("public_key")))
    elif key.id != leaf.facts.get("key"):
        faults.append((f"key {key.id}", leaf.facts.get("key")))
    return faults


def is_signed_by(leaf: Leaf, key: ActorKey, origin: str) -> bool:
    """Whether the entry's signature verifies over the bytes that follow from the entry."""
    encoded, message = leaf.members.get("asig"), signed_bytes(leaf, origin)
    if key.party is not None:
        assertion = assertion_of(encoded)
        return assertion is not None and assertion.is_by(key.public)
    raw = from_base64(encoded) if isinstance(encoded, str) else None
    if raw is None or message is None or len(raw) != SIGNATURE_SIZE or to_base64(raw) != encoded:
        return False
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    try:
        key.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def assertion_faults(leaf: Leaf, key: ActorKey, origin: str) -> list[tuple[str, object]]:
    """(what is demanded, what was found) of what an authenticator signed beside the entry's bytes;
    nothing if it was no authenticator, or what it signed cannot be read (`is_signed_by` is false then).
    """
    assertion = assertion_by(leaf, key)
    if assertion is None or key.party is None:
        return []
    message = signed_bytes(leaf, origin)
    if message is None:
        return [("an act that can be signed", leaf.facts.get("call"))]
    return assertion.faults(message, key.party)


def assertion_by(leaf: Leaf, key: ActorKey) -> Assertion | None:
    """None where the key is none of an authenticator's, or the assertion cannot be read."""
    return assertion_of(leaf.members.get("asig")) if key.party is not None else None


def signed_bytes(leaf: Leaf, origin: str) -> bytes | None:
    """None for an entry that nothing can have been signed of."""
    call = leaf.facts.get("call")
    if call is not None and (not isinstance(call, str) or not _CALL.fullmatch(call)):
        return None
    place = (LABEL, origin, leaf.chain, str(leaf.seq), leaf.prev or "-", call or "-", leaf.type)
    fields = (f"{name} {leaf.c[name]}" for name in sorted(leaf.c))
    return "".join(f"{line}\n" for line in (*place, *fields)).encode("utf-8", "backslashreplace")


def _is_canonical(key: ActorKey, facts: Mapping[str, object]) -> bool:
    der = key.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return to_base64(der) == facts.get("public_key")
