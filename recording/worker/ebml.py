"""EBML primitives (RFC 8794): just enough to write a WebM file."""

import struct

_MAX_WIDTH = 8
UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def size(length: int) -> bytes:
    """A data size as the shortest VINT; all ones are reserved for the unknown size."""
    width = -(-(length + 1).bit_length() // 7)
    if width > _MAX_WIDTH:
        raise ValueError("element too long for EBML")
    return (length | 1 << 7 * width).to_bytes(width, "big")


def element(ident: bytes, *content: bytes) -> bytes:
    """An element of known size; `ident` is the ID as it stands in the file."""
    return b"".join((ident, size(sum(map(len, content))), *content))


def unsigned(ident: bytes, value: int) -> bytes:
    return element(ident, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def string(ident: bytes, text: str) -> bytes:
    return element(ident, text.encode())


def double(ident: bytes, value: float) -> bytes:
    return element(ident, struct.pack(">d", value))
