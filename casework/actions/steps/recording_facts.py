"""Rows and entries of the recorder's facts; fields as docs/recording-format.md names them."""

from sqlalchemy import insert, select, update

from casework.actions.steps.marks import write_mark
from casework.model.call import MarkKind
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.worker_link.messages import (
    ContentNoted,
    Gap,
    Head,
    Heads,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)


def open_part(tx: Tx, fact: PartOpened) -> None:
    sources = [source.value for source in fact.sources]
    cause = fact.cause.value if fact.cause is not None else None
    tx.conn.execute(
        insert(s.part).values(
            id=fact.part,
            call_id=fact.call,
            leg_id=fact.leg,
            site=fact.site,
            sources=sources,
            commitment=fact.commitment,
            header_sha256=fact.header_sha256,
            previous=fact.previous,
            cause=cause,
            opened_ms=fact.t_ms,
            opened_mono_ms=fact.mono_ms,
            record_sha256=fact.header_sha256,
        )
    )
    tx.entry(
        "rec.part",
        f"call:{fact.call}",
        plain={
            "part": fact.part,
            "leg": fact.leg,
            "site": fact.site,
            "sources": sources,
            "commitment": fact.commitment,
            "header_sha256": fact.header_sha256,
            "previous": fact.previous,
            "cause": cause,
        },
    )


def move_heads(tx: Tx, fact: Heads, *, late: bool) -> None:
    for head in fact.heads:
        moved = _move_head(tx, fact.call, head.part, head.segments, head.record_sha256)
        if moved:
            tx.conn.execute(
                update(s.part).where(s.part.c.id == head.part).values(head_mono_ms=fact.mono_ms)
            )
        if late and moved:
            _late(tx, fact.call, head)
    if not late:
        ordered = sorted(fact.heads, key=lambda head: head.part)
        tx.entry(
            "rec.head",
            f"call:{fact.call}",
            plain={
                "heads": [
                    {
                        "part": head.part,
                        "segments": head.segments,
                        "record_sha256": head.record_sha256,
                    }
                    for head in ordered
                ]
            },
        )


def close_part(tx: Tx, fact: PartClosed, *, late: bool) -> None:
    """The totals of a part are kept for `rec.end`, which names every part."""
    moved = _move_head(tx, fact.call, fact.part, fact.segments, fact.record_sha256)
    tx.conn.execute(
        update(s.part)
        .where(s.part.c.id == fact.part, s.part.c.call_id == fact.call)
        .values(
            closed_ms=fact.t_ms,
            closed_mono_ms=fact.mono_ms,
            bytes=fact.bytes,
            audio_frames=fact.audio_frames,
            video_frames=fact.video_frames,
            missing_frames=fact.missing_frames,
        )
    )
    if late and moved:
        head = Head(part=fact.part, segments=fact.segments, record_sha256=fact.record_sha256)
        _late(tx, fact.call, head)


def write_gap(tx: Tx, fact: Gap) -> None:
    site = tx.conn.scalar(select(s.leg.c.site).where(s.leg.c.id == fact.leg)) or ""
    tx.conn.execute(
        insert(s.gap).values(
            call_id=fact.call,
            n=fact.n,
            leg_id=fact.leg,
            site=site,
            source=fact.source.value,
            cause=fact.cause.value,
            t_ms=fact.t_ms,
            from_mono_ms=fact.from_mono_ms,
            to_mono_ms=fact.to_mono_ms,
            frames=fact.frames,
        )
    )
    tx.entry(
        "rec.gap",
        f"call:{fact.call}",
        plain={
            "leg": fact.leg,
            "site": site,
            "source": fact.source.value,
            "cause": fact.cause.value,
            "from_mono_ms": fact.from_mono_ms,
            "to_mono_ms": fact.to_mono_ms,
            "frames": fact.frames,
        },
    )


def write_fault(tx: Tx, fact: RecordingFault) -> None:
    tx.conn.execute(
        update(s.recording)
        .where(s.recording.c.call_id == fact.call)
        .values(faults=s.recording.c.faults + 1, health_ok=False, health_cause=fact.cause.value)
    )
    plain = {"cause": fact.cause.value, "detail": fact.detail}
    tx.entry("rec.fault", f"call:{fact.call}", plain=plain)


def note_content(tx: Tx, fact: ContentNoted) -> None:
    """What is odd about a picture or a sound stands on the call's timeline from its beginning."""
    site = tx.conn.scalar(select(s.leg.c.site).where(s.leg.c.id == fact.leg)) or ""
    finding = None if fact.finding is None else fact.finding.value
    if finding is not None:
        write_mark(tx, fact.call, MarkKind.CONTENT, ref=f"{fact.source.value}.{finding}")
    tx.entry(
        "rec.content",
        f"call:{fact.call}",
        plain={
            "leg": fact.leg,
            "site": site,
            "source": fact.source.value,
            "finding": finding,
            "from_mono_ms": fact.mono_ms,
        },
    )


def end_recording(tx: Tx, fact: RoomClosed) -> None:
    parts = tx.conn.execute(
        select(s.part).where(s.part.c.call_id == fact.call).order_by(s.part.c.id)
    ).all()
    tx.conn.execute(
        update(s.recording)
        .where(s.recording.c.call_id == fact.call)
        .values(ended_ms=fact.t_ms, end_reason=fact.reason, health_ok=False, health_cause="ended")
    )
    tx.entry(
        "rec.end",
        f"call:{fact.call}",
        committed={"reason": fact.reason},
        plain={
            "parts": [
                {
                    "part": part.id,
                    "segments": part.segments,
                    "bytes": part.bytes,
                    "record_sha256": part.record_sha256,
                    "audio_frames": part.audio_frames,
                    "video_frames": part.video_frames,
                    "missing_frames": part.missing_frames,
                }
                for part in parts
            ],
        },
    )


def _move_head(tx: Tx, call_id: str, part: str, segments: int, record_sha256: str) -> bool:
    """A head never goes back; returns whether it went on."""
    done = tx.conn.execute(
        update(s.part)
        .where(s.part.c.id == part, s.part.c.call_id == call_id, s.part.c.segments < segments)
        .values(segments=segments, record_sha256=record_sha256)
    )
    return done.rowcount == 1


def _late(tx: Tx, call_id: str, head: Head) -> None:
    tx.entry(
        "rec.late",
        f"call:{call_id}",
        plain={
            "part": head.part,
            "segments": head.segments,
            "record_sha256": head.record_sha256,
        },
    )
