"""A person takes back the agreement to be filmed: no more media of the counter, no approval by call."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.marks import write_mark
from casework.actions.steps.pending_decision import revert_decisions_of_call
from casework.actions.steps.persons import one_who_answers
from casework.actions.steps.publish import publishing
from casework.errors import InvalidInput
from casework.model.call import WITH_MEDIA, MarkKind, NoticeAnswer
from casework.model.decision import RevertCause
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    call_id: str
    person_id: str


def withdraw_consent(tx: Tx, command: WithdrawConsent) -> None:
    """What was recorded so far stays; the call may be ended in order or go on without approval.

    Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, InvalidInput (nothing agreed).
    """
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.WITHDRAW_CONSENT, call)
    person = one_who_answers(tx, call.id, command.person_id)
    if person.answer is NoticeAnswer.WITHDRAWN:
        return
    if person.answer is not NoticeAnswer.AGREED:
        raise InvalidInput("this person has not agreed", field="person_id")
    with publishing(tx, "consent.withdrawn", f"call:{call.id}"):
        tx.conn.execute(
            update(s.call_person)
            .where(s.call_person.c.id == person.id)
            .values(answer=NoticeAnswer.WITHDRAWN, answered_ms=tx.now_ms)
        )
        if call.state in WITH_MEDIA:
            write_mark(tx, call.id, MarkKind.CONSENT_WITHDRAWN, ref=person.id)
        tx.entry(
            "desk.consent.withdrawn",
            f"call:{call.id}",
            plain={"person": person.id},
            decision=decision,
        )
        revert_decisions_of_call(tx, call.id, RevertCause.WITHDRAWN)
