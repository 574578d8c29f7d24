"""Durable events: what the recorder did, to be written to the call's chain; none may be lost."""

from typing import Annotated, Literal

from pydantic import Field

from casework.ports import ContentFinding, GapCause, TrackSource
from casework.worker_link.messages.base import Hex16, Hex32, Id, Message


class PartOpened(Message):
    """Durable. A writer was opened: new random part id, header hash and key commitment.
    `t_ms` and `mono_ms` are those of the part's time 0.
    """

    type: Literal["part_opened"] = "part_opened"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    part: Hex16
    leg: Id
    site: Id
    sources: list[TrackSource] = Field(max_length=2)
    commitment: Hex32
    header_sha256: Hex32
    previous: Hex16 | None = None
    cause: GapCause | None = None


class Head(Message):
    part: Hex16
    segments: int
    record_sha256: Hex32  # head of the part's chain of segment records


class Absent(Message):
    """A source that is away since then; its line of the ledger is written when it is back."""

    leg: Id
    source: TrackSource
    cause: GapCause
    from_mono_ms: int


class Heads(Message):
    """Durable. Every 10 s, at a gap longer than one segment, and when a source goes: heads of all
    parts that are written, and of those whose head moved since the last time. `absent` is for whoever takes over the recording, and not for the log.
    """

    type: Literal["heads"] = "heads"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    heads: list[Head]
    absent: list[Absent] = Field(default_factory=list)


class Gap(Message):
    """Durable. One line of the gap ledger; an open gap is written when it closes."""

    type: Literal["gap"] = "gap"
    call: Id
    n: int
    t_ms: int
    leg: Id
    source: TrackSource
    cause: GapCause
    from_mono_ms: int
    to_mono_ms: int
    frames: int | None = None


class PartClosed(Message):
    """Durable. Totals of a part; expected against recorded frames of each track.
    `mono_ms` is where its recorded time ends.
    """

    type: Literal["part_closed"] = "part_closed"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    part: Hex16
    segments: int
    bytes: int
    record_sha256: Hex32
    audio_frames: int
    video_frames: int
    missing_frames: int


class RecordingFault(Message):
    """Durable. Disk full, failing fsync, tap overflow: what turned health red."""

    type: Literal["recording_fault"] = "recording_fault"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    cause: GapCause
    detail: Annotated[str, Field(max_length=300)]


class ContentNoted(Message):
    """Durable. Something about what a track shows or says is odd from here on; None: no more."""

    type: Literal["content_noted"] = "content_noted"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    leg: Id
    source: TrackSource
    finding: ContentFinding | None


class RoomClosed(Message):
    """Durable, the last of a call."""

    type: Literal["room_closed"] = "room_closed"
    call: Id
    n: int
    t_ms: int
    mono_ms: int
    reason: Id
    parts: int


DurableEvent = PartOpened | Heads | Gap | PartClosed | RecordingFault | ContentNoted | RoomClosed
