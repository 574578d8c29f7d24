"""Keys of the windows' devices, and what they sign (docs/evidence-package.md, "Signed requests")."""

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

from audit.verifier.digest import HASH_SIZE, from_base64, to_base64
from audit.verifier.entry import Leaf
from audit.verifier.limits import MAX_INTEGER
from audit.verifier.merkle import EMPTY_ROOT

LABEL = "yunchuang/request/v1"
REQUESTED = "desk.call.requested"
ENROLLED, REVOKED = "device.key_enrolled", "device.key_revoked"
ENROLLERS = frozenset({"duty_lead", "admin"})
KIND = "webcrypto-p256"
FACTS = frozenset({"key", "kind", "public_key"})
MEMBERS = frozenset({"answered", "counter", "root", "size"})
SIGNATURE_SIZE = 64
MAX_PUBLIC_KEY = 400
"""Characters of base64; a P-256 key has 124."""


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """`id` is the lower hex SHA-256 of the key's SubjectPublicKeyInfo."""

    id: str
    public: ec.EllipticCurvePublicKey


@dataclass(frozen=True, slots=True)
class Said:
    """What the device says of itself: see the facts of the entry."""

    counter: int
    answered: int
    size: int
    root: bytes


def is_of_device(leaf: Leaf) -> bool:
    """Whether the entry is about a device's key, or a request by a device."""
    if leaf.type == REQUESTED:
        return leaf.members.get("akey") is not None or "device" in leaf.facts
    return leaf.type in {ENROLLED, REVOKED}


def said(leaf: Leaf) -> Said | None:
    """None where the entry does not say it in the one form."""
    facts = leaf.facts.get("device")
    if not isinstance(facts, dict) or facts.keys() != MEMBERS:
        return None
    counter, answered, size = (facts[name] for name in ("counter", "answered", "size"))
    for number in (counter, answered, size):
        if type(number) is not int or not 0 <= number < MAX_INTEGER:
            return None
    text = facts["root"]
    root = from_base64(text) if isinstance(text, str) else None
    if root is None or len(root) != HASH_SIZE or to_base64(root) != text:
        return None
    if answered >= counter or (size == 0 and root != EMPTY_ROOT):
        return None
    return Said(counter, answered, size, root)


def enrolled_device(leaf: Leaf) -> DeviceKey | None:
    """The key that an entry tells, whatever else is wrong with that entry; None if it tells none."""
    encoded = leaf.facts.get("public_key")
    if not isinstance(encoded, str) or len(encoded) > MAX_PUBLIC_KEY:
        return None
    data = from_base64(encoded) or b""
    try:
        public = load_der_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(
        public.curve, ec.SECP256R1
    ):
        return None
    return DeviceKey(sha256(data).hexdigest(), public)


def enrolment_faults(leaf: Leaf, origin: str) -> list[tuple[str, object]]:
    """(what is demanded, what was found) of an entry that should enrol a device in the log `origin`."""
    faults: list[tuple[str, object]] = []
    if (leaf.type, leaf.chain) != (ENROLLED, f"log:{origin}"):
        faults.append((f"{ENROLLED} on log:{origin}", f"{leaf.type} on {leaf.chain}"))
    if (role := leaf.members.get("role")) not in ENROLLERS:
        faults.append((f"enrolled by {' or '.join(sorted(ENROLLERS))}", role))
    if leaf.facts.keys() != FACTS or leaf.facts.get("kind") != KIND:
        faults.append((f"{' '.join(sorted(FACTS))}, of kind {KIND}", str(leaf.facts)[:200]))
    key = enrolled_device(leaf)
    if key is None or _encoded(key) != leaf.facts.get("public_key"):
        faults.append(("a P-256 key in its one form", leaf.facts.get("public_key")))
    elif key.id != leaf.facts.get("key"):
        faults.append((f"key {key.id}", leaf.facts.get("key")))
    return faults


def is_signed_by(leaf: Leaf, says: Said, key: DeviceKey, origin: str) -> bool:
    """Whether the entry's signature verifies over the bytes that follow from the entry."""
    encoded = leaf.members.get("asig")
    raw = from_base64(encoded) if isinstance(encoded, str) else None
    if raw is None or len(raw) != SIGNATURE_SIZE or to_base64(raw) != encoded:
        return False
    r, s = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
    message = signed_bytes(leaf, says, origin)
    try:
        key.public.verify(encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def signed_bytes(leaf: Leaf, says: Said, origin: str) -> bytes:
    numbers = (says.counter, says.answered, says.size)
    lines = (LABEL, origin, leaf.chain, leaf.type, *map(str, numbers), to_base64(says.root))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _encoded(key: DeviceKey) -> str:
    return to_base64(key.public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
