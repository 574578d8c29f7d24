"""The body of an `add-checkpoint` request (c2sp.org/tlog-witness)."""

import re
from dataclasses import dataclass
from typing import Self

from audit import merkle, note
from audit.errors import MalformedError

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})\Z")
_HASH_LINE = 45  # base64 of 32 bytes, and the newline
_OLD_LINE = 24

MAX_REQUEST_SIZE = _OLD_LINE + merkle.MAX_PROOF_HASHES * _HASH_LINE + 1 + note.MAX_NOTE_SIZE
"""Bytes of the longest request that can be well formed."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A signed checkpoint, and the proof that it extends the tree of size `old`.

    `checkpoint` are the bytes of the note; nothing here is believed before the witness checked it.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        lines = [f"old {self.old}", *(note.encode_base64(value) for value in self.proof)]
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.checkpoint

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Raises MalformedError unless `encode` would give exactly `body` again."""
        if len(body) > MAX_REQUEST_SIZE:
            raise MalformedError(f"request is longer than {MAX_REQUEST_SIZE} bytes")
        head, separator, checkpoint = body.partition(b"\n\n")
        old, *lines = head.split(b"\n")
        size = _OLD.match(old)
        if not separator or size is None:
            raise MalformedError("request does not begin with an old size and its proof")
        if len(lines) > merkle.MAX_PROOF_HASHES:
            raise MalformedError(f"more than {merkle.MAX_PROOF_HASHES} hashes in a proof")
        return cls(int(size[1]), tuple(_hash(line) for line in lines), checkpoint)


def _hash(line: bytes) -> bytes:
    try:
        value = note.decode_base64(line.decode("ascii"))
    except UnicodeDecodeError as error:
        raise MalformedError("a proof line is not ASCII") from error
    if len(value) != merkle.HASH_SIZE:
        raise MalformedError("a hash in the proof is not 32 bytes long")
    return value
