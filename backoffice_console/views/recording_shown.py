"""A call's recording laid out for the player: parts and gaps by leg, marks, all on one clock."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.store import schema_call as s
from recording.timeline import Timeline


@dataclass(frozen=True, slots=True)
class MarkShown:
    """`at_ms` from the beginning of the recording."""

    kind: str
    at_ms: int
    case_id: str | None
    ref: str | None


@dataclass(frozen=True, slots=True)
class LaneShown:
    """One leg and video source of the call, or sound alone; spans in ms from the beginning."""

    leg: str
    seat: str
    source: str
    parts: Sequence[dict[str, str | int]]
    gaps: Sequence[dict[str, str | int]]


@dataclass(frozen=True, slots=True)
class RecordingShown:
    """`start_mono_ms` maps entries of the log onto the recording."""

    call_id: str
    duration_ms: int
    start_ms: int
    start_mono_ms: int
    ended: bool
    lanes: Sequence[LaneShown]
    marks: Sequence[MarkShown]


def recording_shown(conn: Connection, call_id: str, timeline: Timeline) -> RecordingShown:
    """`timeline` is what the disk holds; seats and marks come from the store."""
    start = timeline.start_mono_ms
    legs = conn.execute(select(s.leg.c.id, s.leg.c.seat).where(s.leg.c.call_id == call_id))
    seats = {row.id: row.seat for row in legs}
    marks = conn.execute(select(s.mark).where(s.mark.c.call_id == call_id).order_by(s.mark.c.id))
    return RecordingShown(
        call_id=call_id,
        duration_ms=timeline.end_mono_ms - start,
        start_ms=timeline.wall_ms,
        start_mono_ms=start,
        ended=timeline.ended,
        lanes=_lanes(timeline, seats),
        marks=[MarkShown(row.kind, row.mono_ms - start, row.case_id, row.ref) for row in marks],
    )


def _lanes(timeline: Timeline, seats: dict[str, str]) -> list[LaneShown]:
    """A part's lane is its picture; sound rides with the picture of its leg."""
    start = timeline.start_mono_ms
    keys: dict[tuple[str, str], None] = {}
    for part in timeline.parts:
        keys.setdefault((part.leg, _picture(part.sources)))
    return [
        LaneShown(
            leg=leg,
            seat=seats.get(leg, ""),
            source=source,
            parts=[
                {
                    "part": part.part,
                    "mime": part.mime,
                    "from_ms": part.start_mono_ms - start,
                    "to_ms": part.end_mono_ms - start,
                }
                for part in timeline.parts
                if (part.leg, _picture(part.sources)) == (leg, source) and part.segments
            ],
            gaps=[
                {
                    "cause": gap.cause,
                    "source": gap.source,
                    "from_ms": max(0, gap.from_mono_ms - start),
                    "to_ms": gap.to_mono_ms - start,
                }
                for gap in timeline.gaps
                if gap.leg == leg and gap.source in {source, *_with_sound(timeline, leg, source)}
            ],
        )
        for leg, source in sorted(keys, key=lambda key: _rank(seats.get(key[0], ""), key[1]))
    ]


def _rank(seat: str, source: str) -> tuple[int, int, str]:
    """The citizen first, then the counter, the hall last: the same order in every recording."""
    return (seat == "hall", source != "citizen_camera", source)


def _picture(sources: Sequence[str]) -> str:
    return next((source for source in sources if source != "microphone"), "microphone")


def _with_sound(timeline: Timeline, leg: str, source: str) -> frozenset[str]:
    return frozenset(
        carried
        for part in timeline.parts
        if part.leg == leg and source in part.sources
        for carried in part.sources
    )
