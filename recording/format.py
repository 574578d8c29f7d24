"""The recording format `yunchuang/rec/v1` (docs/recording-format.md), byte by byte.

Writer, reader and reconciliation share it; the verifier has a second implementation of its own.
"""

import hashlib
import re
import struct
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"YCREC/1\n"
KDF_INFO = b"yunchuang/rec/v1"
PART_BYTES = 16
COMMITMENT_BYTES = 32
TAG_BYTES = 16
SEGMENT_HEADER = struct.Struct(">QI")
MAX_HEADER_BYTES = 8 + 1 + 64 + PART_BYTES + COMMITMENT_BYTES
MAX_CIPHERTEXT = 16_777_216
MAX_RECORD_BYTES = 1024
_CALL = re.compile(rb"[A-Za-z0-9_.-]{1,64}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_HEX32 = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"[0-9a-f]{32}")
_FIELDS = 16


class FormatError(ValueError):
    """Bytes that are not this format: torn, damaged or foreign."""


@dataclass(frozen=True, slots=True)
class PartKeys:
    """What a part derives from its call key; the commitment tells a wrong key from damage."""

    aes: bytes
    commitment: bytes

    @classmethod
    def derive(cls, call_key: bytes, part: bytes) -> "PartKeys":
        okm = HKDF(algorithm=SHA256(), length=64, salt=part, info=KDF_INFO).derive(call_key)
        return cls(aes=okm[:32], commitment=okm[32:])


@dataclass(frozen=True, slots=True)
class PartHeader:
    """The clear header of a `.bin`; its SHA-256 is the first link of the part's chain."""

    call: str
    part: bytes
    commitment: bytes

    def binding(self) -> bytes:
        """The header without the commitment: the head of every segment's AAD."""
        call = self.call.encode("ascii")
        return MAGIC + bytes([len(call)]) + call + self.part

    def to_bytes(self) -> bytes:
        return self.binding() + self.commitment

    def sha256(self) -> bytes:
        return hashlib.sha256(self.to_bytes()).digest()

    @classmethod
    def parse(cls, data: bytes) -> "PartHeader":
        """Reads the header at the start of `data` (more bytes may follow). Raises FormatError."""
        if not data.startswith(MAGIC) or len(data) < len(MAGIC) + 1:
            raise FormatError("not a recording part")
        start = len(MAGIC) + 1
        end = start + data[len(MAGIC)]
        call = data[start:end]
        if len(data) < end + PART_BYTES + COMMITMENT_BYTES or not _CALL.fullmatch(call):
            raise FormatError("torn or malformed part header")
        part_end = end + PART_BYTES
        return cls(
            call=call.decode("ascii"),
            part=data[end:part_end],
            commitment=data[part_end : part_end + COMMITMENT_BYTES],
        )


def check_call_id(call: str) -> str:
    """Returns `call` if it may stand in a header and a path; raises FormatError."""
    if not call.isascii() or not _CALL.fullmatch(call.encode("ascii")) or set(call) == {"."}:
        raise FormatError("call id does not fit the recording format")
    return call


def _nonce(seq: int) -> bytes:
    return seq.to_bytes(12, "big")


def seal_segment(header: PartHeader, cipher: AESGCM, seq: int, plaintext: bytes) -> bytes:
    """One segment as it lies in the file. The caller never seals a seq twice."""
    aad = header.binding() + seq.to_bytes(8, "big")
    body = cipher.encrypt(_nonce(seq), plaintext, aad)
    return SEGMENT_HEADER.pack(seq, len(body) - TAG_BYTES) + body


def open_segment(header: PartHeader, cipher: AESGCM, seq: int, segment: bytes) -> bytes:
    """The plaintext; raises FormatError, or InvalidTag when key or bytes are wrong."""
    if len(segment) < SEGMENT_HEADER.size + TAG_BYTES:
        raise FormatError("torn segment")
    found, length = SEGMENT_HEADER.unpack_from(segment)
    if found != seq or len(segment) != SEGMENT_HEADER.size + length + TAG_BYTES:
        raise FormatError("segment header does not fit its record")
    aad = header.binding() + seq.to_bytes(8, "big")
    return cipher.decrypt(_nonce(seq), segment[SEGMENT_HEADER.size :], aad)


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """One line of the `.tsv`; RTP times are 32 bit, None where the segment has no such frame."""

    part: str
    seq: int
    sha256: str
    offset: int
    length: int
    audio_first_rtp: int | None
    audio_last_rtp: int | None
    video_first_rtp: int | None
    video_last_rtp: int | None
    audio_frames: int
    video_frames: int
    gaps: int
    missing_frames: int
    first_mono_ms: int
    last_mono_ms: int
    prev: str

    def to_line(self) -> bytes:
        fields = (
            self.part,
            self.seq,
            self.sha256,
            self.offset,
            self.length,
            *(
                "-" if value is None else value
                for value in (
                    self.audio_first_rtp,
                    self.audio_last_rtp,
                    self.video_first_rtp,
                    self.video_last_rtp,
                )
            ),
            self.audio_frames,
            self.video_frames,
            self.gaps,
            self.missing_frames,
            self.first_mono_ms,
            self.last_mono_ms,
            self.prev,
        )
        return "\t".join(map(str, fields)).encode("ascii") + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> "SegmentRecord":
        """Reads one line with its LF; only the canonical form passes. Raises FormatError."""
        if len(line) > MAX_RECORD_BYTES or not line.endswith(b"\n") or not line.isascii():
            raise FormatError("not a segment record")
        fields = line[:-1].decode("ascii").split("\t")
        if len(fields) != _FIELDS:
            raise FormatError("a segment record has sixteen fields")
        part, digest, prev = fields[0], fields[2], fields[15]
        if not (_PART.fullmatch(part) and _HEX32.fullmatch(digest) and _HEX32.fullmatch(prev)):
            raise FormatError("malformed hex in a segment record")
        rtp = [None if field == "-" else _number(field) for field in fields[5:9]]
        return cls(
            part=part,
            seq=_number(fields[1]),
            sha256=digest,
            offset=_number(fields[3]),
            length=_number(fields[4]),
            audio_first_rtp=rtp[0],
            audio_last_rtp=rtp[1],
            video_first_rtp=rtp[2],
            video_last_rtp=rtp[3],
            audio_frames=_number(fields[9]),
            video_frames=_number(fields[10]),
            gaps=_number(fields[11]),
            missing_frames=_number(fields[12]),
            first_mono_ms=_number(fields[13]),
            last_mono_ms=_number(fields[14]),
            prev=prev,
        )


def _number(field: str) -> int:
    if not _NUMBER.fullmatch(field):
        raise FormatError("malformed number in a segment record")
    return int(field)


def record_hash(line: bytes) -> str:
    """SHA-256 of a record's line, LF included."""
    return hashlib.sha256(line).hexdigest()
