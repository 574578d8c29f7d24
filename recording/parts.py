"""Reading parts: find what was recorded, check every hash, decrypt segment after segment."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from recording.format import FormatError, PartKeys, SegmentRecord, open_segment
from recording.worker.recovery import FoundPart, find_part


class PartDamagedError(Exception):
    """A part is not what its records say. `record` is the number of the segment, None if the
    part as a whole is meant.
    """

    def __init__(self, part: str, record: int | None, reason: str) -> None:
        super().__init__(f"part {part}, segment {record}: {reason}")
        self.part = part
        self.record = record
        self.reason = reason


class WrongKeyError(PartDamagedError):
    """The call key is not the one that the part's header commits to."""


@dataclass(frozen=True, slots=True)
class PartReader:
    """One part of a call; `part` is its 32 hex digits."""

    path: Path
    found: FoundPart

    @classmethod
    def open(cls, directory: Path, part: str) -> "PartReader":
        """Reads header and records. Raises PartDamagedError if they are torn or contradictory."""
        try:
            found = find_part(directory, part)
        except FormatError as error:
            raise PartDamagedError(part, None, str(error)) from None
        if found.damage is not None:
            raise PartDamagedError(part, len(found.records), found.damage)
        if found.header.part.hex() != part:
            raise PartDamagedError(part, None, "the file holds another part")
        return cls(directory / f"{part}.bin", found)

    @property
    def part(self) -> str:
        return self.found.header.part.hex()

    @property
    def records(self) -> tuple[SegmentRecord, ...]:
        return self.found.records

    def keys(self, call_key: bytes) -> PartKeys:
        """Raises WrongKeyError before anything is decrypted."""
        keys = PartKeys.derive(call_key, self.found.header.part)
        if keys.commitment != self.found.header.commitment:
            raise WrongKeyError(self.part, None, "the key does not fit the commitment")
        return keys

    def ciphertexts(self) -> Iterator[tuple[SegmentRecord, bytes]]:
        """Every segment as it lies in the file, its hash checked; no key is needed."""
        with self.path.open("rb") as file:
            for record in self.records:
                file.seek(record.offset)
                segment = file.read(record.length)
                if hashlib.sha256(segment).hexdigest() != record.sha256:
                    raise PartDamagedError(self.part, record.seq, "hash does not fit the record")
                yield record, segment

    def plaintexts(self, call_key: bytes) -> Iterator[bytes]:
        """The segments' WebM bytes; joined they are one file. Raises PartDamagedError."""
        cipher = AESGCM(self.keys(call_key).aes)
        for record, segment in self.ciphertexts():
            try:
                yield open_segment(self.found.header, cipher, record.seq, segment)
            except (InvalidTag, FormatError):
                raise PartDamagedError(self.part, record.seq, "does not decrypt") from None


def list_parts(directory: Path) -> list[str]:
    """Names of the parts in a call's directory, in no particular order of time."""
    return sorted(path.stem for path in directory.glob("*.bin"))
