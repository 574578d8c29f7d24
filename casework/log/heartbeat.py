"""A sign of life on the log's own chain at least every 60 s (evidence.md §2).

It carries the newest cosignature's hash: an outside witness stamps its time on that cosignature, so
the entries before and after are held between two times that the operator did not choose. Without
a witness the field is null and bounds nothing.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from audit import cosignature
from audit.checkpoint import SignedCheckpoint
from casework.actor import SYSTEM
from casework.clock import Clock
from casework.store.tx import EntryRef, Tx
from casework.store.writer import Writer

INTERVAL_MS = 50_000  # below the promised 60 s by more than a batch and a slow disk take


@dataclass(frozen=True, slots=True)
class Beat:
    """`size` is that of the newest checkpoint; `cosignature_sha256` lower hex or None."""

    origin: str
    size: int
    cosignature_sha256: str | None


def beat(tx: Tx, command: Beat) -> EntryRef:
    return tx.entry(
        "log.heartbeat",
        f"log:{command.origin}",
        plain={"size": command.size, "cosignature": command.cosignature_sha256},
    )


class Heartbeat:
    """Called by the sequencer at every turn; writes an entry when one is due."""

    def __init__(
        self,
        writer: Writer,
        clock: Clock,
        cosigned: Callable[[], SignedCheckpoint | None] = lambda: None,
        *,
        interval_ms: int = INTERVAL_MS,
    ) -> None:
        """`cosigned` gives the newest checkpoint with verified cosignatures, if there is one."""
        self._writer = writer
        self._clock = clock
        self._cosigned = cosigned
        self._interval_ms = interval_ms
        self._last_mono_ms: int | None = None

    def beat_if_due(self, checkpoint: SignedCheckpoint) -> bool:
        """Raises what the writer raises; then it is due again at the next turn."""
        now = self._clock.mono_ms()
        if self._last_mono_ms is not None and now - self._last_mono_ms < self._interval_ms:
            return False
        cosigned = self._cosigned()
        newest = None if cosigned is None else newest_cosignature(cosigned)
        command = Beat(checkpoint.origin, checkpoint.head.size, newest)
        self._writer.run_sync(beat, command, actor=SYSTEM)
        self._last_mono_ms = now
        return True


def newest_cosignature(checkpoint: SignedCheckpoint) -> str | None:
    """SHA-256, lower hex, of the latest cosignature's line (with its newline), or None."""
    newest = max(checkpoint.cosignatures, key=cosignature.time_of, default=None)
    return None if newest is None else hashlib.sha256(newest.line().encode()).hexdigest()
