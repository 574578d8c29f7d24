"""Lists of the window: what waits for its clerk, and what was done there today."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import ColumnElement, Connection, and_, func, not_, or_, select

from casework.actor import Actor
from casework.keys.key_ring import KeyRing
from casework.model.case import CaseState
from casework.store import schema_case as s
from casework.store import schema_org as org
from casework.store.reading import stream_seq
from casework.views.case_lines import CaseLine, case_lines

MAX_LINES = 100


class WorkList(StrEnum):
    """`RESULTS` have come back from the hall and nobody has taken them up yet; `TO_ISSUE` are being
    handed over, or were and are not closed.
    """

    RESULTS = "results"
    RETURNED = "returned"
    SUPPLEMENT = "supplement"
    TO_ISSUE = "to_issue"
    DRAFTS = "drafts"
    IN_HALL = "in_hall"
    TODAY = "today"


@dataclass(frozen=True, slots=True)
class Work:
    """How much is in each list. `stream` tells when to look again; `stream_seq` is the number that
    these counts belong to.
    """

    counts: Mapping[WorkList, int]
    stream: str
    stream_seq: int


_c = s.cases.c
_RULES: Mapping[WorkList, ColumnElement[bool]] = MappingProxyType(
    {
        WorkList.RESULTS: and_(
            _c.state == CaseState.HANDED_BACK, _c.receiver_checked_at_ms.is_(None)
        ),
        WorkList.RETURNED: _c.state == CaseState.RETURNED_TO_OUTLET,
        WorkList.SUPPLEMENT: _c.state == CaseState.SUPPLEMENT_REQUIRED,
        WorkList.TO_ISSUE: or_(
            and_(_c.state == CaseState.HANDED_BACK, _c.receiver_checked_at_ms.is_not(None)),
            _c.state == CaseState.ISSUED,
        ),
        # What was prepared at the pre-fill desk comes with its visit, until a clerk takes it over.
        WorkList.DRAFTS: and_(
            _c.state == CaseState.DRAFT,
            or_(_c.prepared_by.is_(None), _c.taken_over_at_ms.is_not(None)),
        ),
        WorkList.IN_HALL: _c.state.in_(
            (CaseState.ACCEPTED, CaseState.IN_FIRST_REVIEW, CaseState.APPROVED, CaseState.REFUSED)
        ),
    }
)
_RESULTS = frozenset({WorkList.RESULTS, WorkList.TO_ISSUE})
_NEWEST_FIRST = frozenset({WorkList.TODAY, WorkList.DRAFTS})


def work_counts(conn: Connection, actor: Actor, day_start_ms: int) -> Work:
    counts = {
        name: conn.scalar(
            select(func.count()).select_from(s.cases).where(_rule(name, actor, day_start_ms))
        )
        or 0
        for name in WorkList
    }
    stream = f"outlet:{actor.outlet}"
    return Work(counts, stream, stream_seq(conn, stream))


def work_list(
    conn: Connection, keys: KeyRing, actor: Actor, name: WorkList, day_start_ms: int
) -> tuple[CaseLine, ...]:
    """What was opened first stands first; drafts and the day's list newest first."""
    order = (_c.id.desc(),) if name in _NEWEST_FIRST else (_c.id,)
    return case_lines(conn, keys, _rule(name, actor, day_start_ms), *order, limit=MAX_LINES)


def _rule(name: WorkList, actor: Actor, day_start_ms: int) -> ColumnElement[bool]:
    """Cases of the clerk's window, and results that are handed over at this outlet instead of the one that
    accepted. `TODAY` is everything that moved there since the day began.
    """
    here = and_(_c.outlet_id == actor.outlet, _c.window_id == actor.window)
    if name in _RESULTS:
        issues = select(org.window.c.issues).where(org.window.c.id == actor.window)
        at_home = and_(here, _c.issue_outlet_id.is_(None))
        from_elsewhere = and_(_c.issue_outlet_id == actor.outlet, issues.scalar_subquery())
        return and_(or_(at_home, from_elsewhere), _RULES[name])
    if name is WorkList.TODAY:
        moved = select(s.case_state.c.case_id).where(s.case_state.c.from_ms >= day_start_ms)
        at_desk = and_(_c.prepared_by.is_not(None), _c.taken_over_at_ms.is_(None))
        return and_(here, _c.id.in_(moved), not_(at_desk))
    return and_(here, _RULES[name])
