"""One part on disk: `<part>.bin` and `<part>.tsv`, in the order of writing of the format."""

import hashlib
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from casework.ports import TrackSource
from recording.format import PartHeader, PartKeys, SegmentRecord, record_hash, seal_segment
from recording.worker.record_disk import RecordDisk


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """What a segment record tells besides place and hash; fields as in the format."""

    audio_rtp: tuple[int, int] | None
    video_rtp: tuple[int, int] | None
    audio_frames: int
    video_frames: int
    gaps: int
    missing_frames: int
    first_mono_ms: int
    last_mono_ms: int
    sources: frozenset[TrackSource] = frozenset()


@dataclass(slots=True)
class PartTotals:
    """What is durable; `head` is the record hash of the last line, or the header hash."""

    head: str
    bytes: int
    segments: int = 0
    audio_frames: int = 0
    video_frames: int = 0
    missing_frames: int = 0
    last_mono_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Sealed:
    record: SegmentRecord
    data: bytes
    line: bytes
    facts: SegmentFacts


class PartWriter:
    """Sealed segments wait here until they are durable; a failing disk loses none of them.

    A seq is sealed once; what is written again after an error is the same bytes at the same place.
    """

    def __init__(
        self, directory: Path, call: str, call_key: bytes, part: bytes, disk: RecordDisk
    ) -> None:
        keys = PartKeys.derive(call_key, part)
        self.header = PartHeader(call, part, keys.commitment)
        self._cipher = AESGCM(keys.aes)
        self._directory = directory
        self._name = part.hex()
        self._disk = disk
        self._files: tuple[int, int] | None = None
        self._sealed: deque[_Sealed] = deque()
        self._next_seq = 0
        self._bin_end = len(self.header.to_bytes())
        self._tsv_end = 0
        self._prev = self.header.sha256().hex()
        self.totals = PartTotals(head=self._prev, bytes=self._bin_end)
        self.waiting_bytes = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def is_open(self) -> bool:
        return self._files is not None

    @property
    def waiting(self) -> int:
        """Segments that are sealed and not yet durable."""
        return len(self._sealed)

    def open(self) -> None:
        """Makes both files durable, the header written. Raises OSError; may be called again."""
        bin_path = self._directory / f"{self._name}.bin"
        tsv_path = self._directory / f"{self._name}.tsv"
        opened: list[int] = []
        try:
            for path, data in ((bin_path, self.header.to_bytes()), (tsv_path, b"")):
                # A failed attempt of this very opening left it; nobody was told of it.
                path.unlink(missing_ok=True)
                opened.append(self._disk.create(path, data, 0o600))
                self._disk.sync(opened[-1])
            self._disk.sync_directory(self._directory)
        except OSError:
            for descriptor in opened:
                os.close(descriptor)
            raise
        # Crash here: files that no journal names and that hold no segment; recovery removes them.
        self._files = (opened[0], opened[1])

    def seal(self, plaintext: bytes, facts: SegmentFacts) -> None:
        """Encrypts one segment and queues it for `flush`."""
        seq = self._next_seq
        self._next_seq += 1
        data = seal_segment(self.header, self._cipher, seq, plaintext)
        sealed_before = self._sealed[-1].record if self._sealed else None
        offset = sealed_before.offset + sealed_before.length if sealed_before else self._bin_end
        record = SegmentRecord(
            part=self._name,
            seq=seq,
            sha256=hashlib.sha256(data).hexdigest(),
            offset=offset,
            length=len(data),
            audio_first_rtp=facts.audio_rtp[0] if facts.audio_rtp else None,
            audio_last_rtp=facts.audio_rtp[1] if facts.audio_rtp else None,
            video_first_rtp=facts.video_rtp[0] if facts.video_rtp else None,
            video_last_rtp=facts.video_rtp[1] if facts.video_rtp else None,
            audio_frames=facts.audio_frames,
            video_frames=facts.video_frames,
            gaps=facts.gaps,
            missing_frames=facts.missing_frames,
            first_mono_ms=facts.first_mono_ms,
            last_mono_ms=facts.last_mono_ms,
            prev=self._prev,
        )
        line = record.to_line()
        self._prev = record_hash(line)
        self._sealed.append(_Sealed(record, data, line, facts))
        self.waiting_bytes += len(data)

    def flush(self) -> SegmentFacts | None:
        """Makes the oldest sealed segment durable; None if there is none. Raises OSError."""
        if not self._sealed or self._files is None:
            return None
        segment = self._sealed[0]
        data_file, record_file = self._files
        self._disk.write_at(data_file, segment.data, self._bin_end)
        self._disk.sync(data_file)
        # Crash here: a segment after the last record. It was never acknowledged and is not read.
        self._disk.write_at(record_file, segment.line, self._tsv_end)
        self._disk.sync(record_file)
        self._sealed.popleft()
        self._bin_end += len(segment.data)
        self._tsv_end += len(segment.line)
        self.waiting_bytes -= len(segment.data)
        totals, facts = self.totals, segment.facts
        totals.head = record_hash(segment.line)
        totals.bytes = self._bin_end
        totals.segments += 1
        totals.audio_frames += facts.audio_frames
        totals.video_frames += facts.video_frames
        totals.missing_frames += facts.missing_frames
        totals.last_mono_ms = max(totals.last_mono_ms or 0, facts.last_mono_ms)
        return facts

    def close(self) -> None:
        """Lets go of the files. Raises OSError where the file system reports late errors."""
        files, self._files = self._files, None
        for descriptor in files or ():
            os.close(descriptor)
