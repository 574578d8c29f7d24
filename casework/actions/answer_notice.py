"""A person present answers the recording notice on the citizen screen."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.call_moves import end_offer, finish
from casework.actions.steps.persons import one_who_answers
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.actions.withdraw_consent import WithdrawConsent, withdraw_consent
from casework.errors import InvalidInput
from casework.model.call import CallState, EndReason, NoticeAnswer, OfferOutcome
from casework.model.call_session import CallSession
from casework.model.notice import is_published
from casework.policy.call_refusals import NoticeUnknown
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, open_offers

_TALKED = frozenset({CallState.ACTIVE, CallState.HELD, CallState.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class AnswerNotice:
    """`notice_sha256` is the hash of the text that stood on the screen."""

    call_id: str
    person_id: str
    answer: NoticeAnswer
    notice_version: str
    notice_sha256: str


def answer_notice(tx: Tx, command: AnswerNotice) -> None:
    """Agreement lets the person's media in; a refusal ends the call on an equal, counted path.

    A refusal wins, whenever it comes: after an agreement it is the answer, and once the parties have
    talked it is a withdrawal. No agreement comes after a refusal.
    Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids, NoticeUnknown, InvalidInput.
    """
    if command.answer is NoticeAnswer.WITHDRAWN:
        raise InvalidInput("a withdrawal is an act of its own", field="answer")
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.ANSWER_NOTICE, call)
    if not is_published(command.notice_version, command.notice_sha256):
        raise NoticeUnknown(version=command.notice_version)
    person = one_who_answers(tx, call.id, command.person_id)
    if person.answer is command.answer:
        return
    if command.answer is NoticeAnswer.AGREED and person.answer is not None:
        raise InvalidInput("this person has answered", field="person_id")
    if person.answer is not None and call.state in _TALKED:
        withdraw_consent(tx, WithdrawConsent(call.id, person.id))
        return
    offers = [offer for offer in open_offers(tx.conn) if offer.call_id == call.id]
    staff = {call.reviewer_id, *(offer.staff_id for offer in offers)} - {None}
    streams = (f"call:{call.id}", f"window:{call.window_id}", *(f"staff:{id_}" for id_ in staff))
    with publishing(tx, "notice.answered", *streams):
        tx.conn.execute(
            update(s.call_person)
            .where(s.call_person.c.id == person.id)
            .values(
                answer=command.answer,
                answered_ms=tx.now_ms,
                notice_version=command.notice_version,
                notice_sha256=command.notice_sha256,
            )
        )
        tx.entry(
            "desk.notice.answered",
            f"call:{call.id}",
            plain={
                "person": person.id,
                "notice": command.notice_version,
                "text_sha256": command.notice_sha256,
            },
            committed={"answer": command.answer.value, "kind": person.kind.value},
            decision=decision,
        )
        if command.answer is NoticeAnswer.AGREED:
            settle(tx, call)
        elif call.state not in _TALKED:
            for offer in offers:
                end_offer(tx, offer, OfferOutcome.CANCELLED)
            _end(tx, call)


def _end(tx: Tx, call: CallSession) -> None:
    finish(tx, call, CallState.DECLINED_CONSENT, EndReason.REFUSED_NOTICE)
    reason = EndReason.REFUSED_NOTICE.value
    tx.entry("desk.call.ended", f"call:{call.id}", committed={"reason": reason})
