"""The catalogue as administrators see it: items, their versions and drafts, and who may accept them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import Draft, in_force_on, load_draft, load_item
from casework.errors import NotFound
from casework.store import schema_catalogue as s
from casework.store import schema_org as org
from casework.views.grants import in_force


@dataclass(frozen=True, slots=True)
class ItemRow:
    """`in_force` is the version of today, None before the first or after the last; `next_from` the
    day of a version that is published and waits. Counts are of outlets with a grant now.
    """

    code: str
    name: str
    in_force: int | None
    newest: int
    next_from: dt.date | None
    closed_on: dt.date | None
    draft: int | None
    mandatory: int
    optional: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: str
    version: int
    name: str
    effective_from: dt.date
    closed_on: dt.date | None
    published_at_ms: int
    sha256: str
    in_force: bool


@dataclass(frozen=True, slots=True)
class GrantRow:
    """`grant` is `mandatory`, `optional` or `none`."""

    outlet_id: str
    outlet: str
    grant: str


@dataclass(frozen=True, slots=True)
class ItemPage:
    """`item` is what the page shows: the version in force, or the newest, or the draft alone."""

    item: ItemVersion
    versions: tuple[VersionRow, ...]
    draft: Draft | None
    grants: tuple[GrantRow, ...]


def item_rows(conn: Connection, day: dt.date, now_ms: int) -> list[ItemRow]:
    """All items and those that are drafts only, in order of code."""
    v, d = s.item_version.c, s.item_draft.c
    drafts = {row.code: row for row in conn.execute(select(d.code, d.version, d.name))}
    columns = (v.code, v.version, v.name, v.effective_from, v.closed_on)
    versions: dict[str, list[_Version]] = {}
    for code, *values in conn.execute(select(*columns).order_by(v.code, v.version)):
        versions.setdefault(code, []).append(_Version(*values))
    grants = _grant_counts(conn, now_ms)
    rows = [
        _item_row(
            code, known, day, drafts[code].version if code in drafts else None, grants.get(code)
        )
        for code, known in versions.items()
    ]
    rows += [
        ItemRow(code, draft.name, None, 0, None, None, draft.version, *grants.get(code, (0, 0)))
        for code, draft in drafts.items()
        if code not in versions
    ]
    return sorted(rows, key=lambda row: row.code)


def item_page(conn: Connection, code: str, day: dt.date, now_ms: int) -> ItemPage:
    """Raises NotFound."""
    v = s.item_version.c
    draft = _draft(conn, code)
    found = conn.execute(
        select(
            v.id,
            v.version,
            v.name,
            v.effective_from,
            v.closed_on,
            v.published_at_ms,
            v.sha256,
        )
        .where(v.code == code)
        .order_by(v.version.desc())
    ).all()
    today = conn.scalar(select(func.max(v.version)).where(v.code == code, in_force_on(day)))
    versions = tuple(VersionRow(*row, in_force=row.version == today) for row in found)
    if not versions and draft is None:
        raise NotFound("no such item")
    shown = next((row for row in versions if row.in_force), versions[0] if versions else None)
    item = load_item(conn, shown.id) if shown else draft.item if draft else None
    if item is None:
        raise NotFound("no such item")
    return ItemPage(item, versions, draft, _grants(conn, code, now_ms))


def items_in_force(conn: Connection, day: dt.date) -> list[ItemVersion]:
    """The version in force of every item, in order of code."""
    v = s.item_version.c
    highest = (
        select(v.code, func.max(v.version).label("version"))
        .where(in_force_on(day))
        .group_by(v.code)
        .subquery()
    )
    ids = conn.scalars(
        select(v.id)
        .join(highest, (v.code == highest.c.code) & (v.version == highest.c.version))
        .order_by(v.code)
    ).all()
    return [load_item(conn, one) for one in ids]


@dataclass(frozen=True, slots=True)
class _Version:
    version: int
    name: str
    effective_from: dt.date
    closed_on: dt.date | None

    def holds(self, day: dt.date) -> bool:
        return self.effective_from <= day and (self.closed_on is None or self.closed_on > day)


def _item_row(
    code: str,
    versions: Sequence[_Version],
    day: dt.date,
    draft: int | None,
    grants: tuple[int, int] | None,
) -> ItemRow:
    holding = [one for one in versions if one.holds(day)]
    newest = versions[-1]
    shown = holding[-1] if holding else newest
    waits = newest.effective_from if newest.effective_from > day else None
    mandatory, optional = grants or (0, 0)
    return ItemRow(
        code=code,
        name=shown.name,
        in_force=holding[-1].version if holding else None,
        newest=newest.version,
        next_from=waits,
        closed_on=newest.closed_on,
        draft=draft,
        mandatory=mandatory,
        optional=optional,
    )


def _grant_counts(conn: Connection, now_ms: int) -> dict[str, tuple[int, int]]:
    """Mandatory and optional grants by item code."""
    g = org.outlet_item.c
    counted: dict[str, tuple[int, int]] = {}
    for code, mandatory, count in conn.execute(
        select(g.item_code, g.mandatory, func.count())
        .where(in_force(org.outlet_item, now_ms))
        .group_by(g.item_code, g.mandatory)
    ):
        must, may = counted.get(code, (0, 0))
        counted[code] = (must + count, may) if mandatory else (must, may + count)
    return counted


def _grants(conn: Connection, code: str, now_ms: int) -> tuple[GrantRow, ...]:
    """Every outlet that is in use, whether it has a grant or not."""
    o, g = org.outlet.c, org.outlet_item.c
    granted = select(g.outlet_id, g.mandatory).where(
        g.item_code == code, in_force(org.outlet_item, now_ms)
    )
    held: dict[str, bool] = {row.outlet_id: row.mandatory for row in conn.execute(granted)}
    words = {True: "mandatory", False: "optional", None: "none"}
    return tuple(
        GrantRow(outlet_id, name, words[held.get(outlet_id)])
        for outlet_id, name in conn.execute(select(o.id, o.name).where(o.active).order_by(o.name))
    )


def _draft(conn: Connection, code: str) -> Draft | None:
    try:
        return load_draft(conn, code)
    except NotFound:
        return None
