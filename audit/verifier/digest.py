"""Hashes, base64 and HKDF in the exact forms the formats use."""

import binascii
import hmac
from base64 import b64decode, b64encode
from hashlib import sha256

HASH_SIZE = 32


def sha256_hex(data: bytes) -> str:
    return sha256(data).hexdigest()


def leaf_hash(entry: bytes) -> bytes:
    """RFC 9162 2.1.1: the first byte keeps leaves and nodes apart."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def from_base64(text: str) -> bytes | None:
    """None if `text` is no base64. Not every text it accepts is canonical: whoever needs that
    encodes again and compares.
    """
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def to_base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def hkdf_expand(prk: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 2.3 with SHA-256."""
    block, output = b"", b""
    for counter in range(1, -(-length // HASH_SIZE) + 1):
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        output += block
    return output[:length]
