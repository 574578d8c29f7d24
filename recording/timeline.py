"""Where everything recorded of a call lies on the call's monotonic clock: legs side by side."""

from dataclasses import dataclass
from pathlib import Path

from casework.ports import GapCause, TrackSource
from casework.worker_link.messages import Gap, PartClosed, PartOpened, RoomClosed
from recording.parts import PartReader
from recording.worker.journal import read_journal


@dataclass(frozen=True, slots=True)
class PartSpan:
    """A part from its WebM time 0 (`start_mono_ms`) to its last recorded frame. `open` while its
    recorder may still add to it. Frame counts are those of the durable records.
    """

    part: str
    leg: str
    site: str
    sources: tuple[TrackSource, ...]
    start_mono_ms: int
    end_mono_ms: int
    segments: int
    audio_frames: int
    video_frames: int
    open: bool

    @property
    def mime(self) -> str:
        """Type and codecs for a player or a MediaSource."""
        codecs = []
        if any(source is not TrackSource.MICROPHONE for source in self.sources):
            codecs.append("vp8")
        if TrackSource.MICROPHONE in self.sources:
            codecs.append("opus")
        kind = "video" if "vp8" in codecs else "audio"
        return f'{kind}/webm; codecs="{", ".join(codecs)}"'


@dataclass(frozen=True, slots=True)
class GapSpan:
    leg: str
    source: TrackSource
    cause: GapCause
    from_mono_ms: int
    to_mono_ms: int
    frames: int | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """All times are CLOCK_MONOTONIC in milliseconds. `wall_ms` + (mono - `start_mono_ms`) gives
    wall time as the worker's machine had it when the recording began.
    """

    parts: tuple[PartSpan, ...]
    gaps: tuple[GapSpan, ...]
    start_mono_ms: int
    end_mono_ms: int
    wall_ms: int
    ended: bool


def read_timeline(directory: Path) -> Timeline | None:
    """None as long as nothing was recorded. Raises PartDamagedError, JournalDamagedError."""
    events = read_journal(directory)
    opened = [event for event in events if isinstance(event, PartOpened)]
    if not opened:
        return None
    closed = {event.part for event in events if isinstance(event, PartClosed)}
    parts = tuple(
        sorted(
            (_span(directory, event, is_open=event.part not in closed) for event in opened),
            key=lambda span: (span.start_mono_ms, span.part),
        )
    )
    first = opened[0]
    start = min(span.start_mono_ms for span in parts)
    gaps = tuple(
        GapSpan(e.leg, e.source, e.cause, e.from_mono_ms, e.to_mono_ms, e.frames)
        for e in events
        if isinstance(e, Gap)
    )
    return Timeline(
        parts=parts,
        gaps=gaps,
        start_mono_ms=start,
        end_mono_ms=max(span.end_mono_ms for span in parts),
        wall_ms=first.t_ms - (first.mono_ms - start),
        ended=isinstance(events[-1], RoomClosed),
    )


def _span(directory: Path, opened: PartOpened, *, is_open: bool) -> PartSpan:
    records = PartReader.open(directory, opened.part).records
    return PartSpan(
        part=opened.part,
        leg=opened.leg,
        site=opened.site,
        sources=tuple(opened.sources),
        start_mono_ms=opened.mono_ms,
        end_mono_ms=max((record.last_mono_ms for record in records), default=opened.mono_ms),
        segments=len(records),
        audio_frames=sum(record.audio_frames for record in records),
        video_frames=sum(record.video_frames for record in records),
        open=is_open,
    )
