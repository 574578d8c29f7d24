"""The notice that a case waits on, and the leave for a further one. Not an action itself."""

from sqlalchemy import Row, select, update

from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.errors import InvalidInput, NotAllowed
from casework.model.supplement import MAX_WORDS, SecondNoticeAnswer
from casework.policy.case_verb import CaseVerb
from casework.policy.supplement_refusals import NoSecondNoticeAsked
from casework.store import schema_notice as n
from casework.store.case_rows import hands
from casework.store.tx import Tx


def waiting_notice(act: CaseAct) -> Row[tuple[object, ...]]:
    """The row of the newest round; every case that is to be supplemented has one."""
    return act.tx.conn.execute(
        select(n.case_notice)
        .where(n.case_notice.c.case_id == act.case.id)
        .order_by(n.case_notice.c.round.desc())
        .limit(1)
    ).one()


def checked_reason(text: str) -> str:
    """A reason in words; InvalidInput when it is empty or too long."""
    reason = text.strip()
    if not 1 <= len(reason) <= MAX_WORDS:
        raise InvalidInput(f"a reason of 1 to {MAX_WORDS} characters is needed", field="reason")
    return reason


def answer_second_notice(
    tx: Tx,
    verb: CaseVerb,
    case_id: str,
    text: str,
    expected_version: int | None,
    answer: SecondNoticeAnswer,
) -> CaseChanged:
    """Nobody answers what he asked for himself, or for a case in which he had a hand."""
    act = begin(tx, verb, case_id, expected_version)
    reason = checked_reason(text)
    leave = n.case_notice_leave.c
    row = tx.conn.execute(
        select(leave.number, leave.round, leave.asked_by).where(
            leave.case_id == case_id, leave.answer.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise NoSecondNoticeAsked
    involved = frozenset[str]().union(*hands(tx.conn, case_id).values())
    if tx.actor.id in involved | {row.asked_by}:
        raise NotAllowed(reason="own_case", verb=verb)
    done = finish(
        act,
        "desk.notice.second_answered",
        plain={"round": row.round},
        committed={"answer": answer, "reason": reason},
    )
    tx.conn.execute(
        update(n.case_notice_leave)
        .where(leave.case_id == case_id, leave.number == row.number)
        .values(
            answer=answer,
            answered_by=tx.actor.id,
            answered_at_ms=tx.now_ms,
            answered_seq=done.entry.seq,
        )
    )
    return done.changed
