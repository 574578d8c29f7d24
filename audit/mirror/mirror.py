"""A mirror's cosignature: a witness's, over a tree whose every entry was read and checked."""

from collections.abc import Callable
from pathlib import Path

from audit.checkpoint import SignedCheckpoint
from audit.errors import AuditError, MalformedError
from audit.mirror.copy import Copy, Source
from audit.note import Signature, SigningKey, VerifyingKey
from audit.witness.refusals import NotConsistent, NotMirrored
from audit.witness.request import AddCheckpoint
from audit.witness.witness import Witness


class Mirror:
    """Answers as a witness does (`add_checkpoint`, `newest`), after it pulled what it lacks.

    One thread at a time.
    """

    def __init__(
        self,
        folder: Path,
        key: SigningKey,
        log_key: VerifyingKey,
        source: Source,
        now: Callable[[], int],
    ) -> None:
        """Reads the whole copy. Raises as `Witness` and `Copy` do."""
        self._witness = Witness(folder, key, [log_key], now, also=self._hold)
        self._copy = Copy(folder, log_key)
        self._source = source

    @property
    def copy(self) -> Copy:
        return self._copy

    def pull(self) -> SignedCheckpoint:
        """As `Copy.pull`."""
        return self._copy.pull(self._source)

    def add_checkpoint(self, body: bytes) -> Signature:
        """As `Witness.add_checkpoint`; besides, raises NotMirrored, or NotConsistent if an entry
        or the source's history is not what an honest log has.
        """
        return self._witness.add_checkpoint(body)

    def newest(self, origin_hash: str) -> bytes | None:
        return self._witness.newest(origin_hash)

    def cosign(self, signed: SignedCheckpoint) -> Signature:
        """Cosigns what was pulled without being asked. The desk of a mirror that is asked must
        not be overtaken by this: it would be told a size that it has not shown.
        """
        old = self._witness.head(signed.origin).size
        proof = self._copy.reader().consistency_proof(old, signed.head.size) if old else ()
        return self._witness.add_checkpoint(
            AddCheckpoint(old, tuple(proof), signed.encode()).encode()
        )

    def _hold(self, signed: SignedCheckpoint) -> None:
        if signed.head.size > self._copy.head.size:
            try:
                self.pull()
            except (OSError, MalformedError) as error:
                raise NotMirrored("the log could not be read to its end") from error
            except AuditError as error:
                raise NotConsistent(str(error)) from error
        if signed.head.size > self._copy.head.size:
            raise NotMirrored("the source is behind this checkpoint")
        if not self._copy.holds(signed.head):
            raise NotConsistent("the copy has another root at this size")
