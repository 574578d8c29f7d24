"""What is left of a recording: every part played from start to end, every book against the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import DurableEvent, Gap, PartClosed, PartOpened, RoomClosed
from recording.checks import decode
from recording.parts import PartReader, list_parts
from recording.worker.journal import read_journal

ROUNDING_MS = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """The recording as it lay on the disk when it was killed: by part, what was being recorded."""

    mono_s: float
    open_parts: dict[str, PartOpened]


def mark(directory: Path, mono_s: float) -> Mark:
    """To be read right after the kill."""
    events = read_journal(directory)
    opened = {event.part: event for event in events if isinstance(event, PartOpened)}
    closed = {event.part for event in events if isinstance(event, PartClosed)}
    return Mark(mono_s, {part: opened[part] for part in opened.keys() - closed})


def damage(directory: Path, key: bytes) -> Iterator[str]:
    """Whatever keeps the recording from being whole: nothing, or it is told in words."""
    events = read_journal(directory)
    if not events or not isinstance(events[-1], RoomClosed):
        yield "the recording is open"
    opened = {event.part: event for event in events if isinstance(event, PartOpened)}
    closed = {event.part: event for event in events if isinstance(event, PartClosed)}
    if not opened.keys() == closed.keys() == set(list_parts(directory)):
        yield f"parts: {len(opened)} begun, {len(closed)} ended, {len(list_parts(directory))} found"
    for part in opened.keys() & closed.keys():
        yield from _damage_of_part(directory, key, closed[part])


def _damage_of_part(directory: Path, key: bytes, closed: PartClosed) -> Iterator[str]:
    reader = PartReader.open(directory, closed.part)
    if (len(reader.records), reader.found.head) != (closed.segments, closed.record_sha256):
        yield f"part {closed.part} does not end as the journal says"
    if not reader.records:
        return
    facts = decode(b"".join(reader.plaintexts(key)))
    if facts.errors or not facts.monotonic:
        yield f"part {closed.part} does not play: {facts}"
    counted = (facts.video_packets, facts.video_frames, facts.audio_packets)
    if counted != (closed.video_frames, closed.video_frames, closed.audio_frames):
        yield f"part {closed.part} holds {counted} frames, not what the journal says"


def unexplained(directory: Path, killed: Mark) -> Iterator[str]:
    """Sources that were being recorded when the worker died, and have no line that says so."""
    events = read_journal(directory)
    wanted = {
        (opened.leg, source) for opened in killed.open_parts.values() for source in opened.sources
    }
    killed_ms = killed.mono_s * 1000
    for leg, source in sorted(wanted):
        if not any(_tells(event, leg, source, killed_ms) for event in events):
            yield f"no line tells of the restart: {source.value}"


_CAUSES = {GapCause.WORKER_RESTART, GapCause.LEG_GONE}
"""A leg whose silence was told before the worker died keeps that cause."""


def _tells(event: DurableEvent, leg: str, source: TrackSource, killed_ms: float) -> bool:
    return (
        isinstance(event, Gap)
        and (event.leg, event.source) == (leg, source)
        and event.cause in _CAUSES
        and event.from_mono_ms - ROUNDING_MS <= killed_ms <= event.to_mono_ms + ROUNDING_MS
    )
