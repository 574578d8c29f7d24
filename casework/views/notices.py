"""Notices of a case: what a page, a printed paper and the duty lead's list tell of them.

The words are personal and come from sealed entries; whether the reader may see the case is asked
before (`casework.views.visible_cases.visible_case`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from audit.canonical import JsonValue
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import TERMINAL_STATES, Case, CaseState
from casework.model.supplement import (
    AnsweredBy,
    NoticeChannel,
    NoticePoint,
    NoticeReason,
    SecondNoticeAnswer,
)
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_notice as n
from casework.store import schema_org as org
from casework.store.case_rows import load_case
from casework.store.prepared import Prepared
from casework.views.applicants import masked_applicants
from casework.views.organisation import StaffCard, staff_cards
from casework.views.sealed_values import sealed_fields
from casework.views.working_calendar import working_calendar

ROUNDS_OF = Prepared(
    select(func.count())
    .select_from(n.case_notice)
    .where(n.case_notice.c.case_id == bindparam("case"))
)
"""For `rounds_given`."""
NOTICES_OF = Prepared(
    select(n.case_notice)
    .where(n.case_notice.c.case_id == bindparam("case"))
    .order_by(n.case_notice.c.round)
)
"""For `notices_of`."""
LEAVES_OF = Prepared(
    select(n.case_notice_leave)
    .where(n.case_notice_leave.c.case_id == bindparam("case"))
    .order_by(n.case_notice_leave.c.number)
)
"""For `second_notices`."""


@dataclass(frozen=True, slots=True)
class PointShown:
    """A point as it was told; `number` counts from 1. `label` is what material or field is called,
    empty for `identity` and `general`. `explained` are the words it was answered with at the window.
    """

    number: int
    target: str
    label: str
    reason: NoticeReason
    words: str
    bring: str
    answered: AnsweredBy | None
    explained: str


@dataclass(frozen=True, slots=True)
class Notice:
    """`due_ms` is the last instant of the term: it runs from the day on which the citizen was told,
    and while she has not been told, from the day of reading (`now_ms`). `entry_seq` is the entry that
    carries the list, `digest` the keyed digest of its text. `before_acceptance` tells 一次性告知 before
    acceptance from 补正告知 in review. `ended_at_ms` is when it was answered. Times are wall ms.
    """

    case_id: str
    round: int
    before_acceptance: bool
    written_by: str
    written_at_ms: int
    entry_seq: int
    digest: str
    days: int
    due_ms: int
    channel: NoticeChannel | None
    told_by: str | None
    told_at_ms: int | None
    call_id: str | None
    ended_at_ms: int | None
    points: tuple[PointShown, ...]


@dataclass(frozen=True, slots=True)
class NoticePaper:
    """Everything that a printed 一次性告知书 or 补正告知书 says, `applicant` with the name masked.

    `written_by` is the card of who wrote the list; `outlet` and `window` are where the things are
    to be brought.
    """

    notice: Notice
    case_number: str
    item_code: str
    item_version: int
    item_name: str
    applicant: str
    outlet: str
    window: str
    written_by: StaffCard | None


@dataclass(frozen=True, slots=True)
class SecondNotice:
    """A further round as asked for; `reason` and `answer_reason` in the words of who asked and of
    the duty lead.
    """

    number: int
    round: int
    asked_by: str
    asked_at_ms: int
    reason: str
    answer: SecondNoticeAnswer | None
    answered_by: str | None
    answered_at_ms: int | None
    answer_reason: str


@dataclass(frozen=True, slots=True)
class SecondNoticeAsked:
    """A line of the duty lead's list: who asks, why, and what was told before."""

    case_id: str
    case_number: str
    version: int
    state: CaseState
    item_name: str
    outlet: str
    asked: SecondNotice
    asked_by: StaffCard | None
    before: tuple[Notice, ...]


def rounds_given(conn: Connection, case_id: str) -> int:
    """How many notices the case has had."""
    ((rounds,),) = ROUNDS_OF.rows(conn, case=case_id)
    return int(rounds)


def rounds_per_case(conn: Connection) -> dict[int, int]:
    """How many cases have had how many notices; cases without one are not counted."""
    rounds = (
        select(func.count().label("rounds"))
        .select_from(n.case_notice)
        .group_by(n.case_notice.c.case_id)
        .subquery()
    )
    rows = conn.execute(
        select(rounds.c.rounds, func.count().label("cases"))
        .group_by(rounds.c.rounds)
        .order_by(rounds.c.rounds)
    )
    return {row.rounds: row.cases for row in rows}


def is_allowed(conn: Connection, case_id: str, round_: int) -> bool:
    """Whether a duty lead gave leave for this round."""
    leave = n.case_notice_leave.c
    return (
        conn.scalar(
            select(leave.number).where(
                leave.case_id == case_id,
                leave.round == round_,
                leave.answer == SecondNoticeAnswer.ALLOWED,
            )
        )
        is not None
    )


def notices_of(
    conn: Connection, keys: KeyRing, case: Case, now_ms: int, item: ItemVersion | None = None
) -> tuple[Notice, ...]:
    """Every round, oldest first. Raises KeyDestroyed."""
    item = item or load_item(conn, case.item_version_id)
    rows = NOTICES_OF.named(conn, case=case.id)
    return tuple(_notice(conn, keys, case, item, row, now_ms) for row in rows)


def open_notice(
    conn: Connection, keys: KeyRing, case: Case, now_ms: int, item: ItemVersion | None = None
) -> Notice | None:
    """The notice that waits for its supplement."""
    if case.state is not CaseState.SUPPLEMENT_REQUIRED:
        return None
    return notices_of(conn, keys, case, now_ms, item)[-1]


def notice_paper(
    conn: Connection, keys: KeyRing, case_id: str, now_ms: int, round_: int | None = None
) -> NoticePaper:
    """The facts of one round, the newest unless said. Raises NotFound or KeyDestroyed."""
    case = load_case(conn, case_id)
    item = load_item(conn, case.item_version_id)
    notices = notices_of(conn, keys, case, now_ms, item)
    wanted = [one for one in notices if round_ is None or one.round == round_]
    if not wanted:
        raise NotFound("no such notice")
    notice = wanted[-1]
    place = conn.execute(
        select(org.outlet.c.name.label("outlet"), org.window.c.name.label("window"))
        .join(org.window, org.window.c.outlet_id == org.outlet.c.id)
        .where(org.window.c.id == case.window_id)
    ).one()
    return NoticePaper(
        notice=notice,
        case_number=case.number,
        item_code=item.code,
        item_version=item.version,
        item_name=item.name,
        applicant=masked_applicants(conn, keys, [case.id]).get(case.id, ""),
        outlet=place.outlet,
        window=place.window,
        written_by=staff_cards(conn, {notice.written_by}).get(notice.written_by),
    )


def second_notices(conn: Connection, keys: KeyRing, case: Case) -> tuple[SecondNotice, ...]:
    """Every leave that was asked for, oldest first. Raises KeyDestroyed."""
    rows = LEAVES_OF.named(conn, case=case.id)
    return tuple(_second(conn, keys, case, row) for row in rows)


def asked_second_notices(
    conn: Connection, keys: KeyRing, now_ms: int, limit: int = 100
) -> tuple[SecondNoticeAsked, ...]:
    """What waits for a duty lead's answer, longest first; cases that are over wait for nothing."""
    leave = n.case_notice_leave.c
    rows = conn.execute(
        select(
            leave.case_id,
            leave.number,
            catalogue.item_version.c.name.label("item_name"),
            org.outlet.c.name.label("outlet"),
        )
        .join(s.cases, s.cases.c.id == leave.case_id)
        .join(catalogue.item_version, catalogue.item_version.c.id == s.cases.c.item_version_id)
        .join(org.outlet, org.outlet.c.id == s.cases.c.outlet_id)
        .where(leave.answer.is_(None), s.cases.c.state.not_in(sorted(TERMINAL_STATES)))
        .order_by(leave.asked_at_ms, leave.case_id)
        .limit(limit)
    ).all()
    lines = []
    for row in rows:
        case = load_case(conn, row.case_id)
        asked = next(one for one in second_notices(conn, keys, case) if one.number == row.number)
        lines.append(
            SecondNoticeAsked(
                case_id=case.id,
                case_number=case.number,
                version=case.version,
                state=case.state,
                item_name=row.item_name,
                outlet=row.outlet,
                asked=asked,
                asked_by=staff_cards(conn, {asked.asked_by}).get(asked.asked_by),
                before=notices_of(conn, keys, case, now_ms),
            )
        )
    return tuple(lines)


def target_label(item: ItemVersion, target: str) -> str:
    """What the target is called in the item; empty for one that no item names."""
    kind, _, code = target.partition(":")
    if kind == "form":
        field = item.field(code)
        return "" if field is None else field.label
    spec = item.material(target)
    return "" if spec is None else spec.name


def _notice(
    conn: Connection,
    keys: KeyRing,
    case: Case,
    item: ItemVersion,
    row: Any,
    now_ms: int,
) -> Notice:
    told = sealed_fields(conn, keys, case.chain, row.entry_seq)
    points = points_told(told.get("points"))
    explained: dict[int, str] = {}
    if row.answer_seq is not None:
        answers = sealed_fields(conn, keys, case.chain, row.answer_seq).get("answers")
        for answer in answers if isinstance(answers, list) else []:
            if isinstance(answer, dict):
                explained[int(str(answer["number"]))] = str(answer["words"])
    rows = conn.execute(
        select(n.case_notice_point.c.number, n.case_notice_point.c.answered).where(
            n.case_notice_point.c.case_id == case.id, n.case_notice_point.c.round == row.round
        )
    )
    answered = {point.number: point.answered for point in rows}
    due_ms = row.due_ms
    if row.told_at_ms is None and row.ended_at_ms is None:
        due_ms = working_calendar(conn).due_ms(now_ms, row.days)
    return Notice(
        case_id=case.id,
        round=row.round,
        before_acceptance=row.from_state == CaseState.DRAFT,
        written_by=row.written_by,
        written_at_ms=row.written_at_ms,
        entry_seq=row.entry_seq,
        digest=row.digest,
        days=row.days,
        due_ms=due_ms,
        channel=NoticeChannel(row.channel) if row.channel else None,
        told_by=row.told_by,
        told_at_ms=row.told_at_ms,
        call_id=row.call_id,
        ended_at_ms=row.ended_at_ms,
        points=tuple(
            PointShown(
                number=number,
                target=point.target,
                label=target_label(item, point.target),
                reason=point.reason,
                words=point.words,
                bring=point.bring,
                answered=AnsweredBy(answered[number]) if answered.get(number) else None,
                explained=explained.get(number, ""),
            )
            for number, point in enumerate(points, start=1)
        ),
    )


def points_told(told: JsonValue) -> tuple[NoticePoint, ...]:
    """The points as their entry carries them."""
    return tuple(
        NoticePoint(
            str(point["target"]),
            NoticeReason(str(point["reason"])),
            str(point["words"]),
            str(point["bring"]),
        )
        for point in (told if isinstance(told, list) else [])
        if isinstance(point, dict)
    )


def _second(conn: Connection, keys: KeyRing, case: Case, row: Any) -> SecondNotice:
    asked = sealed_fields(conn, keys, case.chain, row.asked_seq)
    said: dict[str, JsonValue] = {}
    if row.answered_seq is not None:
        said = sealed_fields(conn, keys, case.chain, row.answered_seq)
    return SecondNotice(
        number=row.number,
        round=row.round,
        asked_by=row.asked_by,
        asked_at_ms=row.asked_at_ms,
        reason=str(asked.get("reason") or ""),
        answer=SecondNoticeAnswer(row.answer) if row.answer else None,
        answered_by=row.answered_by,
        answered_at_ms=row.answered_at_ms,
        answer_reason=str(said.get("reason") or ""),
    )
