"""Reads what a decision on a case may ask of a call (casework.policy.call_facts)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select

from casework.errors import NotFound
from casework.model.call import RUNNING, CallKind, LegState, MarkKind
from casework.model.call_session import CallSession
from casework.model.outlet import WindowProfile
from casework.policy.admission import shows_the_citizen, sources
from casework.policy.call_facts import CallFacts, RequiredMark
from casework.policy.recorded_time import Stretch, Track, covers, longest_gap_ms
from casework.store import schema_call as s
from casework.views.calls import call_of, cases_of, legs_of, persons_of
from casework.views.lines import citizen_in_view
from casework.views.marks import evidence_from

REPORT_LIVES_MS = 3_000
DURABLE_WITHIN_MS = 6_000


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: MarkKind
    t_ms: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The recording as rows, already turned into stretches of required tracks. `parts` reach as
    far as they are durable, `writing` are those that are not closed. A part of which the log does
    not know a segment yet is neither: a verifier asks an approval for a record of every track. A
    part that another follows without a cause reaches up to it: nothing is missing between the two.
    """

    required: frozenset[Track]
    parts: tuple[Stretch, ...]
    writing: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]
    started_mono_ms: int
    ended: bool
    heads: dict[str, str]

    def shows_the_citizen(self, profile: WindowProfile) -> bool:
        return any(shows_the_citizen(profile, *track) for track in self.required)


def facts_of_call(
    conn: Connection, call_id: str, *, mono_ms: int, case_id: str | None = None
) -> CallFacts | None:
    """None when there is no such call. `mono_ms` is now on CLOCK_MONOTONIC. With `case_id` only
    that case's applicant counts as identified, whoever else was in the call.
    """
    try:
        call = call_of(conn, call_id)
    except NotFound:
        return None
    marks = _marks(conn, call, case_id)
    recorded = _recorded(conn, call)
    healthy = call.state in RUNNING and _healthy(conn, call_id, mono_ms)
    identity = [mark for mark in marks if mark.kind is MarkKind.IDENTITY]
    checked = [
        mark
        for mark in _in_recorded_time(marks, recorded, writing=healthy)
        if mark.kind in {MarkKind.IDENTITY, MarkKind.RECHECK}
    ]
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
        healthy_now=healthy,
        citizen_in_view=citizen_in_view(conn, call_id),
        recording_ended=recorded is not None and recorded.ended,
        marks_recorded=_recorded_marks(call, marks, recorded, writing=healthy),
        longest_gap_ms=0
        if recorded is None
        else longest_gap_ms(
            recorded.required,
            recorded.gaps,
            checked[-1].mono_ms if checked else recorded.started_mono_ms,
            mono_ms,
        ),
        recheck_due=call.recheck_due,
        to_redo=_to_redo(call, marks),
        precheck=call.kind is CallKind.PRECHECK,
        stream_heads={} if recorded is None else recorded.heads,
    )


def moment_is_recorded(conn: Connection, call_id: str, kind: MarkKind, t_ms: int) -> bool:
    """Whether a mark of this kind and instant (wall ms) lies in time of which the recording is durable, and
    no interruption took it away.
    """
    call = call_of(conn, call_id)
    marks = [one for one in _marks(conn, call, None) if (one.kind, one.t_ms) == (kind, t_ms)]
    return bool(_in_recorded_time(marks, _recorded(conn, call), writing=False))


def _to_redo(call: CallSession, marks: Iterable[_Mark]) -> frozenset[RequiredMark]:
    """Required marks that an interruption took away and that were not placed since."""
    if call.evidence_from_ms is None:
        return frozenset()
    placed = {mark.kind.value for mark in marks}
    return frozenset(kind for kind in RequiredMark if kind.value not in placed)


def _healthy(conn: Connection, call_id: str, now_ms: int) -> bool:
    """Healthy *now* (design.md §4): reported so within 3 s, last durable segment at most 6 s old."""
    row = conn.execute(select(s.recording).where(s.recording.c.call_id == call_id)).one_or_none()
    return (
        row is not None
        and row.health_ok
        and row.ended_ms is None
        and row.health_mono_ms is not None
        and _is_fresh(now_ms - row.health_mono_ms, REPORT_LIVES_MS)
        and row.last_durable_mono_ms is not None
        and _is_fresh(now_ms - row.last_durable_mono_ms, DURABLE_WITHIN_MS)
    )


def _is_fresh(age_ms: int, limit_ms: int) -> bool:
    # A report from the future is of before the machine's restart: its clock began anew.
    return 0 <= age_ms <= limit_ms


def _recorded_marks(
    call: CallSession,
    marks: Iterable[_Mark],
    recorded: _Recorded | None,
    *,
    writing: bool = False,
) -> frozenset[RequiredMark]:
    """`writing`: what is just being written counts as recorded."""
    if recorded is None:
        return frozenset()
    lying = {mark.kind for mark in _in_recorded_time(marks, recorded, writing=writing)}
    found = frozenset(kind for kind in RequiredMark if MarkKind(kind.value) in lying)
    stands = recorded.shows_the_citizen(call.profile) and not call.recheck_due
    return found if stands else found - {RequiredMark.IDENTITY}


def _in_recorded_time(
    marks: Iterable[_Mark], recorded: _Recorded | None, *, writing: bool
) -> list[_Mark]:
    """A check that nobody recorded mends no gap, and what was said in a gap was not said."""
    if recorded is None:
        return []
    parts = recorded.parts + (recorded.writing if writing else ())
    return [mark for mark in marks if covers(mark.mono_ms, recorded.required, parts, recorded.gaps)]


def _marks(conn: Connection, call: CallSession, case_id: str | None) -> list[_Mark]:
    """The marks that count: those since evidence began (again), in order."""
    rows = conn.execute(
        select(s.mark)
        .where(s.mark.c.call_id == call.id, s.mark.c.mono_ms >= evidence_from(conn, call))
        .order_by(s.mark.c.mono_ms, s.mark.c.id)
    )
    return [
        _Mark(MarkKind(row.kind), row.t_ms, row.mono_ms)
        for row in rows
        if case_id is None or row.kind != MarkKind.IDENTITY or row.case_id == case_id
    ]


def _recorded(conn: Connection, call: CallSession) -> _Recorded | None:
    row = conn.execute(select(s.recording).where(s.recording.c.call_id == call.id)).one_or_none()
    if row is None:
        return None
    # Once expected, always required: a page cannot leave a track out by coming back without it.
    required = frozenset((track["site"], track["source"]) for track in row.tracks)
    parts = conn.execute(select(s.part).where(s.part.c.call_id == call.id)).all()
    proved = [part for part in parts if part.segments]
    followed_ms = {part.previous: part.opened_mono_ms for part in proved if part.cause is None}
    gaps = conn.execute(select(s.gap).where(s.gap.c.call_id == call.id)).all()
    stretches = tuple(
        Stretch(
            (part.site, source),
            part.opened_mono_ms,
            max(_end_of(part, row), followed_ms.get(part.id, 0)),
        )
        for part in proved
        for source in part.sources
    )
    writing = tuple(
        Stretch((part.site, source), part.opened_mono_ms, None)
        for part in proved
        for source in part.sources
        if part.closed_mono_ms is None
    )
    unwritten = _unwritten(call, required, stretches, writing, row.started_mono_ms)
    return _Recorded(
        required=required,
        parts=stretches,
        writing=writing,
        gaps=(
            *(Stretch((gap.site, gap.source), gap.from_mono_ms, gap.to_mono_ms) for gap in gaps),
            *_silent(conn, call, required),
            *unwritten,
        ),
        started_mono_ms=row.started_mono_ms,
        ended=row.ended_ms is not None,
        heads={part.id: part.record_sha256 for part in parts},
    )


def _end_of(part: Row[tuple[object, ...]], recording: Row[tuple[object, ...]]) -> int:
    """Up to where a part is durable: its close, the newest durable segment, or its last head."""
    known: list[int | None] = [part.closed_mono_ms, part.head_mono_ms, part.opened_mono_ms]
    if part.closed_mono_ms is None:
        known.append(recording.last_durable_mono_ms)
    return max(ms for ms in known if ms is not None)


def _unwritten(
    call: CallSession,
    required: frozenset[Track],
    parts: Iterable[Stretch],
    writing: Iterable[Stretch],
    started_mono_ms: int,
) -> list[Stretch]:
    """Required tracks of a running call that no part takes now, from the end of their last part on:
    the ledger has its line only when the track is back, and a paused picture is asked for by nobody.
    """
    if call.state not in RUNNING:
        return []
    ends: dict[Track, int] = {}
    for part in parts:
        if part.to_ms is not None:
            ends[part.track] = max(part.to_ms, ends.get(part.track, 0))
    missing = required - {part.track for part in writing}
    return [Stretch(track, ends.get(track, started_mono_ms), None) for track in sorted(missing)]


def _silent(conn: Connection, call: CallSession, required: frozenset[Track]) -> list[Stretch]:
    """Required tracks that miss right now, because their leg is gone, left or came back without them;
    their line in the ledger is written when they return.
    """
    if call.state not in RUNNING:
        return []
    missing: list[Stretch] = []
    for leg in legs_of(conn, call.id):
        mine = {(leg.site.value, source.value) for source in sources(call.profile, leg.seat)}
        here = leg.required if leg.state is LegState.CONNECTED else ()
        absent = (mine & required) - {(leg.site.value, source.value) for source in here}
        since = absent and conn.scalar(
            select(func.max(s.interval.c.to_mono_ms)).where(s.interval.c.subject == f"leg:{leg.id}")
            if leg.state is LegState.CLOSED
            else select(s.interval.c.from_mono_ms).where(
                s.interval.c.subject == f"leg:{leg.id}", s.interval.c.to_ms.is_(None)
            )
        )
        if since:
            missing += [Stretch(track, since, None) for track in sorted(absent)]
    return missing
