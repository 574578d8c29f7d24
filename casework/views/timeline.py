"""Case and calls as one timeline: every entry of the case's chain and of its calls' chains."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from audit.entry import Entry
from casework.store.reading import entries_of
from casework.views.calls import calls_of_case
from casework.views.organisation import staff_cards


class EntryStatus(StrEnum):
    """How far an entry has come; never shown better than it is."""

    RECORDED = "recorded"
    LOGGED = "logged"


@dataclass(frozen=True, slots=True)
class TimelineLine:
    """One act. `kind` is the entry type; `number` and `name` are the actor's, empty for a citizen
    screen and the program. `call_id` is set for what happened in a call. Times are wall ms.
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
        )
        for entry, one in zip(entries, said, strict=True)
    )


def _call_of(chain: str) -> str | None:
    kind, _, id_ = chain.partition(":")
    return id_ if kind == "call" else None
