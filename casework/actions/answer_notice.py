"""A person present answers the recording notice on the citizen screen."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.call_moves import end_offer, finish
from casework.actions.steps.publish import publishing
from casework.actions.steps.settle_call import settle
from casework.errors import InvalidInput, NotFound
from casework.model.call import CallState, EndReason, NoticeAnswer, OfferOutcome
from casework.model.call_session import CallSession, Person
from casework.model.notice import is_published
from casework.policy.call_refusals import NoticeUnknown
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, open_offers, persons_of

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

    Only the first answer of a person counts: what was agreed is withdrawn by `withdraw_consent`.
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
    if person.answer is not None:
        raise InvalidInput("this person has answered", field="person_id")
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


def one_who_answers(tx: Tx, call_id: str, person_id: str) -> Person:
    """Raises NotFound for a stranger, InvalidInput for one who does not answer notices."""
    for person in persons_of(tx.conn, call_id):
        if person.id == person_id:
            if not person.kind.answers_notice:
                raise InvalidInput("this person does not answer a notice", field="person_id")
            return person
    raise NotFound("no such person in this call")


def _end(tx: Tx, call: CallSession) -> None:
    finish(tx, call, CallState.DECLINED_CONSENT, EndReason.REFUSED_NOTICE)
    tx.entry("desk.call.ended", f"call:{call.id}", plain={"reason": EndReason.REFUSED_NOTICE.value})
