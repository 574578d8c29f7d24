"""Intake platforms as the administrator sees them."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Column, Connection, func, select

from casework.calendar import day_of
from casework.catalogue.faults import BadRow
from casework.catalogue.stored_item import item_in_force
from casework.errors import NotFound
from casework.launch.mapping import ItemMapping, mapping_in
from casework.launch.mapping_file import faults_against
from casework.launch.platform_key import stored_key
from casework.policy.refusals import ItemNotInForce
from casework.store import schema_launch as s
from casework.store import schema_org as org


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """`keys` counts those that hold now."""

    id: str
    name: str
    issuer: str
    open: bool
    keys: int
    outlets: int
    items: int


@dataclass(frozen=True, slots=True)
class KeyLine:
    kid: str
    kind: str
    thumbprint: str
    from_ms: int
    until_ms: int | None
    holds: bool


@dataclass(frozen=True, slots=True)
class OutletChoice:
    id: str
    name: str
    allowed: bool


@dataclass(frozen=True, slots=True)
class MappingLine:
    """`faults` is what of it does not fit the item that is in force: the item may have a newer version
    than the mapping was saved for.
    """

    item_code: str
    item_name: str
    fields: int
    saved_ms: int
    faults: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class PlatformPage:
    line: PlatformLine
    keys: tuple[KeyLine, ...]
    outlets: tuple[OutletChoice, ...]
    mappings: tuple[MappingLine, ...]


def platform_lines(conn: Connection, now_ms: int) -> tuple[PlatformLine, ...]:
    rows = conn.execute(
        select(s.platform).order_by(s.platform.c.closed_ms.is_not(None), s.platform.c.name)
    ).all()
    keys, outlets = _keys(conn, now_ms), _counted(conn, s.platform_outlet.c.platform_id)
    items = _counted(conn, s.platform_mapping.c.platform_id)
    return tuple(
        PlatformLine(
            row.id,
            row.name,
            row.issuer,
            row.closed_ms is None,
            sum(key.holds for key in keys.get(row.id, ())),
            outlets.get(row.id, 0),
            items.get(row.id, 0),
        )
        for row in rows
    )


def platform_page(conn: Connection, platform_id: str, now_ms: int) -> PlatformPage:
    """Raises NotFound."""
    line = next((one for one in platform_lines(conn, now_ms) if one.id == platform_id), None)
    if line is None:
        raise NotFound("no such platform")
    return PlatformPage(
        line,
        tuple(_keys(conn, now_ms).get(platform_id, ())),
        _outlets(conn, platform_id),
        _mappings(conn, platform_id, day_of(now_ms)),
    )


def mappings_of(conn: Connection, platform_id: str) -> tuple[ItemMapping, ...]:
    """In order of the items' codes."""
    contents = conn.scalars(
        select(s.platform_mapping.c.content)
        .where(s.platform_mapping.c.platform_id == platform_id)
        .order_by(s.platform_mapping.c.item_code)
    )
    return tuple(mapping_in(content) for content in contents)


def _keys(conn: Connection, now_ms: int) -> dict[str, list[KeyLine]]:
    """By platform, newest first."""
    found: dict[str, list[KeyLine]] = {}
    rows = conn.execute(
        select(s.platform_key).order_by(s.platform_key.c.from_ms.desc(), s.platform_key.c.kid)
    )
    for row in rows:
        key = stored_key(row.jwk)
        holds = row.until_ms is None or row.until_ms > now_ms
        found.setdefault(row.platform_id, []).append(
            KeyLine(row.kid, key.jwk["crv"], key.thumbprint, row.from_ms, row.until_ms, holds)
        )
    return found


def _outlets(conn: Connection, platform_id: str) -> tuple[OutletChoice, ...]:
    allowed = set(
        conn.scalars(
            select(s.platform_outlet.c.outlet_id).where(
                s.platform_outlet.c.platform_id == platform_id
            )
        )
    )
    rows = conn.execute(
        select(org.outlet.c.id, org.outlet.c.name)
        .where(org.outlet.c.closed_ms.is_(None))
        .order_by(org.outlet.c.name)
    )
    return tuple(OutletChoice(row.id, row.name, row.id in allowed) for row in rows)


def _mappings(conn: Connection, platform_id: str, today: dt.date) -> tuple[MappingLine, ...]:
    rows = conn.execute(
        select(s.platform_mapping)
        .where(s.platform_mapping.c.platform_id == platform_id)
        .order_by(s.platform_mapping.c.item_code)
    ).all()
    return tuple(_mapping_line(conn, mapping_in(row.content), row.saved_ms, today) for row in rows)


def _mapping_line(
    conn: Connection, mapping: ItemMapping, saved_ms: int, today: dt.date
) -> MappingLine:
    fields = len(mapping.applicant) + len(mapping.form)
    try:
        item = item_in_force(conn, mapping.item, today)
    except ItemNotInForce:
        gone = BadRow(mapping.item, "item", "not in force", "unknown_item")
        return MappingLine(mapping.item, "", fields, saved_ms, (gone,))
    faults = tuple(faults_against(mapping, item, today))
    return MappingLine(mapping.item, item.name, fields, saved_ms, faults)


def _counted(conn: Connection, column: Column[str]) -> dict[str, int]:
    rows = conn.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in rows}
