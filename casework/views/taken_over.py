"""Materials that another case of the same applicant has already."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.actor import Actor
from casework.catalogue.stored_item import load_item
from casework.model.case import Case, CaseState
from casework.model.material import Material, MaterialCheck, MaterialSource
from casework.store import schema_case as s
from casework.store.case_rows import case_of
from casework.views.material_slots import materials_of
from casework.views.same_applicant import cases_of_same_applicant
from casework.views.visible_cases import visible_cases

MAX_CASES = 20
_OF_ITS_OWN_CASE = frozenset({MaterialSource.COMMITMENT, MaterialSource.SIGNATURE})


@dataclass(frozen=True, slots=True)
class MaterialElsewhere:
    """`pages` are what counts of the material there, in order of the pages."""

    case_id: str
    number: str
    item: str
    state: CaseState
    pages: tuple[Material, ...]


def may_be_taken_over(conn: Connection, case: Case, code: str) -> tuple[Material, ...]:
    """The newest version of each page that was not found faulty; none of a case that was withdrawn, whose
    applicant may have taken everything back, and no promise or signature, which is of its own case alone.
    """
    if case.state is CaseState.WITHDRAWN:
        return ()
    newest: dict[int, Material] = {}
    for one in reversed(materials_of(conn, case.id)):
        if one.code == code:
            for page in range(one.page, one.page + one.stored.pages):
                newest[page] = one
    counted = {one.id: one for _, one in sorted(newest.items())}
    return tuple(
        one
        for one in counted.values()
        if one.check is not MaterialCheck.FAULTY and one.source not in _OF_ITS_OWN_CASE
    )


def materials_elsewhere(
    conn: Connection, actor: Actor, case_id: str, code: str, now_ms: int
) -> tuple[MaterialElsewhere, ...]:
    """Newest case first, at most MAX_CASES, of those that this actor sees."""
    others = cases_of_same_applicant(conn, case_id)
    rows = conn.execute(
        select(s.cases)
        .where(s.cases.c.id.in_(sorted(others)), visible_cases(conn, actor, now_ms))
        .order_by(s.cases.c.opened_at_ms.desc(), s.cases.c.id.desc())
        .limit(MAX_CASES)
    )
    found = []
    for case in map(case_of, rows):
        pages = may_be_taken_over(conn, case, code)
        if pages:
            item = load_item(conn, case.item_version_id)
            found.append(MaterialElsewhere(case.id, case.number, item.name, case.state, pages))
    return tuple(found)
