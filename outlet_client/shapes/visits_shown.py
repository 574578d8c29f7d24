"""Visits as the window page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from casework.actor import Actor
from casework.model.case import Priority
from casework.model.visit import VisitStep
from casework.views.visits import (
    ShownVisit,
    VisitCase,
    WaitingVisit,
    in_the_hall,
    visit_at,
    waiting_visits,
)


@dataclass(frozen=True, slots=True)
class VisitHere:
    """The visit at the window; `since_ms` is when its present step began, None between two steps."""

    visit_id: str
    number: str
    version: int
    priority: Priority | None
    step: VisitStep | None
    since_ms: int | None
    cases: Sequence[VisitCase]


@dataclass(frozen=True, slots=True)
class VisitsShown:
    """`now_ms` is the desk's clock, by which waits are counted."""

    now_ms: int
    here: VisitHere | None
    waiting: Sequence[WaitingVisit]
    in_hall: int


def visits_shown(conn: Connection, actor: Actor, now_ms: int) -> VisitsShown:
    """Of the clerk's window and outlet."""
    outlet = actor.outlet or ""
    here = visit_at(conn, actor.window or "")
    return VisitsShown(
        now_ms,
        _here(here) if here else None,
        waiting_visits(conn, outlet, now_ms),
        in_the_hall(conn, outlet, now_ms),
    )


def _here(shown: ShownVisit) -> VisitHere:
    visit = shown.visit
    since = next((one.from_ms for one in shown.steps if one.until_ms is None), None)
    return VisitHere(
        visit.id, visit.number, visit.version, visit.priority, shown.step, since, shown.cases
    )
