"""One wrapped key: AES-256-GCM under the KEK, bound to its kind, its id and the KEK's id, so that a
row copied to another case does not open.
"""

import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.keys.kek import Kek, KekError

NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A row of the key file or of a backup of it; `wrapped` is ciphertext and tag."""

    kind: str
    id: str
    nonce: bytes
    wrapped: bytes = field(repr=False)


def wrap(kek: Kek, kind: str, id_: str, key: bytes) -> WrappedKey:
    nonce = os.urandom(NONCE_BYTES)
    return WrappedKey(kind, id_, nonce, AESGCM(kek.key).encrypt(nonce, key, _bound(kek, kind, id_)))


def unwrap(kek: Kek, row: WrappedKey) -> bytes:
    """Raises KekError if the row was tampered with or belongs to another KEK."""
    try:
        return AESGCM(kek.key).decrypt(row.nonce, row.wrapped, _bound(kek, row.kind, row.id))
    except (InvalidTag, ValueError, TypeError) as error:
        raise KekError(f"a {row.kind} key does not open under this key-encryption key") from error


def _bound(kek: Kek, kind: str, id_: str) -> bytes:
    return b"\0".join((b"yunchuang/key/v1", kind.encode(), id_.encode(), kek.id.encode()))
