"""Checkpoints: a log's signed tree heads (c2sp.org/tlog-checkpoint)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from audit import merkle, note
from audit.errors import MalformedError, SignatureError

_SIZE = re.compile(r"0\Z|[1-9][0-9]{0,18}\Z")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """`size` leaves, and the 32-byte root over them."""

    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.size < 2**63:
            raise MalformedError("tree size is out of range")
        if len(self.root) != merkle.HASH_SIZE:
            raise MalformedError("root hash is not 32 bytes long")
        if self.size == 0 and self.root != merkle.EMPTY_ROOT:
            raise MalformedError("an empty tree has the empty root")


EMPTY_HEAD = TreeHead(0, merkle.EMPTY_ROOT)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The body of a checkpoint: whose log it is, and its tree head.

    `extensions` are opaque further lines; our log writes none.
    """

    origin: str
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise MalformedError("origin and extension lines must not be empty")

    def body(self) -> bytes:
        root = note.encode_base64(self.head.root)
        lines = (self.origin, str(self.head.size), root, *self.extensions)
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def parse_body(cls, body: bytes) -> Self:
        """Raises MalformedError unless `body` is what `body()` gives."""
        try:
            lines = body.decode("utf-8").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedError("checkpoint is not UTF-8") from error
        if len(lines) < 4 or lines.pop():
            raise MalformedError("checkpoint has fewer than three lines")
        origin, size, root, *extensions = lines
        if not _SIZE.match(size):
            raise MalformedError("tree size is not a plain decimal")
        head = TreeHead(int(size), note.decode_base64(root))
        return cls(origin, head, tuple(extensions))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose log signature was verified, with the note it came in and its verified cosignatures."""

    checkpoint: Checkpoint
    signed: note.Note
    cosignatures: tuple[note.Signature, ...]

    @property
    def head(self) -> TreeHead:
        return self.checkpoint.head

    @property
    def origin(self) -> str:
        return self.checkpoint.origin

    def encode(self) -> bytes:
        return self.signed.encode()


def sign_checkpoint(checkpoint: Checkpoint, key: note.SigningKey) -> SignedCheckpoint:
    """The log's own signature on `checkpoint`. Raises MalformedError for a foreign origin."""
    if key.name != checkpoint.origin:
        raise MalformedError("the log key is named like the log's origin")
    return SignedCheckpoint(checkpoint, note.sign(checkpoint.body(), key), ())


def open_checkpoint(
    data: bytes, log_key: note.VerifyingKey, witnesses: Sequence[note.Verifier] = ()
) -> SignedCheckpoint:
    """The checkpoint in `data`, signed by `log_key`, with the cosignatures of `witnesses`.

    Raises MalformedError for other bytes, SignatureError if the log did not sign, if any known
    key's line fails, or if the checkpoint is of another log than the key.
    """
    parsed = note.Note.parse(data)
    verified = parsed.verify([log_key, *witnesses])
    log = (log_key.name, log_key.key_id)
    if not any((item.name, item.key_id) == log for item in verified):
        raise SignatureError("the log did not sign this checkpoint")
    checkpoint = Checkpoint.parse_body(parsed.text)
    if checkpoint.origin != log_key.name:
        raise SignatureError("the checkpoint is of another log")
    cosignatures = tuple(item for item in verified if (item.name, item.key_id) != log)
    return SignedCheckpoint(checkpoint, parsed, cosignatures)
