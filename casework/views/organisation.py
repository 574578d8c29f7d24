"""Places and people as pages show them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from casework.errors import NotFound
from casework.model.outlet import OutletKind, WindowProfile
from casework.store import schema_org as s
from casework.store.dialects import among, texts
from casework.store.prepared import Prepared


@dataclass(frozen=True, slots=True)
class WindowPlace:
    window_id: str
    number: str
    name: str
    profile: WindowProfile
    outlet_id: str
    outlet_name: str
    outlet_kind: OutletKind


@dataclass(frozen=True, slots=True)
class StaffCard:
    """三亮明: what a citizen may see of a member of staff."""

    staff_id: str
    number: str
    name: str
    employer: str


def window_place(conn: Connection, window_id: str) -> WindowPlace:
    """Raises NotFound."""
    row = conn.execute(_places().where(s.window.c.id == window_id)).one_or_none()
    if row is None:
        raise NotFound("no such window")
    return _place(row)


def windows_of_outlet(conn: Connection, outlet_id: str) -> tuple[WindowPlace, ...]:
    rows = conn.execute(
        _places().where(s.window.c.outlet_id == outlet_id).order_by(s.window.c.number)
    )
    return tuple(_place(row) for row in rows)


def staff_cards(conn: Connection, staff_ids: set[str]) -> dict[str, StaffCard]:
    """By id; ids that are no staff (a citizen screen, the program) are left out."""
    if not staff_ids:
        return {}
    cards = (StaffCard(*row) for row in _CARDS.rows(conn, ids=texts(conn, sorted(staff_ids))))
    return {card.staff_id: card for card in cards}


_CARDS = Prepared(
    lambda conn: select(s.staff.c.id, s.staff.c.number, s.staff.c.name, s.staff.c.employer).where(
        among(conn, s.staff.c.id, "ids")
    )
)


def _places() -> Select[Any]:
    return select(
        s.window, s.outlet.c.name.label("outlet_name"), s.outlet.c.kind.label("outlet_kind")
    ).join(s.outlet, s.outlet.c.id == s.window.c.outlet_id)


def _place(row: Row[Any]) -> WindowPlace:
    return WindowPlace(
        row.id,
        row.number,
        row.name,
        WindowProfile(row.profile),
        row.outlet_id,
        row.outlet_name,
        OutletKind(row.outlet_kind),
    )
