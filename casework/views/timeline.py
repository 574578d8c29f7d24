"""Case and calls as one timeline: every entry of the case's chain and of its calls' chains, what the
calls were, and the clocks that run or ran.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, func, select

from audit.canonical import JsonValue
from audit.entry import Entry
from casework.model.call import CallKind, CallState, EndReason
from casework.model.call_session import CallSession
from casework.model.case import Case
from casework.store import schema_call as s
from casework.store.case_rows import load_case
from casework.store.reading import entries_of
from casework.views.calls import calls_of_case
from casework.views.organisation import staff_cards
from casework.views.visits import ShownVisit, visit_of_case


class EntryStatus(StrEnum):
    """How far an entry has come; never shown better than it is."""

    RECORDED = "recorded"
    LOGGED = "logged"


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One act. `kind` is the entry type; `number` and `name` are the actor's, empty for a citizen
    screen and the program. `call_id` is set for what happened in a call. `facts` are the entry's plain
    ones: ids, counts and codes. Times are wall ms.
    """

    chain: str
    seq: int
    kind: str
    at_ms: int
    actor_id: str
    role: str
    number: str
    name: str
    call_id: str | None
    status: EntryStatus
    log_index: int | None
    leaf_hash: str
    facts: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class CallOfCase:
    """`interruptions` is how often it broke, `gaps` how many lines its gap ledger has and `gaps_ms` how
    long they are together, track by track.
    """

    call_id: str
    kind: CallKind
    state: CallState
    requested_ms: int
    active_ms: int | None
    ended_ms: int | None
    end_reason: EndReason | None
    interruptions: int
    gaps: int
    gaps_ms: int


@dataclass(frozen=True, slots=True)
class CaseStory:
    """`due_ms` is the end of the promised term, None before acceptance; `stopped_ms` when the decision
    stopped that clock, None while it runs. `visit` is the one during which it was opened.
    """

    case: Case
    lines: Sequence[TimelineLine]
    calls: Sequence[CallOfCase]
    due_ms: int | None
    stopped_ms: int | None
    visit: ShownVisit | None = None


# Heads of a running recording come every ten seconds and tell a reader nothing.
_NOT_SHOWN = frozenset({"rec.head"})


def case_timeline(conn: Connection, case_id: str) -> tuple[TimelineLine, ...]:
    """Oldest first; entries of one instant in the order in which they were committed."""
    entries = entries_of(conn, f"case:{case_id}")
    for call in calls_of_case(conn, case_id):
        entries += entries_of(conn, f"call:{call.id}")
    entries = [entry for entry in entries if entry.type not in _NOT_SHOWN]
    entries.sort(key=lambda entry: entry.position)
    said = [Entry.decode(entry.body) for entry in entries]
    cards = staff_cards(conn, {entry.actor for entry in said})
    return tuple(
        TimelineLine(
            chain=entry.chain,
            seq=entry.seq,
            kind=entry.type,
            at_ms=entry.t_ms,
            actor_id=one.actor,
            role=one.role,
            number=cards[one.actor].number if one.actor in cards else "",
            name=cards[one.actor].name if one.actor in cards else "",
            call_id=_call_of(entry.chain),
            status=EntryStatus.RECORDED if entry.log_index is None else EntryStatus.LOGGED,
            log_index=entry.log_index,
            leaf_hash=entry.leaf_hash,
            facts=one.facts,
        )
        for entry, one in zip(entries, said, strict=True)
    )


def case_story(conn: Connection, case_id: str) -> CaseStory:
    """Raises NotFound. Whether the reader may see the case is asked before."""
    case = load_case(conn, case_id)
    return CaseStory(
        case=case,
        lines=case_timeline(conn, case_id),
        calls=[_call(conn, call) for call in calls_of_case(conn, case_id)],
        due_ms=case.promised_due_ms,
        stopped_ms=case.decided_at_ms or case.closed_at_ms,
        visit=visit_of_case(conn, case),
    )


def _call(conn: Connection, call: CallSession) -> CallOfCase:
    interruptions = conn.scalar(
        select(func.count())
        .select_from(s.interval)
        .where(
            s.interval.c.subject == f"call:{call.id}",
            s.interval.c.state == CallState.INTERRUPTED,
        )
    )
    gaps = conn.execute(
        select(s.gap.c.from_mono_ms, s.gap.c.to_mono_ms).where(s.gap.c.call_id == call.id)
    ).all()
    return CallOfCase(
        call_id=call.id,
        kind=call.kind,
        state=call.state,
        requested_ms=call.requested_ms,
        active_ms=call.active_ms,
        ended_ms=call.ended_ms,
        end_reason=call.end_reason,
        interruptions=interruptions or 0,
        gaps=len(gaps),
        gaps_ms=sum(row.to_mono_ms - row.from_mono_ms for row in gaps),
    )


def _call_of(chain: str) -> str | None:
    kind, _, id_ = chain.partition(":")
    return id_ if kind == "call" else None
