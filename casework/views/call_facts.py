"""Reads what a decision on a case may ask of a call (casework.policy.call_facts)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from casework.errors import NotFound
from casework.model.call import RUNNING, LegState, MarkKind
from casework.model.call_session import CallSession, Leg
from casework.policy.call_facts import CallFacts, RequiredMark
from casework.policy.recorded_time import Stretch, Track, covers, longest_gap_ms
from casework.store import schema_call as s
from casework.views.calls import call_of, cases_of, legs_of, persons_of

REPORT_LIVES_MS = 3_000
DURABLE_WITHIN_MS = 6_000


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: MarkKind
    t_ms: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The recording as rows, already turned into stretches of required tracks."""

    required: frozenset[Track]
    parts: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]
    started_mono_ms: int
    heads: dict[str, str]


def facts_of_call(conn: Connection, call_id: str, *, mono_ms: int) -> CallFacts | None:
    """None when there is no such call. `mono_ms` is now on CLOCK_MONOTONIC."""
    try:
        call = call_of(conn, call_id)
    except NotFound:
        return None
    marks = _marks(conn, call)
    recorded = _recorded(conn, call)
    identity = [mark for mark in marks if mark.kind is MarkKind.IDENTITY]
    checked = [mark for mark in marks if mark.kind in {MarkKind.IDENTITY, MarkKind.RECHECK}]
    return CallFacts(
        call_id=call.id,
        state=call.state,
        running=call.state in RUNNING,
        case_ids=frozenset(cases_of(conn, call_id)),
        reviewer_id=call.reviewer_id,
        ended_in_order_at_ms=call.ended_ms if call.ended_in_order else None,
        notices={
            person.id: person.answer
            for person in persons_of(conn, call_id)
            if person.kind.answers_notice
        },
        # Until the reviewer has looked again after a drop, nobody's identity stands.
        identity_on_camera_at_ms=identity[-1].t_ms if identity and not call.recheck_due else None,
        healthy_now=call.state in RUNNING and _healthy(conn, call_id, mono_ms),
        marks_recorded=_recorded_marks(call, marks, recorded),
        longest_gap_ms=0
        if recorded is None
        else longest_gap_ms(
            recorded.required,
            recorded.gaps,
            checked[-1].mono_ms if checked else recorded.started_mono_ms,
            mono_ms,
        ),
        stream_heads={} if recorded is None else recorded.heads,
    )


def _healthy(conn: Connection, call_id: str, now_ms: int) -> bool:
    """Healthy *now* (design.md §4): reported so within 3 s, last durable segment at most 6 s old."""
    row = conn.execute(select(s.recording).where(s.recording.c.call_id == call_id)).one_or_none()
    return (
        row is not None
        and row.health_ok
        and row.ended_ms is None
        and row.health_mono_ms is not None
        and now_ms - row.health_mono_ms <= REPORT_LIVES_MS
        and row.last_durable_mono_ms is not None
        and now_ms - row.last_durable_mono_ms <= DURABLE_WITHIN_MS
    )


def _recorded_marks(
    call: CallSession, marks: Iterable[_Mark], recorded: _Recorded | None
) -> frozenset[RequiredMark]:
    if recorded is None:
        return frozenset()
    lying = {
        mark.kind
        for mark in marks
        if covers(mark.mono_ms, recorded.required, recorded.parts, recorded.gaps)
    }
    found = frozenset(kind for kind in RequiredMark if MarkKind(kind.value) in lying)
    return found - {RequiredMark.IDENTITY} if call.recheck_due else found


def _marks(conn: Connection, call: CallSession) -> list[_Mark]:
    """The marks that count: those since evidence began (again), in order."""
    rows = conn.execute(
        select(s.mark)
        .where(s.mark.c.call_id == call.id, s.mark.c.t_ms >= (call.evidence_from_ms or 0))
        .order_by(s.mark.c.mono_ms, s.mark.c.id)
    )
    return [_Mark(MarkKind(row.kind), row.t_ms, row.mono_ms) for row in rows]


def _recorded(conn: Connection, call: CallSession) -> _Recorded | None:
    row = conn.execute(select(s.recording).where(s.recording.c.call_id == call.id)).one_or_none()
    if row is None:
        return None
    legs = [leg for leg in legs_of(conn, call.id) if leg.required]
    required = frozenset((leg.site.value, source.value) for leg in legs for source in leg.required)
    parts = conn.execute(select(s.part).where(s.part.c.call_id == call.id)).all()
    gaps = conn.execute(select(s.gap).where(s.gap.c.call_id == call.id)).all()
    return _Recorded(
        required=required,
        parts=tuple(
            Stretch((part.site, source), part.opened_mono_ms, _end_of(part, row))
            for part in parts
            for source in part.sources
        ),
        gaps=(
            *(Stretch((gap.site, gap.source), gap.from_mono_ms, gap.to_mono_ms) for gap in gaps),
            *_silent(conn, call, legs),
        ),
        started_mono_ms=row.started_mono_ms,
        heads={part.id: part.record_sha256 for part in parts},
    )


def _end_of(part: Row[tuple[object, ...]], recording: Row[tuple[object, ...]]) -> int:
    """Up to where a part is durable: its close, the newest durable segment, or its last head."""
    known: list[int | None] = [part.closed_mono_ms, part.head_mono_ms, part.opened_mono_ms]
    if part.closed_mono_ms is None:
        known.append(recording.last_durable_mono_ms)
    return max(ms for ms in known if ms is not None)


def _silent(conn: Connection, call: CallSession, legs: Iterable[Leg]) -> list[Stretch]:
    """Required tracks that miss right now; their line in the ledger is written when they return."""
    if call.state not in RUNNING:
        return []
    missing = []
    for leg in legs:
        if leg.state is LegState.CONNECTED:
            continue
        since = conn.scalar(
            select(s.interval.c.from_mono_ms).where(
                s.interval.c.subject == f"leg:{leg.id}", s.interval.c.to_ms.is_(None)
            )
        )
        if since is not None:
            missing += [
                Stretch((leg.site.value, source.value), since, None) for source in leg.required
            ]
    return missing
