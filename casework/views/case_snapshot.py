"""Snapshot of the stream `case:ID`: ids, states and times, nothing personal.

Each event of the stream is a merge patch of it (see `casework.views.snapshots`).
"""

from dataclasses import asdict

from sqlalchemy import Connection, select

from casework.model.case import Case
from casework.model.merge_patch import JsonObject, without_nulls
from casework.store import schema_case as s
from casework.store.case_rows import load_case

# A lock is prolonged without an act, and the number of the intake platform is nobody's business.
_NOT_SHOWN = frozenset({"external_ref", "lease_until_ms"})


def case_snapshot(conn: Connection, case_id: str) -> JsonObject:
    """Raises NotFound."""
    return snapshot_of(conn, load_case(conn, case_id))


def snapshot_of(conn: Connection, case: Case) -> JsonObject:
    values = {key: value for key, value in asdict(case).items() if key not in _NOT_SHOWN}
    rows = conn.execute(
        select(s.case_material)
        .where(s.case_material.c.case_id == case.id)
        .order_by(s.case_material.c.id)
    )
    materials = {
        row.id: {
            "code": row.code,
            "version": row.version,
            "grade": row.grade,
            "check": row.check,
            "fault": row.fault,
        }
        for row in rows
    }
    return without_nulls({**values, "materials": materials})
