"""EBML primitives (RFC 8794): just enough to write a WebM file."""

import struct

UNKNOWN_SIZE = b"\x01\xff\xff\xff\xff\xff\xff\xff"


def size(length: int) -> bytes:
    """A data size as the shortest VINT; all ones are reserved for the unknown size."""
    for width in range(1, 9):
        if length < (1 << 7 * width) - 1:
            return (length | 1 << 7 * width).to_bytes(width, "big")
    raise ValueError("element too long for EBML")


def element(ident: bytes, *content: bytes) -> bytes:
    """An element of known size; `ident` is the ID as it stands in the file."""
    body = b"".join(content)
    return ident + size(len(body)) + body


def unsigned(ident: bytes, value: int) -> bytes:
    return element(ident, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def string(ident: bytes, text: str) -> bytes:
    return element(ident, text.encode())


def double(ident: bytes, value: float) -> bytes:
    return element(ident, struct.pack(">d", value))
