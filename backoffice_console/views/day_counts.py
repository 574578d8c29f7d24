"""What one reviewer, or the hall, did today."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Connection, func, select, true

from casework.calendar import CHINA, day_of
from casework.model.call import Direction
from casework.model.case import Outcome
from casework.policy.case_verb import CaseVerb
from casework.store import schema_call as call
from casework.store import schema_case as s


@dataclass(frozen=True, slots=True)
class DayCounts:
    """`average_wait_ms` is from request to answer over the calls to the hall that were taken."""

    approved: int
    refused: int
    returned: int
    calls: int
    average_wait_ms: int | None


def day_start_ms(now_ms: int) -> int:
    """Midnight in China before this instant."""
    return int(dt.datetime.combine(day_of(now_ms), dt.time(), CHINA).timestamp() * 1000)


def day_counts(conn: Connection, now_ms: int, reviewer_id: str | None = None) -> DayCounts:
    """Of one reviewer, or of the whole hall; the average wait is always the hall's."""
    since = day_start_ms(now_ms)
    rows = conn.execute(
        select(s.cases.c.outcome, func.count())
        .where(
            s.cases.c.decided_at_ms >= since,
            _by(s.cases.c.decided_by, reviewer_id),
        )
        .group_by(s.cases.c.outcome)
    )
    decided = {row[0]: row[1] for row in rows}
    returned = conn.scalar(
        select(func.count())
        .select_from(s.case_state)
        .where(
            s.case_state.c.verb == CaseVerb.RETURN_TO_OUTLET,
            s.case_state.c.from_ms >= since,
            _by(s.case_state.c.actor_id, reviewer_id),
        )
    )
    calls = conn.scalar(
        select(func.count())
        .select_from(call.call)
        .where(call.call.c.accepted_ms >= since, _by(call.call.c.reviewer_id, reviewer_id))
    )
    wait = conn.scalar(
        select(func.avg(call.call.c.accepted_ms - call.call.c.requested_ms)).where(
            call.call.c.accepted_ms >= since, call.call.c.direction == Direction.TO_HALL
        )
    )
    return DayCounts(
        approved=decided.get(Outcome.APPROVED, 0),
        refused=decided.get(Outcome.REFUSED, 0),
        returned=returned or 0,
        calls=calls or 0,
        average_wait_ms=None if wait is None else int(wait),
    )


def _by(column: Column[str], reviewer_id: str | None) -> ColumnElement[bool]:
    return true() if reviewer_id is None else column == reviewer_id
