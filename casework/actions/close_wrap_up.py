"""The reviewer has written down what was said, and is free again (小结)."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.call_moves import move
from casework.actions.steps.publish import publishing
from casework.errors import InvalidInput
from casework.model.call import CallKind, CallState
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of

MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class CloseWrapUp:
    """A consultation is closed with topic and answer, and the basis where there is one."""

    call_id: str
    topic: str = ""
    answer: str = ""
    basis: str = ""


def close_wrap_up(tx: Tx, command: CloseWrapUp) -> None:
    """Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, InvalidInput."""
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.CLOSE_WRAP_UP, call)
    texts = {"topic": command.topic, "answer": command.answer, "basis": command.basis}
    for field, text in texts.items():
        if len(text) > MAX_TEXT:
            raise InvalidInput(f"at most {MAX_TEXT} characters", field=field)
    if call.kind is CallKind.CONSULT and not (command.topic.strip() and command.answer.strip()):
        raise InvalidInput("a consultation has a topic and an answer", field="answer")
    streams = [f"call:{call.id}"]
    if call.reviewer_id is not None:
        streams.append(f"staff:{call.reviewer_id}")
    with publishing(tx, "call.closed", *streams):
        move(tx, call, CallState.ENDED)
        if call.reviewer_id is not None:
            # Idle time begins now, not when the call before it began.
            tx.conn.execute(
                update(s.presence)
                .where(s.presence.c.staff_id == call.reviewer_id)
                .values(free_since_ms=tx.now_ms)
            )
        tx.entry(
            "desk.call.closed",
            f"call:{call.id}",
            committed={field: text for field, text in texts.items() if text},
            decision=decision,
        )
