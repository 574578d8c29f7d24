"""Snapshot of the stream `case:ID`: ids, states and times, nothing personal.

Each event of the stream is a merge patch of it (see `casework.views.snapshots`).
"""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from casework.model.case import Case
from casework.model.merge_patch import JsonObject, without_nulls
from casework.store import schema_case as s
from casework.store.case_rows import fields_of, load_case
from casework.store.prepared import Prepared, Row, ask
from casework.views.opinions import NOTED, noted_in

# A lock is prolonged without an act.
_NOT_SHOWN = frozenset({"lease_until_ms"})
_SHOWN = ("code", "version", "grade", "check", "fault")
MATERIALS = Prepared(
    select(s.case_material.c.id, *(s.case_material.c[name] for name in _SHOWN))
    .where(s.case_material.c.case_id == bindparam("case"))
    .order_by(s.case_material.c.id),
    "case",
)
"""Of one case, for `snapshot_with`."""


def case_snapshot(conn: Connection, case_id: str) -> JsonObject:
    """Raises NotFound."""
    return snapshot_of(conn, load_case(conn, case_id))


def snapshot_of(conn: Connection, case: Case) -> JsonObject:
    materials, noted = ask(conn, (MATERIALS, {"case": case.id}), (NOTED, {"case": case.id}))
    return snapshot_with(case, materials, noted)


def snapshot_with(case: Case, materials: Sequence[Row], noted: Sequence[Row]) -> JsonObject:
    """`materials` are rows of `MATERIALS`, `noted` of `NOTED`."""
    values = {key: value for key, value in fields_of(case).items() if key not in _NOT_SHOWN}
    shown = {id_: dict(zip(_SHOWN, rest, strict=True)) for id_, *rest in materials}
    return without_nulls({**values, "materials": shown, "opinions": noted_in(noted) or None})
