"""Asks the duty lead for leave to send the citizen a further list."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.supplement import checked_reason
from casework.errors import InvalidInput
from casework.model.supplement import SecondNoticeAnswer
from casework.policy.case_verb import CaseVerb
from casework.policy.supplement_refusals import SecondNoticeAsked
from casework.store import schema_notice as n
from casework.store.tx import Tx
from casework.views.notices import rounds_given


@dataclass(frozen=True, slots=True)
class AskSecondNotice:
    """`reason` says why the first list did not name it; kept sealed."""

    case_id: str
    reason: str
    expected_version: int | None = None


def ask_second_notice(tx: Tx, command: AskSecondNotice) -> CaseChanged:
    """After a refusal it may be asked again. Raises SecondNoticeAsked while an answer is awaited or
    leave is there, InvalidInput without a reason or before the first notice, which needs no leave.
    """
    act = begin(tx, CaseVerb.ASK_SECOND_NOTICE, command.case_id, command.expected_version)
    reason = checked_reason(command.reason)
    turn = 1 + rounds_given(tx.conn, act.case.id)
    if turn == 1:
        raise InvalidInput("the first notice needs no leave", field="case")
    leave = n.case_notice_leave.c
    standing = tx.conn.scalar(
        select(leave.number).where(
            leave.case_id == act.case.id,
            leave.round == turn,
            leave.answer.is_distinct_from(SecondNoticeAnswer.REFUSED),
        )
    )
    if standing is not None:
        raise SecondNoticeAsked
    number = 1 + (
        tx.conn.scalar(select(func.max(leave.number)).where(leave.case_id == act.case.id)) or 0
    )
    done = finish(
        act, "desk.notice.second_asked", plain={"round": turn}, committed={"reason": reason}
    )
    tx.conn.execute(
        insert(n.case_notice_leave).values(
            case_id=act.case.id,
            number=number,
            round=turn,
            asked_by=tx.actor.id,
            asked_at_ms=tx.now_ms,
            asked_seq=done.entry.seq,
        )
    )
    return done.changed
