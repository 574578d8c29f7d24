"""Where the entries of a case and of its calls stand in the log."""

from sqlalchemy import Connection, func, select

from casework.log.case_status import CaseStanding
from casework.model.case import Case
from casework.store import schema_log as s
from casework.views.calls import calls_of_case

PACKAGE_SEALED = "package.sealed"
ONLY_LOOKED_AT = (
    "desk.case.viewed",
    "desk.field.revealed",
    "desk.recording.viewed",
    PACKAGE_SEALED,
)
"""What does not take a seal away: nothing was done to the case."""


def case_standing(conn: Connection, case: Case) -> CaseStanding:
    entry = s.entry.c
    chains = [case.chain, *(f"call:{call.id}" for call in calls_of_case(conn, case.id))]
    every, logged, newest = conn.execute(
        select(
            func.count(entry.position), func.count(entry.log_index), func.max(entry.log_index)
        ).where(entry.chain.in_(chains))
    ).one()
    seal = conn.execute(
        select(entry.position, entry.log_index)
        .where(entry.chain == case.chain, entry.type == PACKAGE_SEALED)
        .order_by(entry.position.desc())
        .limit(1)
    ).one_or_none()
    if seal is None:
        return CaseStanding(newest if every == logged else None, None)
    later = conn.scalar(
        select(entry.position)
        .where(
            entry.chain.in_(chains),
            entry.position > seal.position,
            entry.type.not_in(ONLY_LOOKED_AT),
        )
        .limit(1)
    )
    return CaseStanding(
        newest if every == logged else None, seal.log_index if later is None else None
    )
