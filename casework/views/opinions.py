"""Opinions on the materials of a case from before its acceptance, and which call such an opinion needs."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from casework.keys.key_ring import KeyRing
from casework.model.call import OVER, CallKind, CallState
from casework.model.call_session import CallSession
from casework.model.case import Case
from casework.model.merge_patch import JsonObject
from casework.model.opinion import NotedOpinion, Opinion
from casework.store.prepared import Prepared, Row
from casework.store.schema_precheck import case_opinion
from casework.views.calls import calls_of_case
from casework.views.sealed_values import sealed_fields

NOTED = Prepared(
    select(
        case_opinion.c.call_id,
        case_opinion.c.code,
        case_opinion.c.opinion,
        case_opinion.c.noted_at_ms,
    )
    .where(case_opinion.c.case_id == bindparam("case"))
    .order_by(case_opinion.c.call_id, case_opinion.c.code),
    "case",
)
"""Of one case, for `noted_in`."""
OPINIONS_OF = Prepared(
    select(case_opinion)
    .where(case_opinion.c.case_id == bindparam("case"))
    .order_by(case_opinion.c.noted_at_ms, case_opinion.c.entry_seq)
)
"""For `opinions_of`."""


def opinions_of(conn: Connection, keys: KeyRing, case: Case) -> tuple[NotedOpinion, ...]:
    """Every call's, oldest first. Raises KeyDestroyed."""
    return tuple(
        NotedOpinion(
            code=row.code,
            opinion=Opinion(row.opinion),
            words=str(sealed_fields(conn, keys, case.chain, row.entry_seq).get("words") or ""),
            call_id=row.call_id,
            reviewer_id=row.reviewer_id,
            noted_at_ms=row.noted_at_ms,
        )
        for row in OPINIONS_OF.named(conn, case=case.id)
    )


def noted_in(rows: Sequence[Row]) -> JsonObject:
    """Of `NOTED`, for the snapshot of the case: by call and material, without a word of what was said."""
    noted: dict[str, JsonObject] = {}
    for call_id, code, opinion, noted_ms in rows:
        noted.setdefault(call_id, {})[code] = {"opinion": opinion, "noted_ms": noted_ms}
    return {**noted}


def open_precheck(conn: Connection, case_id: str) -> CallSession | None:
    """The case's pre-check that waits or runs; one that is being wrapped up is done."""
    done = OVER | {CallState.WRAP_UP}
    calls = (one for one in calls_of_case(conn, case_id) if one.kind is CallKind.PRECHECK)
    return next((one for one in calls if one.state not in done), None)
