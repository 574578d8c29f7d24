"""Recorded parts for themselves: records, header, segments, and the readable form."""

import re
from collections.abc import Iterator

from audit.verifier import paths
from audit.verifier.package import Package
from audit.verifier.recording import OVERHEAD, RTP_LIMIT, Part, Record
from audit.verifier.registry import package_check
from audit.verifier.report import Finding

_HASH = re.compile(r"[0-9a-f]{64}")


@package_check("part.files")
def files(package: Package) -> Iterator[Finding]:
    """Records always; media as `.bin` in the sealed form, as `.webm` with key and slices in the
    archive form, none only after a proven erasure.
    """
    readable = package.case.get("form") == "archive"
    wanted = {"webm", "segments.tsv", "key"} if readable else {"bin"}
    found: dict[tuple[str, str], set[str]] = {}
    for path in package.source.paths:
        if match := paths.RECORDING.fullmatch(path):
            found.setdefault((match[1], match[2]), set()).add(match[3])
    for (call, part), kinds in found.items():
        if kinds == {"tsv"} and package.is_erased(f"call:{call}"):
            continue
        if kinds != wanted | {"tsv"}:
            path = f"data/rec/{call}/{part}"
            yield Finding(path, sorted(wanted | {"tsv"}), sorted(kinds), f"{call}/{part}")


@package_check("part.header")
def header(package: Package) -> Iterator[Finding]:
    """The file belongs to the call and part its name says."""
    for part in package.parts.values():
        if part.header is not None and (part.header.call, part.header.part) != (
            part.call,
            part.part,
        ):
            found = f"{part.header.call}/{part.header.part}"
            yield Finding(part.media, part.name, found, part.name)


@package_check("record.canonical")
def record_canonical(package: Package) -> Iterator[Finding]:
    for part, record in _records(package):
        if record.encode() != record.line or not _plausible(part, record):
            yield Finding(part.tsv, "a canonical record", record.line, f"{part.name}#{record.seq}")


@package_check("record.seq")
def record_seq(package: Package) -> Iterator[Finding]:
    for part in package.parts.values():
        for expected, record in enumerate(part.records):
            if record.seq != expected:
                yield Finding(part.tsv, f"seq {expected}", record.seq, f"{part.name}#{expected}")
                break


@package_check("record.prev")
def record_prev(package: Package) -> Iterator[Finding]:
    """Each record names the one before it, the first one the header."""
    for part in package.parts.values():
        before = part.header_sha256
        for record in part.records:
            if record.prev != before and before:
                name = f"{part.name}#{record.seq}"
                yield Finding(part.tsv, f"prev {before}", f"prev {record.prev}", name)
            before = record.hash


@package_check("record.time")
def record_time(package: Package) -> Iterator[Finding]:
    """Segments of a part do not run backwards on the monotonic clock."""
    for part in package.parts.values():
        before = 0
        for record in part.records:
            if not before <= record.first_mono_ms <= record.last_mono_ms:
                found = f"{record.first_mono_ms} to {record.last_mono_ms}"
                yield Finding(part.tsv, f"not before {before}", found, f"{part.name}#{record.seq}")
            before = record.first_mono_ms


@package_check("segment.place")
def segment_place(package: Package) -> Iterator[Finding]:
    """Segments lie one after the other, from the header to the end of the file."""
    for part in package.parts.values():
        if part.header is None:
            continue
        position = len(part.header.encode())
        for record in part.records:
            if record.offset != position:
                name = f"{part.name}#{record.seq}"
                yield Finding(part.tsv, f"offset {position}", record.offset, name)
            position = record.offset + record.length
        if not part.is_readable and (size := package.source.size(part.media)) != position:
            yield Finding(part.media, f"{position} bytes", size, f"{part.name}#{len(part.records)}")


@package_check("segment.header")
def segment_header(package: Package) -> Iterator[Finding]:
    for part in package.parts.values():
        for segment in part.segments:
            record = segment.record
            expected = (record.seq, record.length - OVERHEAD)
            if segment.header != expected:
                name = f"{part.name}#{record.seq}"
                yield Finding(part.media, expected, segment.header, name)


@package_check("segment.hash")
def segment_hash(package: Package) -> Iterator[Finding]:
    """Over the stored bytes; in the archive form over the bytes the slice encrypts to again."""
    for part in package.parts.values():
        for segment in part.segments:
            if segment.sha256 != segment.record.sha256:
                name = f"{part.name}#{segment.record.seq}"
                yield Finding(part.media, segment.record.sha256, segment.sha256, name)


@package_check("archive.slices")
def slices(package: Package) -> Iterator[Finding]:
    """The readable media are exactly the plaintexts, one after the other."""
    for part in package.parts.values():
        if not part.is_readable:
            continue
        name = f"data/rec/{part.name}.segments.tsv"
        position, lines = 0, ""
        for record in part.records:
            length = record.length - OVERHEAD
            lines += f"{record.seq}\t{position}\t{length}\n"
            position += length
        if package.text(name) != lines.encode():
            yield Finding(name, "the offsets that follow from the records", "others", part.name)
        if (size := package.source.size(part.media)) != position:
            yield Finding(part.media, f"{position} bytes", size, part.name)


@package_check("archive.key")
def key(package: Package) -> Iterator[Finding]:
    for part in package.parts.values():
        name = f"data/rec/{part.name}.key"
        if part.is_readable and package.text(name) != f"{part.key.hex()}\n".encode():
            yield Finding(name, "lower hex and LF", "another form", part.name)


def _records(package: Package) -> Iterator[tuple[Part, Record]]:
    for part in package.parts.values():
        for record in part.records:
            yield part, record


def _plausible(part: Part, record: Record) -> bool:
    audio, video = record.rtp[:2], record.rtp[2:]
    return (
        record.part == part.part
        and all(_HASH.fullmatch(value) for value in (record.sha256, record.prev))
        and all(
            (None in pair) == (frames == 0) and pair.count(None) in {0, 2}
            for pair, frames in ((audio, record.audio_frames), (video, record.video_frames))
        )
        and all(time is None or time < RTP_LIMIT for time in record.rtp)
        and record.length > OVERHEAD
    )
