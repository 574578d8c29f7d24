"""Visits of an outlet: who waits, what stands at a window, and what the day was made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from sqlalchemy import Connection, func, or_, select

from casework.calendar import day_of
from casework.model.case import Case, CaseState, Priority
from casework.model.visit import Visit, VisitEnd, VisitStep
from casework.store import schema_case as c
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.store import schema_visit as s
from casework.store.visit_rows import load_visit, visit_of

MAX_WAITING = 100
MAX_OF_DAY = 500
_c = c.cases.c
# What an usher withdrew again never was a case of the visit.
OF_A_VISIT = or_(
    _c.state != CaseState.WITHDRAWN, _c.prepared_by.is_(None), _c.taken_over_at_ms.is_not(None)
)


@dataclass(frozen=True, slots=True)
class StepTime:
    """One interval of a visit; `until_ms` is None while it runs. `window` is the number of the window."""

    step: VisitStep
    window: str
    from_ms: int
    until_ms: int | None


@dataclass(frozen=True, slots=True)
class VisitCase:
    """`prepared`: it waits at the pre-fill desk until a clerk takes it over."""

    case_id: str
    number: str
    item_name: str
    state: CaseState
    version: int
    prepared: bool
    rated: bool


@dataclass(frozen=True, slots=True)
class ShownVisit:
    """A visit with its steps and cases, oldest first."""

    visit: Visit
    window: str
    steps: Sequence[StepTime]
    cases: Sequence[VisitCase]

    @property
    def step(self) -> VisitStep | None:
        """The one that runs."""
        return next((one.step for one in self.steps if one.until_ms is None), None)


@dataclass(frozen=True, slots=True)
class WaitingVisit:
    """`since_ms` is when it began to wait this time, `prepared` how many drafts wait with it."""

    visit_id: str
    number: str
    version: int
    priority: Priority | None
    since_ms: int
    misses: int
    prepared: int


@dataclass(frozen=True, slots=True)
class DayVisit:
    """`times` adds up what ended, in ms by step; a step that never was, or still runs, is left out."""

    visit: Visit
    window: str
    step: VisitStep | None
    cases: int
    times: Mapping[VisitStep, int]


@dataclass(frozen=True, slots=True)
class VisitDay:
    """`medians` are of the visits that had the step, in ms; what nobody ended in time counts for none."""

    visits: Sequence[DayVisit]
    medians: Mapping[VisitStep, int]


def next_waiting(conn: Connection, outlet_id: str, now_ms: int) -> str | None:
    """Who is called next at the outlet: the id of the first of `waiting_visits`."""
    first = _waiting(conn, outlet_id, now_ms, 1)
    return first[0].visit_id if first else None


def waiting_visits(conn: Connection, outlet_id: str, now_ms: int) -> Sequence[WaitingVisit]:
    """Today's visits that wait to be called: priority first, then who has waited longest."""
    return _waiting(conn, outlet_id, now_ms, MAX_WAITING)


def in_the_hall(conn: Connection, outlet_id: str, now_ms: int) -> int:
    """How many open visits of today stand at no window, those that do not wait yet included."""
    return (
        conn.scalar(
            select(func.count())
            .select_from(s.visit)
            .where(
                s.visit.c.outlet_id == outlet_id,
                s.visit.c.day == day_of(now_ms),
                s.visit.c.ended_ms.is_(None),
                s.visit.c.window_id.is_(None),
            )
        )
        or 0
    )


def visit_at(conn: Connection, window_id: str) -> ShownVisit | None:
    """The visit that stands at the window."""
    found = conn.scalar(select(s.visit.c.id).where(s.visit.c.window_id == window_id))
    return None if found is None else shown_visit(conn, found)


def visit_by_number(conn: Connection, outlet_id: str, number: str, now_ms: int) -> str | None:
    """The id of today's visit of this number, however it is typed: `a12` is A012."""
    digits = "".join(character for character in number if character.isdecimal())
    if not 1 <= len(digits) <= 6 or len(number.strip()) > 8:
        return None
    return conn.scalar(
        select(s.visit.c.id).where(
            s.visit.c.outlet_id == outlet_id,
            s.visit.c.day == day_of(now_ms),
            s.visit.c.number == f"A{int(digits):03d}",
        )
    )


def shown_visit(conn: Connection, visit_id: str) -> ShownVisit:
    """Raises NotFound."""
    visit = load_visit(conn, visit_id)
    windows = _window_numbers(conn, visit.outlet_id)
    cases = conn.execute(
        select(
            c.cases,
            catalogue.item_version.c.name.label("item_name"),
        )
        .join(catalogue.item_version, catalogue.item_version.c.id == _c.item_version_id)
        .where(_c.visit_id == visit_id, OF_A_VISIT)
        .order_by(_c.id)
    )
    return ShownVisit(
        visit,
        windows.get(visit.window_id or "", ""),
        steps_of(conn, visit_id, windows),
        tuple(
            VisitCase(
                row.id,
                row.number,
                row.item_name,
                CaseState(row.state),
                row.version,
                row.prepared_by is not None
                and row.taken_over_at_ms is None
                and row.state == CaseState.DRAFT,
                row.rated_at_ms is not None,
            )
            for row in cases
        ),
    )


def visit_of_case(conn: Connection, case: Case) -> ShownVisit | None:
    """What the case's story tells of the visit during which it was opened."""
    return None if case.visit_id is None else shown_visit(conn, case.visit_id)


def steps_of(conn: Connection, visit_id: str, windows: Mapping[str, str]) -> tuple[StepTime, ...]:
    rows = conn.execute(
        select(s.visit_step)
        .where(s.visit_step.c.visit_id == visit_id)
        .order_by(s.visit_step.c.number)
    )
    return tuple(
        StepTime(
            VisitStep(row.step), windows.get(row.window_id or "", ""), row.from_ms, row.until_ms
        )
        for row in rows
    )


def outlet_visits(conn: Connection, outlet_id: str, day: date) -> VisitDay:
    """The newest first, at most MAX_OF_DAY of them."""
    windows = _window_numbers(conn, outlet_id)
    rows = conn.execute(
        select(s.visit)
        .where(s.visit.c.outlet_id == outlet_id, s.visit.c.day == day)
        .order_by(s.visit.c.id.desc())
        .limit(MAX_OF_DAY)
    ).all()
    visits = [visit_of(row) for row in rows]
    ids = [visit.id for visit in visits]
    times: dict[str, dict[VisitStep, int]] = {}
    running: dict[str, VisitStep] = {}
    for row in conn.execute(select(s.visit_step).where(s.visit_step.c.visit_id.in_(ids))):
        step = VisitStep(row.step)
        if row.until_ms is None:
            running[row.visit_id] = step
        else:
            of_visit = times.setdefault(row.visit_id, {})
            of_visit[step] = of_visit.get(step, 0) + row.until_ms - row.from_ms
    counted = conn.execute(
        select(_c.visit_id, func.count().label("cases"))
        .where(_c.visit_id.in_(ids), OF_A_VISIT)
        .group_by(_c.visit_id)
    )
    cases = {row.visit_id: row.cases for row in counted}
    shown = tuple(
        DayVisit(
            visit,
            windows.get(visit.window_id or "", ""),
            running.get(visit.id),
            cases.get(visit.id, 0),
            times.get(visit.id, {}),
        )
        for visit in visits
    )
    kept = [one.times for one in shown if one.visit.end is not VisitEnd.DAY_OVER]
    return VisitDay(
        shown,
        {
            step: round(median(found))
            for step in VisitStep
            if (found := [times[step] for times in kept if step in times])
        },
    )


def _waiting(conn: Connection, outlet_id: str, now_ms: int, limit: int) -> Sequence[WaitingVisit]:
    drafts = (
        select(func.count())
        .select_from(c.cases)
        .where(
            _c.visit_id == s.visit.c.id,
            _c.prepared_by.is_not(None),
            _c.taken_over_at_ms.is_(None),
            _c.state == CaseState.DRAFT,
        )
        .scalar_subquery()
    )
    rows = conn.execute(
        select(s.visit, s.visit_step.c.from_ms, drafts.label("prepared"))
        .join(s.visit_step, s.visit_step.c.visit_id == s.visit.c.id)
        .where(
            s.visit.c.outlet_id == outlet_id,
            s.visit.c.day == day_of(now_ms),
            s.visit.c.ended_ms.is_(None),
            s.visit.c.window_id.is_(None),
            s.visit_step.c.until_ms.is_(None),
            s.visit_step.c.step == VisitStep.WAIT,
        )
        .order_by(
            s.visit.c.priority.is_(None),
            s.visit_step.c.from_ms,
            s.visit.c.misses,
            s.visit.c.id,
        )
        .limit(limit)
    )
    return tuple(
        WaitingVisit(
            row.id,
            row.number,
            row.version,
            Priority(row.priority) if row.priority else None,
            row.from_ms,
            row.misses,
            row.prepared,
        )
        for row in rows
    )


def _window_numbers(conn: Connection, outlet_id: str) -> dict[str, str]:
    rows = conn.execute(
        select(org.window.c.id, org.window.c.number).where(org.window.c.outlet_id == outlet_id)
    )
    return {row.id: row.number for row in rows}
