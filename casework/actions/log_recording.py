"""A durable fact of the recorder comes onto the call's chain (docs/recording-format.md).

The worker repeats a fact until it is acknowledged, and the desk acknowledges after the commit; so a
fact arrives once or more often, in order, and is written once.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actions.steps import recording_facts as facts
from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import NotAllowed, NotFound
from casework.policy.call_refusals import FactOutOfOrder
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.worker_link.messages import (
    ContentNoted,
    DurableEvent,
    Gap,
    Heads,
    PartClosed,
    PartOpened,
    RecordingFault,
    RoomClosed,
)


@dataclass(frozen=True, slots=True)
class LogRecording:
    fact: DurableEvent


@dataclass(frozen=True, slots=True)
class RecordingLogged:
    """`n` is the last fact of the call that is committed: the number to acknowledge."""

    n: int


def log_recording(tx: Tx, command: LogRecording) -> RecordingLogged:
    """Raises NotFound for a call whose recorder was never armed, FactOutOfOrder, NotAllowed."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    fact = command.fact
    row = tx.conn.execute(
        select(s.recording.c.last_n, s.recording.c.ended_ms).where(
            s.recording.c.call_id == fact.call
        )
    ).one_or_none()
    if row is None:
        raise NotFound("no recording of this call")
    if fact.n <= row.last_n:
        return RecordingLogged(row.last_n)
    if fact.n != row.last_n + 1:
        raise FactOutOfOrder(last_n=row.last_n)
    with _telling(tx, fact):
        _write(tx, fact, late=row.ended_ms is not None)
        tx.conn.execute(
            update(s.recording).where(s.recording.c.call_id == fact.call).values(last_n=fact.n)
        )
    return RecordingLogged(fact.n)


def _telling(tx: Tx, fact: DurableEvent) -> AbstractContextManager[None]:
    """Heads come every few seconds of every call and are nothing that a page shows: two snapshots,
    only to see that they are the same, would be more work than all the rest.
    """
    if isinstance(fact, Heads):
        return nullcontext()
    return publishing(tx, f"recording.{fact.type}", f"call:{fact.call}", moves_queue=False)


def _write(tx: Tx, fact: DurableEvent, *, late: bool) -> None:
    match fact:
        case PartOpened():
            facts.open_part(tx, fact)
        case Heads():
            facts.move_heads(tx, fact, late=late)
        case PartClosed():
            facts.close_part(tx, fact, late=late)
        case Gap():
            facts.write_gap(tx, fact)
        case RecordingFault():
            facts.write_fault(tx, fact)
        case ContentNoted():
            facts.note_content(tx, fact)
        case RoomClosed():
            # A room that is opened again to hand in what was left closes a second time.
            if not late:
                facts.end_recording(tx, fact)
