"""What a killed recorder left, put in order: used by the recorder that takes over the call, and by
the reconciliation at the desk when nobody does.

A part is never resumed. Its complete records and the bytes they name are what was recorded; a torn
tail was never acknowledged and stays unread.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from casework.clock import Clock
from casework.ports import GapCause
from casework.worker_link.messages import (
    DurableEvent,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)
from recording.format import MAX_HEADER_BYTES, FormatError, PartHeader, SegmentRecord, record_hash
from recording.worker.ledger import Absence, Source


@dataclass(frozen=True, slots=True)
class FoundPart:
    """A part as it lies on disk: complete records only."""

    header: PartHeader
    records: tuple[SegmentRecord, ...]
    head: str
    bytes: int
    damage: str | None = None


@dataclass(slots=True)
class Leftover:
    """`events` are still to be journaled; `absent` are the sources of which nothing is recorded:
    those that were when the recorder died, since their last durable frame, and those that had gone
    before, since then and for what took them.
    """

    events: list[DurableEvent] = field(default_factory=list)
    heads: dict[str, Head] = field(default_factory=dict)
    last_part: dict[Source, str] = field(default_factory=dict)
    absent: dict[Source, Absence] = field(default_factory=dict)
    strangers: list[str] = field(default_factory=list)


def find_part(directory: Path, part: str) -> FoundPart:
    """Reads header and records of a part, up to the first record that does not follow from what
    stands before it (`damage` says why). Hashes of segments are not computed here.

    Raises FormatError if there is no whole header, OSError from the disk.
    """
    bin_path = directory / f"{part}.bin"
    tsv_path = directory / f"{part}.tsv"
    # Records first: the bytes they name were there before them, also while a recorder writes.
    text = tsv_path.read_bytes() if tsv_path.exists() else b""
    try:
        with bin_path.open("rb") as file:
            header = PartHeader.parse(file.read(MAX_HEADER_BYTES))
        available = bin_path.stat().st_size
    except FileNotFoundError:
        raise FormatError("the part is not there") from None
    head = header.sha256().hex()
    offset = len(header.to_bytes())
    records: list[SegmentRecord] = []
    damage = None
    for line in text[: text.rfind(b"\n") + 1].splitlines(keepends=True):
        try:
            record = SegmentRecord.parse(line)
        except FormatError as error:
            damage = f"record {len(records)}: {error}"
            break
        expected = (header.part.hex(), len(records), offset, head)
        if (record.part, record.seq, record.offset, record.prev) != expected:
            damage = f"record {len(records)} does not follow the one before"
            break
        if offset + record.length > available:
            damage = f"record {len(records)} names bytes that are not there"
            break
        records.append(record)
        head = record_hash(line)
        offset += record.length
    return FoundPart(header, tuple(records), head, offset, damage)


def settle(directory: Path, call: str, journal: Iterable[DurableEvent], clock: Clock) -> Leftover:
    """Closes in the books every part that was open, and forgets headers nobody was told of."""
    left = Leftover()
    opened: dict[str, PartOpened] = {}
    closed: set[str] = set()
    for event in journal:
        if isinstance(event, PartOpened):
            opened[event.part] = event
            for source in event.sources:
                left.last_part[event.leg, source] = event.part
        elif isinstance(event, PartClosed):
            closed.add(event.part)
            left.heads[event.part] = Head(
                part=event.part, segments=event.segments, record_sha256=event.record_sha256
            )
        else:
            _note_absence(left.absent, event)
    broken_off: dict[Source, int] = {}
    for name, event in opened.items():
        if name not in closed:
            since_ms = _close_part(directory, call, event, clock, left)
            for source in event.sources:
                key = (event.leg, source)
                broken_off[key] = max(broken_off.get(key, since_ms), since_ms)
    for key, since_ms in broken_off.items():
        left.absent.setdefault(key, Absence(since_ms * 1_000_000, GapCause.WORKER_RESTART))
    _forget_unannounced(directory, opened, left)
    return left


def _note_absence(absent: dict[Source, Absence], event: DurableEvent) -> None:
    """Heads tell all that is away; after them a line tells that a source is back."""
    if isinstance(event, Heads):
        absent.clear()
        for one in event.absent:
            absent[one.leg, one.source] = Absence(one.from_mono_ms * 1_000_000, one.cause)
    elif isinstance(event, Gap):
        away = absent.get((event.leg, event.source))
        since_ms = None if away is None else away.from_ns // 1_000_000
        if since_ms is not None and event.from_mono_ms <= since_ms <= event.to_mono_ms:
            del absent[event.leg, event.source]
    elif isinstance(event, RoomClosed):
        absent.clear()


def _close_part(
    directory: Path, call: str, opened: PartOpened, clock: Clock, left: Leftover
) -> int:
    """Returns where its recorded time ends, CLOCK_MONOTONIC in milliseconds."""
    try:
        found = find_part(directory, opened.part)
        records, head, size, damage = found.records, found.head, found.bytes, found.damage
    except FormatError as error:
        records, head, size, damage = (), opened.header_sha256, 0, str(error)
    if damage is not None:
        left.events.append(
            RecordingFault(
                call=call,
                n=0,
                t_ms=clock.wall_ms(),
                mono_ms=clock.mono_ms(),
                cause=GapCause.STORE_FAULT,
                detail=f"part {opened.part}: {damage}",
            )
        )
    since = max((record.last_mono_ms for record in records), default=opened.mono_ms)
    left.heads[opened.part] = Head(part=opened.part, segments=len(records), record_sha256=head)
    left.events.append(
        PartClosed(
            call=call,
            n=0,
            t_ms=clock.wall_ms(),
            mono_ms=since,
            part=opened.part,
            segments=len(records),
            bytes=size,
            record_sha256=head,
            audio_frames=sum(record.audio_frames for record in records),
            video_frames=sum(record.video_frames for record in records),
            missing_frames=sum(record.missing_frames for record in records),
        )
    )
    return since


def _forget_unannounced(directory: Path, opened: dict[str, PartOpened], left: Leftover) -> None:
    """A header without a journal line: the crash came between the two. It holds no segment; a
    file that does hold some is none of ours and is only named.
    """
    for path in sorted(directory.glob("*.bin")):
        if path.stem in opened:
            continue
        records = path.with_suffix(".tsv")
        if records.exists() and records.stat().st_size:
            left.strangers.append(path.name)
            continue
        records.unlink(missing_ok=True)
        path.unlink()
