"""补正: the citizen has brought what the notice asked for, and the case goes on."""

from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actions.steps.application import require_acceptable
from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.actions.steps.supplement import waiting_notice
from casework.calendar import day_of
from casework.catalogue.guide import StopCause
from casework.errors import InvalidInput
from casework.model.case import CaseState
from casework.model.supplement import MAX_WORDS, AnsweredBy
from casework.policy.case_verb import CaseVerb
from casework.policy.supplement_refusals import NoticeNotGiven, PointsUnanswered
from casework.store import schema_notice as n
from casework.store.tx import Tx
from casework.views.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """An answer in words to the point `number`, where nothing is brought for it."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class SupplySupplement:
    case_id: str
    answers: tuple[PointAnswer, ...] = ()
    expected_version: int | None = None


def supply_supplement(tx: Tx, command: SupplySupplement) -> CaseChanged:
    """An accepted case goes back to the pool, kept for the reviewer who wrote the list as long as he
    is on duty (`casework.views.pool`); one that was not accepted yet goes on as a draft.

    Raises NoticeNotGiven, PointsUnanswered, InvalidInput for an answer to no such point, or what
    acceptance lacks.
    """
    act = begin(tx, CaseVerb.SUPPLY_SUPPLEMENT, command.case_id, command.expected_version)
    notice = waiting_notice(act)
    if notice.channel is None:
        raise NoticeNotGiven
    mine = (n.case_notice_point.c.case_id == act.case.id) & (
        n.case_notice_point.c.round == notice.round
    )
    rows = tx.conn.execute(
        select(n.case_notice_point.c.number, n.case_notice_point.c.answered)
        .where(mine)
        .order_by(n.case_notice_point.c.number)
    )
    answered = {row.number: row.answered for row in rows}
    explained = _explained(command.answers, frozenset(answered))
    waiting = [
        number for number, how in answered.items() if how is None and number not in explained
    ]
    if waiting:
        raise PointsUnanswered(points=[str(number) for number in waiting])
    accepted = act.case.accepted_at_ms is not None
    if accepted:
        require_acceptable(act)
    done = finish(
        act,
        "desk.supplement.supplied",
        target=CaseState.ACCEPTED if accepted else CaseState.DRAFT,
        changes=_moved_limit(act, notice.written_at_ms),
        plain={"round": notice.round},
        committed={
            "answers": [
                {"number": number, "words": words} for number, words in sorted(explained.items())
            ]
        },
    )
    tx.conn.execute(
        update(n.case_notice_point)
        .where(mine, n.case_notice_point.c.answered.is_(None))
        .values(answered=AnsweredBy.EXPLAINED)
    )
    tx.conn.execute(
        update(n.case_notice)
        .where(n.case_notice.c.case_id == act.case.id, n.case_notice.c.round == notice.round)
        .values(ended_at_ms=tx.now_ms, answer_seq=done.entry.seq)
    )
    return done.changed


def _explained(answers: tuple[PointAnswer, ...], numbers: frozenset[int]) -> dict[int, str]:
    explained: dict[int, str] = {}
    for answer in answers:
        words = answer.words.strip()
        if answer.number not in numbers or answer.number in explained:
            raise InvalidInput("one answer a point of the list", field="answers")
        if not 1 <= len(words) <= MAX_WORDS:
            raise InvalidInput(f"words of 1 to {MAX_WORDS} characters are needed", field="answers")
        explained[answer.number] = words
    return explained


def _moved_limit(act: CaseAct, from_ms: int) -> dict[str, str | int | None]:
    """The promised limit moves by the working days waited, only where a rule stops the clock for a
    supplement.
    """
    due_ms = act.case.promised_due_ms
    stops = any(stop.cause is StopCause.SUPPLEMENT for stop in act.item.limit.stops)
    if due_ms is None or not stops:
        return {}
    calendar = working_calendar(act.tx.conn)
    waited = calendar.working_days_between(day_of(from_ms), day_of(act.tx.now_ms))
    return {"promised_due_ms": calendar.due_ms(due_ms, waited)}
