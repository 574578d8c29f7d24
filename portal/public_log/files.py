"""The log's files in a folder that some other process writes, or that is a copy of it.

Only what stands under the published checkpoint is given out: what lies beyond it may be written anew
after a crash, and a full tile is kept by others for ever.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from audit import tiles
from audit.checkpoint import SignedCheckpoint, open_checkpoint
from audit.cosignature import WitnessKey
from audit.errors import MalformedError, ProofError, SignatureError
from audit.log import directory_reader, proof_files
from audit.merkle import HASH_SIZE
from audit.note import MAX_NOTE_SIZE, VerifyingKey
from audit.proof_file import ProofFile
from audit.tiles import TileName
from casework.log.cosigned import NAME as COSIGNED
from portal.public_log.errors import LogBehindWitnesses, LogUnreadable, NotInLog

ADDRESS = "/log"
"""Of the log that is written now, whichever that is."""


class LogFiles:
    """Reads afresh at every call; for use in threads. `witnesses` are those whose lines count."""

    def __init__(
        self, folder: Path, log_key: VerifyingKey, witnesses: Sequence[WitnessKey] = ()
    ) -> None:
        self._folder = folder
        self._log_key = log_key
        self._witnesses = tuple(witnesses)

    @property
    def origin(self) -> str:
        return self._log_key.name

    @property
    def own_address(self) -> str:
        """Of this log alone: its key's id is the hash of its origin and its key."""
        return f"{ADDRESS}/{self._log_key.key_id.hex()}"

    def published(self) -> SignedCheckpoint:
        """Raises LogUnreadable."""
        found = self._checkpoint(tiles.CHECKPOINT)
        if found is None:
            raise LogUnreadable("no checkpoint is published")
        return found

    def as_of(self) -> str:
        """When the published checkpoint was written, RFC 3339 in UTC: a log that is in use has one a
        minute, so what is older is a copy that is behind. Raises LogUnreadable.
        """
        try:
            written = (self._folder / tiles.CHECKPOINT).stat().st_mtime
        except OSError as error:
            raise LogUnreadable("no checkpoint is published") from error
        return datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds")

    def cosigned(self) -> SignedCheckpoint | None:
        """The newest checkpoint with a cosignature of a known witness. A file that does not verify
        is left aside, as the desk does.
        """
        try:
            found = self._checkpoint(COSIGNED)
        except LogUnreadable:
            return None
        return found if found is not None and found.cosignatures else None

    def tile(self, name: TileName) -> bytes | None:
        """A tile or a bundle; None where the published tree does not have all of it."""
        if not name.is_within(self.published().head.size):
            return None
        found = self._read(name.path)
        if found is None and name.level is not None and not name.is_full:
            # The partial tile may be gone as soon as the full one exists; that begins the same.
            whole = self._read(tiles.tile_path(name.level, name.number))
            found = whole[: name.width * HASH_SIZE] if whole else None
        return found

    def proof(self, index: int) -> ProofFile:
        """Under the newest cosigned checkpoint; for an entry that is younger than this one, under
        the newest published. Raises NotInLog, LogBehindWitnesses, LogUnreadable.
        """
        # In this order: what is cosigned meanwhile is not taken for more than what is published.
        cosigned = self.cosigned()
        published = self.published()
        if cosigned is not None and cosigned.head.size > published.head.size:
            raise LogBehindWitnesses(size=published.head.size, cosigned=cosigned.head.size)
        if index >= published.head.size:
            raise NotInLog(index=index, size=published.head.size, as_of=self.as_of())
        under = cosigned if cosigned is not None and index < cosigned.head.size else published
        reader = directory_reader(self._folder, published.head.size)
        try:
            (proof,) = proof_files(under, reader, [index])
        except (OSError, MalformedError, ProofError) as error:
            raise LogUnreadable("the tiles are not whole") from error
        return proof

    def _checkpoint(self, name: str) -> SignedCheckpoint | None:
        data = self._read(name, MAX_NOTE_SIZE)
        if data is None:
            return None
        try:
            return open_checkpoint(data, self._log_key, self._witnesses)
        except (MalformedError, SignatureError) as error:
            raise LogUnreadable(f"{name} is not this log's") from error

    def _read(self, path: str, limit: int = -1) -> bytes | None:
        try:
            with (self._folder / path).open("rb") as file:
                return file.read(limit + 1 if limit >= 0 else -1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise LogUnreadable(f"{path} cannot be read") from error
