"""A person takes back the agreement to be filmed: the call ends, and what was recorded stays."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.call_moves import end_offer, finish
from casework.actions.steps.marks import write_mark
from casework.actions.steps.pending_decision import revert_decisions_of_call
from casework.actions.steps.persons import one_who_answers
from casework.actions.steps.publish import publishing
from casework.errors import InvalidInput
from casework.model.call import (
    WITH_MEDIA,
    CallState,
    EndReason,
    MarkKind,
    NoticeAnswer,
    OfferOutcome,
)
from casework.model.call_session import CallSession
from casework.model.decision import RevertCause
from casework.policy.call_refusals import CallStateForbids
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, open_offers, persons_of


@dataclass(frozen=True, slots=True)
class WithdrawConsent:
    call_id: str
    person_id: str


def withdraw_consent(tx: Tx, command: WithdrawConsent) -> None:
    """Takes the agreement back and ends the call in one act: no page need live to end it.

    A call in which the parties have talked goes to the reviewer's wrap-up, without approval; one that
    still waits ends as `declined_consent`. Said again it changes nothing, the call being over too.
    Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, InvalidInput (nothing agreed).
    """
    call = call_of(tx.conn, command.call_id)
    try:
        decision = require(tx.actor, CallVerb.WITHDRAW_CONSENT, call)
    except CallStateForbids:
        if _has_withdrawn(tx, command):
            return
        raise
    person = one_who_answers(tx, call.id, command.person_id)
    if person.answer is not NoticeAnswer.AGREED:
        raise InvalidInput("this person has not agreed", field="person_id")
    offers = [offer for offer in open_offers(tx.conn) if offer.call_id == call.id]
    staff = {call.reviewer_id, *(offer.staff_id for offer in offers)} - {None}
    streams = (f"call:{call.id}", f"window:{call.window_id}", *(f"staff:{id_}" for id_ in staff))
    with publishing(tx, "consent.withdrawn", *streams):
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
        for offer in offers:
            end_offer(tx, offer, OfferOutcome.CANCELLED)
        finish(tx, call, _target(call), EndReason.WITHDRAWN)
        reason = EndReason.WITHDRAWN.value
        tx.entry("desk.call.ended", f"call:{call.id}", committed={"reason": reason})


def _target(call: CallSession) -> CallState:
    met = call.active_ms is not None and call.state is not CallState.CONNECTING
    return CallState.WRAP_UP if met else CallState.DECLINED_CONSENT


def _has_withdrawn(tx: Tx, command: WithdrawConsent) -> bool:
    return any(
        person.id == command.person_id and person.answer is NoticeAnswer.WITHDRAWN
        for person in persons_of(tx.conn, command.call_id)
    )
