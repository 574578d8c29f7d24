"""What the fields of a list's filter offer: small tables alone, never the cases themselves."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select

from casework.actor import Actor, Role
from casework.policy.case_visibility import SEES_ALL
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """Pairs of code and name. `outlets` is empty for people of one outlet, `windows` for others."""

    items: Sequence[Choice]
    groups: Sequence[Choice]
    outlets: Sequence[Choice]
    windows: Sequence[Choice]


def filter_options(conn: Connection, actor: Actor) -> FilterOptions:
    at_outlet = actor.role not in SEES_ALL and actor.role is not Role.REVIEWER
    item = catalogue.item_version.c
    newest = (
        select(item.code, func.max(item.version).label("version")).group_by(item.code).subquery()
    )
    items = select(item.code, item.name).join(
        newest, (newest.c.code == item.code) & (newest.c.version == item.version)
    )
    groups = select(org.reviewer_group.c.code, org.reviewer_group.c.name)
    outlets = select(org.outlet.c.id, org.outlet.c.name)
    windows = select(org.window.c.id, org.window.c.name).where(
        org.window.c.outlet_id == (actor.outlet or "")
    )
    return FilterOptions(
        items=_choices(conn, items.order_by(item.code)),
        groups=_choices(conn, groups.order_by(org.reviewer_group.c.code)),
        outlets=() if at_outlet else _choices(conn, outlets.order_by(org.outlet.c.name)),
        windows=_choices(conn, windows.order_by(org.window.c.number)) if at_outlet else (),
    )


def _choices(conn: Connection, query: Select[str, str]) -> list[Choice]:
    return [(row[0], row[1]) for row in conn.execute(query)]
