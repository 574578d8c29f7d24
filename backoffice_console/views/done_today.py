"""What a reviewer has dealt with today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from backoffice_console.views.day_counts import day_start_ms
from casework.actor import Actor
from casework.policy.case_verb import CaseVerb
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org

MAX_ROWS = 200
_DEALT_WITH = (CaseVerb.CONFIRM_DECISION, CaseVerb.RETURN_TO_OUTLET)


@dataclass(frozen=True, slots=True)
class DoneLine:
    """`verb` is what was done then; `state` is where the case stands now."""

    id: str
    number: str
    item: str
    outlet: str
    verb: str
    outcome: str | None
    state: str
    done_ms: int


def done_today(conn: Connection, actor: Actor, now_ms: int) -> Sequence[DoneLine]:
    """Newest first."""
    rows = conn.execute(
        select(
            s.cases.c.id,
            s.cases.c.number,
            s.cases.c.state,
            s.cases.c.outcome,
            s.case_state.c.verb,
            s.case_state.c.from_ms,
            catalogue.item_version.c.name.label("item"),
            org.outlet.c.name.label("outlet"),
        )
        .join(s.cases, s.cases.c.id == s.case_state.c.case_id)
        .join(catalogue.item_version, catalogue.item_version.c.id == s.cases.c.item_version_id)
        .join(org.outlet, org.outlet.c.id == s.cases.c.outlet_id)
        .where(
            s.case_state.c.actor_id == actor.id,
            s.case_state.c.verb.in_(_DEALT_WITH),
            s.case_state.c.from_ms >= day_start_ms(now_ms),
        )
        .order_by(s.case_state.c.from_ms.desc())
        .limit(MAX_ROWS)
    )
    return [
        DoneLine(
            id=row.id,
            number=row.number,
            item=row.item,
            outlet=row.outlet,
            verb=row.verb,
            outcome=row.outcome if row.verb == CaseVerb.CONFIRM_DECISION else None,
            state=row.state,
            done_ms=row.from_ms,
        )
        for row in rows
    ]
