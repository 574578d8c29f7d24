"""What waits at the pre-fill desk with a visit, and what each of it still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from casework.keys.key_ring import KeyRing
from casework.views.case_page import case_page
from casework.views.visits import ShownVisit, shown_visit


@dataclass(frozen=True, slots=True)
class PreparedDraft:
    """`lacking` names materials that the citizen has not with her, `empty` counts required fields."""

    case_id: str
    number: str
    item_name: str
    lacking: Sequence[str]
    empty: int


@dataclass(frozen=True, slots=True)
class VisitAtDesk:
    shown: ShownVisit
    drafts: Sequence[PreparedDraft]


def visit_at_desk(conn: Connection, keys: KeyRing, visit_id: str) -> VisitAtDesk:
    """Raises NotFound, KeyDestroyed. Whose visit it is, is asked before."""
    shown = shown_visit(conn, visit_id)
    waiting = (one.case_id for one in shown.cases if one.prepared)
    return VisitAtDesk(shown, tuple(_draft(conn, keys, case_id) for case_id in waiting))


def _draft(conn: Connection, keys: KeyRing, case_id: str) -> PreparedDraft:
    page = case_page(conn, keys, case_id)
    filled = {value.field for value in page.form if value.shown}
    required = [one for one in page.item.fields if one.required]
    return PreparedDraft(
        case_id,
        page.case.number,
        page.item.name,
        [
            spec.name
            for spec in page.item.materials
            if spec.required and spec.code not in page.at_hand
        ],
        sum(f"form.{one.code}" not in filled for one in required),
    )
