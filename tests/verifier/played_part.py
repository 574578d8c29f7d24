"""A part of a recording, built byte by byte as the format says, so that a test may spoil any of them."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from audit import commitment
from audit.verifier.recording import Header, hkdf_expand

CALL_ID = "01JD00000000000000000000CA"
CALL_KEY = bytes(range(32, 64))
SEGMENTS = (b"EBML header and first clusters" * 40, b"second clusters" * 50, b"third" * 60)


@dataclass
class PlayedPart:
    """A part built byte by byte. `fields` holds the columns of each record but the last."""

    part: str
    call: str = CALL_ID
    key: bytes = CALL_KEY
    segments: tuple[bytes, ...] = SEGMENTS
    seqs: tuple[int, ...] = (0, 1, 2)
    stored_seqs: tuple[int, ...] | None = None
    change_fields: Callable[[int, list[str]], None] = lambda _seq, _fields: None
    tail: bytes = b""
    bin: bytes = b""
    lines: list[bytes] = field(default_factory=list)

    def build(self) -> None:
        prk = commitment.hmac.digest(bytes.fromhex(self.part), self.key, "sha256")
        okm = hkdf_expand(prk, b"yunchuang/rec/v1", 64)
        header = Header(self.call, self.part, okm[32:])
        self.bin, self.lines = header.encode(), []
        previous = self.header_sha256
        for at, plaintext in enumerate(self.segments):
            seq = self.seqs[at]
            stored_seq = (self.stored_seqs or self.seqs)[at]
            counter = struct.pack(">Q", seq)
            sealed = AESGCM(okm[:32]).encrypt(
                b"\0" * 4 + counter, plaintext, header.prefix + counter
            )
            stored = struct.pack(">QI", stored_seq, len(plaintext)) + sealed
            mono = 1_000_000 + at * 2_000
            fields = [
                self.part, str(seq), sha256(stored).hexdigest(), str(len(self.bin)),
                str(len(stored)), "960", "95040", "0", "180000", "100", "30", "0", "0",
                str(mono), str(mono + 1_980), previous,
            ]  # fmt: skip
            self.change_fields(at, fields)
            line = "\t".join(fields).encode() + b"\n"
            self.lines.append(line)
            self.bin += stored
            previous = sha256(line).hexdigest()

    @property
    def header_sha256(self) -> str:
        return sha256(self.bin[: 9 + len(self.call) + 48]).hexdigest()

    @property
    def commitment(self) -> str:
        return self.bin[9 + len(self.call) + 16 :][:32].hex()

    def head(self, segments: int) -> str:
        return sha256(self.lines[segments - 1]).hexdigest() if segments else self.header_sha256

    def named(self, segments: int) -> dict:
        return {"part": self.part, "segments": segments, "record_sha256": self.head(segments)}

    def totals(self) -> dict:
        count = len(self.lines)
        sums = {"audio_frames": 100 * count, "video_frames": 30 * count, "missing_frames": 0}
        return self.named(count) | {"bytes": len(self.bin)} | sums
