"""Proof files, `.tlog-proof` (c2sp.org/tlog-proof): one entry's place in a log, checkable offline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from audit import merkle, note
from audit.checkpoint import SignedCheckpoint, open_checkpoint
from audit.errors import MalformedError

HEADER = "c2sp.org/tlog-proof@v1"
MAX_EXTRA_SIZE = 65_536
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})\Z")
_EXTRA = "extra "


@dataclass(frozen=True, slots=True)
class ProofFile:
    """An index, its inclusion proof (leaf's sibling first) and the checkpoint it leads to.

    `checkpoint` is the signed note with all its lines. `extra` is opaque and authenticated by
    nothing. Nothing here may be believed before `verify`.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        lines = [HEADER]
        if self.extra is not None:
            lines.append(_EXTRA + note.encode_base64(self.extra))
        lines.append(f"index {self.index}")
        lines += (note.encode_base64(value) for value in self.hashes)
        return "".join(f"{line}\n" for line in lines).encode() + b"\n" + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises MalformedError unless `encode` would give exactly `data` again."""
        head, separator, checkpoint = data.partition(b"\n\n")
        if not separator:
            raise MalformedError("proof file has no checkpoint")
        try:
            header, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise MalformedError("proof lines are not ASCII") from error
        if header != HEADER:
            raise MalformedError("not a tlog-proof of version 1")
        extra = None
        if lines and lines[0].startswith(_EXTRA):
            extra = note.decode_base64(lines.pop(0).removeprefix(_EXTRA))
            if len(extra) > MAX_EXTRA_SIZE:
                raise MalformedError("extra data is too long")
        index = _INDEX.match(lines.pop(0)) if lines else None
        if index is None:
            raise MalformedError("proof file has no index line")
        if len(lines) > merkle.MAX_PROOF_HASHES:
            raise MalformedError(f"more than {merkle.MAX_PROOF_HASHES} hashes in a proof")
        hashes = tuple(note.decode_base64(line) for line in lines)
        if any(len(value) != merkle.HASH_SIZE for value in hashes):
            raise MalformedError("a hash in the proof is not 32 bytes long")
        note.Note.parse(checkpoint)
        return cls(int(index[1]), hashes, checkpoint, extra)

    def verify(
        self, leaf: bytes, log_key: note.VerifyingKey, witnesses: Sequence[note.Verifier] = ()
    ) -> SignedCheckpoint:
        """The checkpoint under which the entry of leaf hash `leaf` stands at `index`.

        Raises SignatureError or MalformedError as `open_checkpoint` does, ProofError if the hashes
        do not lead from the leaf to its root.
        """
        signed = open_checkpoint(self.checkpoint, log_key, witnesses)
        merkle.verify_inclusion(leaf, self.index, signed.head.size, self.hashes, signed.head.root)
        return signed
