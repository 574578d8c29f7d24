"""Recorded parts (docs/recording-format.md): record files, headers, segments, both package forms.

In the sealed form the segments are read from `.bin`. In the archive form they are made again: each
slice of the readable media is encrypted with the disclosed part key, which gives the same bytes.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import chain

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit.verifier.digest import HASH_SIZE, hkdf_expand, sha256_hex
from audit.verifier.limits import MAX_SEGMENT
from audit.verifier.note import whole_number
from audit.verifier.processes import cores, in_threads
from audit.verifier.report import UnreadableError
from audit.verifier.source import Source

MAGIC = b"YCREC/1\n"
INFO = b"yunchuang/rec/v1"
SEGMENT_HEADER = struct.Struct(">QI")
TAG_SIZE = 16
OVERHEAD = SEGMENT_HEADER.size + TAG_SIZE
PART_SIZE = 16
FIELDS = 16
RTP_LIMIT = 2**32
RUN = 16
"""Segments that one thread hashes without a pause: half a minute of one source."""


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a `.tsv`; see the format for the fields. RTP times are None where no frame is."""

    part: str
    seq: int
    sha256: str
    offset: int
    length: int
    rtp: tuple[int | None, int | None, int | None, int | None]
    audio_frames: int
    video_frames: int
    gaps: int
    missing_frames: int
    first_mono_ms: int
    last_mono_ms: int
    prev: str
    line: bytes

    @property
    def hash(self) -> str:
        return sha256_hex(self.line)

    def encode(self) -> bytes:
        rtp = ["-" if time is None else time for time in self.rtp]
        numbers = (
            self.audio_frames, self.video_frames, self.gaps, self.missing_frames,
            self.first_mono_ms, self.last_mono_ms,
        )  # fmt: skip
        head = (self.part, self.seq, self.sha256, self.offset, self.length)
        return ("\t".join(map(str, (*head, *rtp, *numbers, self.prev))) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Slice:
    """One line of a `.segments.tsv`: where a segment's plaintext lies in the readable media."""

    seq: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Header:
    """A part's header, taken apart."""

    call: str
    part: str
    commitment: bytes

    @property
    def prefix(self) -> bytes:
        """What every segment's AAD begins with: the header without its commitment."""
        name = self.call.encode("ascii")
        return MAGIC + bytes([len(name)]) + name + bytes.fromhex(self.part)

    def encode(self) -> bytes:
        return self.prefix + self.commitment


@dataclass(frozen=True, slots=True)
class Segment:
    """What was found where a record says its segment lies. `header` is (seq, length of the
    ciphertext), None if there are not even twelve bytes.
    """

    record: Record
    header: tuple[int, int] | None
    sha256: str


@dataclass(frozen=True)
class Part:
    """One part. `header` is what the file says in the sealed form, and what call, part and the
    disclosed key lead to in the archive form. `media` is the path of `.bin` or `.webm`, empty if
    neither is in the package.
    """

    call: str
    part: str
    media: str
    header: Header | None
    records: tuple[Record, ...]
    slices: tuple[Slice, ...]
    key: bytes
    source: Source

    @property
    def name(self) -> str:
        return f"{self.call}/{self.part}"

    @property
    def tsv(self) -> str:
        return f"data/rec/{self.name}.tsv"

    @property
    def is_readable(self) -> bool:
        return self.media.endswith(".webm")

    @property
    def header_sha256(self) -> str:
        return sha256_hex(self.header.encode()) if self.header else ""

    def head(self, segments: int) -> str | None:
        """The head after that many records; None if there are fewer."""
        if segments > len(self.records):
            return None
        return self.records[segments - 1].hash if segments else self.header_sha256

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """Hashed on all cores: each run of segments by a thread with a file of its own."""
        numbers = range(len(self.records))
        runs = [numbers[at : at + RUN] for at in numbers[::RUN]]
        threads = min(cores(), len(runs))
        return tuple(chain.from_iterable(in_threads(self._hashed, runs, threads)))

    def _hashed(self, run: range) -> list[Segment]:
        return [
            Segment(record, _segment_header(stored), sha256(stored).hexdigest())
            for record, stored in self._stored(run)
        ]

    def _stored(self, run: range) -> Iterator[tuple[Record, bytes]]:
        """Header, ciphertext and tag of each segment; shorter where the media end too early."""
        if not self.media:
            return
        records = self.records[run.start : run.stop]
        with self.source.open(self.media) as file:
            if not self.is_readable:
                for record in records:
                    file.seek(record.offset)
                    yield record, file.read(record.length)
                return
            aes_key = hkdf_expand(self.key, INFO, 2 * HASH_SIZE)[:HASH_SIZE]
            for record, piece in zip(records, self.slices[run.start : run.stop], strict=False):
                file.seek(piece.offset)
                yield record, self._encrypt(aes_key, record, file.read(piece.length))

    def _encrypt(self, aes_key: bytes, record: Record, plaintext: bytes) -> bytes:
        prefix = self.header.prefix if self.header else b""
        seq = record.seq.to_bytes(8, "big")
        nonce = record.seq.to_bytes(12, "big")
        sealed = AESGCM(aes_key).encrypt(nonce, plaintext, prefix + seq)
        return SEGMENT_HEADER.pack(record.seq, len(plaintext)) + sealed


def _segment_header(stored: bytes) -> tuple[int, int] | None:
    if len(stored) < SEGMENT_HEADER.size:
        return None
    seq, length = SEGMENT_HEADER.unpack_from(stored)
    return seq, length


def parse_part(source: Source, text: Callable[[str], bytes], call: str, part: str) -> Part:
    """The part whose record file is in the package. Raises UnreadableError."""
    base = f"data/rec/{call}/{part}"
    records = tuple(_records(text(f"{base}.tsv"), f"{base}.tsv", f"{call}/{part}"))
    present = set(source.paths)
    if f"{base}.bin" in present:
        header = _header(source, f"{base}.bin")
        return Part(call, part, f"{base}.bin", header, records, (), b"", source)
    if f"{base}.webm" in present:
        key = _key(text(f"{base}.key"), f"{base}.key")
        commitment = hkdf_expand(key, INFO, 2 * HASH_SIZE)[HASH_SIZE:]
        slices = tuple(_slices(text(f"{base}.segments.tsv"), f"{base}.segments.tsv"))
        header = Header(call, part, commitment)
        return Part(call, part, f"{base}.webm", header, records, slices, key, source)
    return Part(call, part, "", None, records, (), b"", source)


def _header(source: Source, path: str) -> Header:
    with source.open(path) as file:
        head = file.read(len(MAGIC) + 1)
        size = head[-1] if head else 0
        body = file.read(size + PART_SIZE + HASH_SIZE)
    call = body[:size].decode("latin-1")
    if head[:-1] != MAGIC or not 1 <= size <= 64 or len(body) != size + PART_SIZE + HASH_SIZE:
        raise UnreadableError(path, "a part header", head.hex())
    if not call.isascii():
        raise UnreadableError(path, "a call id in ASCII", call)
    part = body[size : size + PART_SIZE].hex()
    return Header(call, part, body[size + PART_SIZE :])


def _records(data: bytes, path: str, name: str) -> Iterator[Record]:
    lines = data.split(b"\n")
    if lines.pop():
        raise UnreadableError(path, "a last line that ends with LF")
    for number, line in enumerate(lines):
        fields = line.decode("latin-1").split("\t")
        numbers = [whole_number(value) for value in (*fields[1:2], *fields[3:5], *fields[9:15])]
        rtp = [None if value == "-" else whole_number(value) for value in fields[5:9]]
        if len(fields) != FIELDS or None in numbers:
            raise UnreadableError(path, "sixteen fields", line, f"{name}#{number}")
        whole = [value or 0 for value in numbers]
        if whole[2] > MAX_SEGMENT + OVERHEAD:
            record = f"{name}#{number}"
            raise UnreadableError(path, f"at most {MAX_SEGMENT} bytes", whole[2], record)
        yield Record(
            part=fields[0],
            seq=whole[0],
            sha256=fields[2],
            offset=whole[1],
            length=whole[2],
            rtp=(rtp[0], rtp[1], rtp[2], rtp[3]),
            audio_frames=whole[3],
            video_frames=whole[4],
            gaps=whole[5],
            missing_frames=whole[6],
            first_mono_ms=whole[7],
            last_mono_ms=whole[8],
            prev=fields[15],
            line=line + b"\n",
        )


def _slices(data: bytes, path: str) -> Iterator[Slice]:
    lines = data.split(b"\n")
    if lines.pop():
        raise UnreadableError(path, "a last line that ends with LF")
    for line in lines:
        numbers = [whole_number(value) for value in line.decode("latin-1").split("\t")]
        if len(numbers) != 3 or None in numbers or (numbers[2] or 0) > MAX_SEGMENT:
            raise UnreadableError(path, "seq, offset and length", line)
        yield Slice(*(value or 0 for value in numbers))


def _key(data: bytes, path: str) -> bytes:
    try:
        key = bytes.fromhex(data.decode("latin-1"))
    except ValueError as error:
        raise UnreadableError(path, "a part key in hex", error) from error
    if len(key) != HASH_SIZE:
        raise UnreadableError(path, "a part key of 32 bytes", len(key))
    return key
