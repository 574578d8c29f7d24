"""Files of one recorded part in either form of a package (docs/recording-format.md)."""

import hmac
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from audit.errors import MalformedError
from audit.package.content import Bytes, Content, FileStart
from audit.package.model import Form, RecordedPart

MAGIC = b"YCREC/1\n"
INFO = b"yunchuang/rec/v1"
COMMITMENT_SIZE = 32
_SEGMENT = struct.Struct(">QI")
_TAG_SIZE = 16
_OFFSET, _LENGTH = 3, 4


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record says its segment lies in the `.bin`; bytes."""

    offset: int
    length: int

    @property
    def plain_length(self) -> int:
        return self.length - _SEGMENT.size - _TAG_SIZE


@dataclass(frozen=True, slots=True)
class ReadableMedia:
    """The plaintexts of a part's segments, one after the other: one WebM file."""

    path: Path
    prefix: bytes
    aes_key: bytes
    places: tuple[Place, ...]

    @property
    def size(self) -> int:
        return sum(place.plain_length for place in self.places)

    def chunks(self) -> Iterator[bytes]:
        cipher = AESGCM(self.aes_key)
        with self.path.open("rb") as file:
            for seq, place in enumerate(self.places):
                file.seek(place.offset)
                stored = file.read(place.length)
                aad = self.prefix + struct.pack(">Q", seq)
                try:
                    yield cipher.decrypt(seq.to_bytes(12, "big"), stored[_SEGMENT.size :], aad)
                except (InvalidTag, ValueError) as error:
                    raise MalformedError(f"segment {seq} of {self.path.name} opens not") from error


def part_key(call_key: bytes, part: str) -> bytes:
    """What the archive form discloses: HKDF-Extract(salt = part, call key), 32 bytes (RFC 5869 2.2).

    It opens this part and shows nothing of the call key; its expansion gives AES key and key
    commitment, so that a reader can check the commitment too.
    """
    return hmac.digest(bytes.fromhex(part), call_key, "sha256")


def part_files(part: RecordedPart, form: Form) -> dict[str, Content]:
    """The package's files of one part. Raises MalformedError and OSError."""
    base = f"data/rec/{part.call}/{part.part}"
    # A last line without LF was never acknowledged.
    lines = part.tsv.read_bytes().rpartition(b"\n")[0].split(b"\n")
    records = b"".join(line + b"\n" for line in lines if line)
    files: dict[str, Content] = {f"{base}.tsv": Bytes(records)}
    if part.bin is None:
        return files
    prefix, header_size = _header(part.bin)
    places = tuple(_place(line) for line in records.splitlines())
    if form is Form.SEALED:
        end = places[-1].offset + places[-1].length if places else header_size
        return files | {f"{base}.bin": FileStart(part.bin, end)}
    if part.call_key is None:
        raise MalformedError(f"the archive form needs the key of call {part.call}")
    key = part_key(part.call_key, part.part)
    aes_key = HKDFExpand(SHA256(), 32 + COMMITMENT_SIZE, INFO).derive(key)[:32]
    return files | {
        f"{base}.webm": ReadableMedia(part.bin, prefix, aes_key, places),
        f"{base}.segments.tsv": Bytes(_slices(places)),
        f"{base}.key": Bytes(f"{key.hex()}\n".encode()),
    }


def _header(path: Path) -> tuple[bytes, int]:
    """(what every AAD begins with, size of the whole header)."""
    with path.open("rb") as file:
        head = file.read(len(MAGIC) + 1)
        if head[:-1] != MAGIC:
            raise MalformedError(f"{path.name} is no recording")
        body = file.read(head[-1] + 16)
    prefix = head + body
    return prefix, len(prefix) + COMMITMENT_SIZE


def _place(line: bytes) -> Place:
    fields = line.split(b"\t")
    try:
        return Place(int(fields[_OFFSET]), int(fields[_LENGTH]))
    except (IndexError, ValueError) as error:
        raise MalformedError("a segment record is malformed") from error


def _slices(places: tuple[Place, ...]) -> bytes:
    text, offset = "", 0
    for seq, place in enumerate(places):
        text += f"{seq}\t{offset}\t{place.plain_length}\n"
        offset += place.plain_length
    return text.encode()
