"""What a desk shows its pages of the log; a test may show them another one."""

from collections.abc import Sequence

from audit.checkpoint import SignedCheckpoint, open_checkpoint
from audit.errors import ProofError
from audit.note import SigningKey
from scenes.small_log import SmallLog

ORIGIN = "window.example/log"
KEY = SigningKey.generate(ORIGIN)


class ShownLog:
    """Implements `portal.log_checkpoint.LogToProve` over logs in memory."""

    def __init__(self, log: SmallLog | None = None, size: int = 5) -> None:
        self.log = log or SmallLog(KEY)
        self.size = size
        self.readable = True

    @property
    def vkey(self) -> str:
        return self.log.vkey

    def published(self) -> SignedCheckpoint:
        return open_checkpoint(self.note(), self.log.key.verifying_key)

    @property
    def origin(self) -> str:
        return self.log.key.name

    def root_at(self, size: int) -> bytes | None:
        """As `casework.store.log_so_far.LogSoFar`."""
        return self.log.head(size).root if size <= self.size else None

    def cosigned(self) -> SignedCheckpoint | None:
        return None

    def consistency_proof(self, old: int, new: int) -> Sequence[bytes]:
        if not self.readable:
            raise ProofError("a tile is gone")
        return self.log.proof(old, new)

    def note(self) -> bytes:
        return self.log.checkpoint(self.size)
