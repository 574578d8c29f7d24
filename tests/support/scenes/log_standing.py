"""A log whose checkpoints are as large as a test says: what the status ladder asks of it."""

from audit import cosignature
from audit.checkpoint import (
    EMPTY_HEAD,
    Checkpoint,
    SignedCheckpoint,
    TreeHead,
    open_checkpoint,
    sign_checkpoint,
)
from audit.note import Note, SigningKey

KEY = SigningKey.generate("hall.example/log")
WITNESSES = tuple(SigningKey.generate(f"w{n}.example") for n in range(3))


class LogStanding:
    """`published` and `cosigned` are sizes; `signers` of `witnesses` signed the latter."""

    def __init__(self, published: int = 0) -> None:
        self.size = published
        self.cosigned_size = 0
        self.signers = 0
        self.witnesses = 0
        self.time_stamping = False
        self.stamps: list[tuple[int, int]] = []

    def published(self) -> SignedCheckpoint:
        return sign_checkpoint(Checkpoint(KEY.name, _head(self.size)), KEY)

    def cosigned(self) -> SignedCheckpoint | None:
        if not self.cosigned_size:
            return None
        note = sign_checkpoint(Checkpoint(KEY.name, _head(self.cosigned_size)), KEY).signed
        lines = [cosignature.cosign(key, note.text, 1) for key in WITNESSES[: self.signers]]
        keys = [cosignature.witness_key(key) for key in WITNESSES]
        signed = Note(note.text, (*note.signatures, *lines))
        return open_checkpoint(signed.encode(), KEY.verifying_key, keys)

    def time_stamped_at(self, log_index: int) -> int | None:
        """`stamps` are (size of the tree, POSIX ms)."""
        return next((at for size, at in self.stamps if log_index < size), None)


def _head(size: int) -> TreeHead:
    return TreeHead(size, bytes(32)) if size else EMPTY_HEAD
