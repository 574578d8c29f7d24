"""A draft as the reviewer of its pre-check sees it: what the item asks for, and his own opinions.

Nothing else of the draft is shown, neither who applies nor what was filled in: he looks at the papers on
the document camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from casework.actor import Actor
from casework.catalogue.stored_item import load_item
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.call import CallKind
from casework.model.opinion import NotedOpinion
from casework.store.case_rows import load_case
from casework.views.calls import call_of, cases_of
from casework.views.opinions import opinions_of


@dataclass(frozen=True, slots=True)
class MaterialAsked:
    """`opinion` is the newest of this call, None before there is one."""

    code: str
    name: str
    note: str
    basis: str
    required: bool
    pages: int
    opinion: NotedOpinion | None


@dataclass(frozen=True, slots=True)
class Precheck:
    case_id: str
    number: str
    state: str
    item: str
    conditions: Sequence[str]
    materials: Sequence[MaterialAsked]


def precheck_of(conn: Connection, keys: KeyRing, actor: Actor, call_id: str) -> Precheck:
    """Raises NotFound for a call that is no pre-check of this reviewer's; KeyDestroyed."""
    call = call_of(conn, call_id)
    if call.kind is not CallKind.PRECHECK or call.reviewer_id != actor.id:
        raise NotFound("no such pre-check")
    case = load_case(conn, cases_of(conn, call.id)[0])
    item = load_item(conn, case.item_version_id)
    noted = {one.code: one for one in opinions_of(conn, keys, case) if one.call_id == call.id}
    return Precheck(
        case_id=case.id,
        number=case.number,
        state=case.state,
        item=item.name,
        conditions=item.conditions,
        materials=[
            MaterialAsked(
                code=spec.code,
                name=spec.name,
                note=spec.note,
                basis=f"《{spec.basis.act}》{spec.basis.article}",
                required=spec.required,
                pages=spec.pages,
                opinion=noted.get(spec.code),
            )
            for spec in item.materials
        ],
    )
