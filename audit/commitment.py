"""Commitments: values an entry binds without showing them.

C = HMAC-SHA256(k, value) with k = HKDF-SHA256(case or call key, no salt,
info = "yunchuang/commit/v1" 0x00 chain 0x00 seq 0x00 field, 32 bytes); seq is ASCII decimal.
Every field of every entry has its own k, so disclosing one opens one value and no other, and
destroying the case key closes them all.
"""

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from audit import canonical
from audit.errors import MalformedError

KEY_SIZE = 32
LABEL = b"yunchuang/commit/v1"


def derive(key: bytes, chain: str, seq: int, field: str) -> bytes:
    """k, 32 bytes, of one field of the entry at (chain, seq).

    `key` is the 32-byte case or call key. Raises MalformedError if `key` has another length or a
    name is not ASCII or holds 0x00, which separates the parts.
    """
    if len(key) != KEY_SIZE:
        raise MalformedError("commitment key must be 32 bytes long")
    if seq < 0:
        raise MalformedError("seq is negative")
    parts = (chain, str(seq), field)
    if not all(part.isascii() and part and "\0" not in part for part in parts):
        raise MalformedError("chain and field must be ASCII without NUL")
    info = b"\0".join((LABEL, *(part.encode() for part in parts)))
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(key)


def commit(derived: bytes, value: bytes) -> bytes:
    """C, 32 bytes, of `value` under the key `derive` gave."""
    return hmac.digest(derived, value, "sha256")


def commit_json(derived: bytes, value: canonical.JsonValue) -> bytes:
    """C of a JSON value: its canonical bytes are what is committed to."""
    return commit(derived, canonical.encode(value))


def opens(derived: bytes, value: bytes, commitment: bytes) -> bool:
    """True if `commitment` was made from `value` under `derived`; takes constant time."""
    return hmac.compare_digest(commit(derived, value), commitment)
