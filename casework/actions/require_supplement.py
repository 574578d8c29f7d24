"""一次性告知: tells once and completely what the citizen still has to supply."""

from dataclasses import dataclass, replace

from sqlalchemy import insert

from casework.actions.steps.call_evidence import call_of_case, mark_running_calls
from casework.actions.steps.case_act import CaseAct, begin, finish
from casework.actor import Role
from casework.errors import InvalidInput
from casework.model.call import MarkKind
from casework.model.case import CaseState
from casework.model.supplement import (
    GENERAL,
    MAX_DAYS,
    MAX_POINTS,
    MAX_WORDS,
    NoticeChannel,
    NoticePoint,
    notice_digest,
)
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import WrongCall
from casework.policy.supplement_refusals import PointsMissing, SecondNoticeNotAllowed
from casework.store import schema_notice as n
from casework.store.tx import Tx
from casework.views.notices import is_allowed, rounds_given
from casework.views.working_calendar import working_calendar


@dataclass(frozen=True, slots=True)
class RequireSupplement:
    """`points` is the whole list, `days` its term in working days (`casework.views.supplement_term`). `call_id` is the running call in
    which the reviewer told it to the citizen; without one it is handed over at the window.
    """

    case_id: str
    points: tuple[NoticePoint, ...]
    days: int
    call_id: str | None = None
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class SupplementRequired:
    case_id: str
    state: CaseState
    version: int
    round: int
    due_ms: int


def require_supplement(tx: Tx, command: RequireSupplement) -> SupplementRequired:
    """An accepted case is kept for the reviewer who wrote the list, as a returned one is.

    Raises PointsMissing, SecondNoticeNotAllowed without leave for a further list, WrongCall for a
    call that does not run or is another's, InvalidInput for a point or a term that does not fit.
    """
    act = begin(tx, CaseVerb.REQUIRE_SUPPLEMENT, command.case_id, command.expected_version)
    if not command.points:
        raise PointsMissing
    if len(command.points) > MAX_POINTS:
        raise InvalidInput(f"a notice has at most {MAX_POINTS} points", field="points")
    if not 1 <= command.days <= MAX_DAYS:
        raise InvalidInput(f"a term is 1 to {MAX_DAYS} working days", field="days")
    if act.item.supplement and command.days < act.item.supplement.days:
        raise InvalidInput("shorter than the item's own term", field="days")
    points = tuple(_checked(act, point) for point in command.points)
    turn = 1 + rounds_given(tx.conn, act.case.id)
    if turn > 1 and not is_allowed(tx.conn, act.case.id, turn):
        raise SecondNoticeNotAllowed(round=turn)
    told = _told_in_call(act, command.call_id)
    digest = notice_digest(tx.keys.case_key(act.case.id), act.case.number, points)
    due_ms = working_calendar(tx.conn).due_ms(tx.now_ms, command.days)
    mark_running_calls(act, MarkKind.DECISION)
    by_reviewer = tx.actor.role is Role.REVIEWER
    done = finish(
        act,
        "desk.supplement.required",
        target=CaseState.SUPPLEMENT_REQUIRED,
        changes={"reserved_for": tx.actor.id} if by_reviewer else {},
        plain={"round": turn, "count": len(points), "digest": digest},
        committed={
            "points": [
                {
                    "target": point.target,
                    "reason": point.reason,
                    "words": point.words,
                    "bring": point.bring,
                }
                for point in points
            ],
            "days": command.days,
            "channel": NoticeChannel.IN_CALL if told else None,
        },
    )
    tx.conn.execute(
        insert(n.case_notice).values(
            case_id=act.case.id,
            round=turn,
            from_state=act.case.state,
            written_by=tx.actor.id,
            written_at_ms=tx.now_ms,
            entry_seq=done.entry.seq,
            digest=digest,
            days=command.days,
            due_ms=due_ms,
            **told,
        )
    )
    tx.conn.execute(
        insert(n.case_notice_point),
        [
            {
                "case_id": act.case.id,
                "round": turn,
                "number": number,
                "target": point.target,
                "reason": point.reason,
            }
            for number, point in enumerate(points, start=1)
        ],
    )
    return SupplementRequired(act.case.id, done.case.state, done.case.version, turn, due_ms)


def _told_in_call(act: CaseAct, call_id: str | None) -> dict[str, str | int]:
    if call_id is None:
        return {}
    if not call_of_case(act, call_id).running:
        raise WrongCall
    return {
        "channel": NoticeChannel.IN_CALL,
        "told_by": act.tx.actor.id,
        "told_at_ms": act.tx.now_ms,
        "call_id": call_id,
    }


def _checked(act: CaseAct, point: NoticePoint) -> NoticePoint:
    kind, _, code = point.target.partition(":")
    known = (
        point.target in {"identity", GENERAL}
        or act.item.material(point.target) is not None
        or (kind == "form" and act.item.field(code) is not None)
    )
    if not known:
        raise InvalidInput("no such target", field="points")
    words, bring = point.words.strip(), point.bring.strip()
    if not 1 <= len(words) <= MAX_WORDS:
        raise InvalidInput(f"words of 1 to {MAX_WORDS} characters are needed", field="words")
    if len(bring) > MAX_WORDS:
        raise InvalidInput(f"at most {MAX_WORDS} characters", field="bring")
    return replace(point, words=words, bring=bring)
