"""Paper originals of a case: where each is now, and what it is."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from casework.catalogue.item import ItemVersion
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.original import Original, OriginalPlace, OriginalState
from casework.store.prepared import Prepared
from casework.store.schema_material import case_original
from casework.views.people import staff_number
from casework.views.sealed_values import sealed_fields

ORIGINALS_OF = Prepared(
    select(case_original)
    .where(case_original.c.case_id == bindparam("case"))
    .order_by(case_original.c.id)
)
"""For `originals_of`."""


@dataclass(frozen=True, slots=True)
class ShownOriginal:
    """`name` is the material's, `what` the paper as it was described; `holder` a number on a badge."""

    id: str
    code: str
    name: str
    what: str
    state: OriginalState
    place: OriginalPlace
    holder: str
    taken_ms: int
    since_ms: int


def originals_of(conn: Connection, case_id: str) -> tuple[Original, ...]:
    """Oldest first."""
    return tuple(
        Original(
            row.id,
            row.case_id,
            row.code,
            OriginalState(row.state),
            OriginalPlace(row.place),
            row.holder,
            row.taken_at_ms,
            row.since_ms,
            row.entry_seq,
        )
        for row in ORIGINALS_OF.named(conn, case=case_id)
    )


def original_of(conn: Connection, case_id: str, original_id: str) -> Original:
    """Raises NotFound, also for one of another case."""
    found = next((one for one in originals_of(conn, case_id) if one.id == original_id), None)
    if found is None:
        raise NotFound("no such original")
    return found


def held_originals(conn: Connection, case_id: str) -> tuple[Original, ...]:
    return tuple(one for one in originals_of(conn, case_id) if one.state is OriginalState.HELD)


def shown_originals(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> tuple[ShownOriginal, ...]:
    """Raises KeyDestroyed."""
    shown = []
    for one in originals_of(conn, case.id):
        spec = item.material(one.code)
        sealed = sealed_fields(conn, keys, case.chain, one.entry_seq)
        shown.append(
            ShownOriginal(
                one.id,
                one.code,
                spec.name if spec else "",
                str(sealed.get("what") or ""),
                one.state,
                one.place,
                staff_number(conn, one.holder),
                one.taken_at_ms,
                one.since_ms,
            )
        )
    return tuple(shown)
