"""Finding an item the way clerks type: 拼音首字母, whole syllables, Chinese words, or the code."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from casework.actor import Actor
from casework.calendar import day_of
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import in_force_on, item_in_force
from casework.store import schema_case as s
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as org
from casework.views.grants import in_force

MAX_FOUND = 12
MAX_GUIDES = 500
USUAL = 6
COUNTED_MS = 90 * 24 * 3600 * 1000

_i = catalogue.item_version.c


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One item as a line to choose; `promised_days` 0 is on the spot."""

    code: str
    name: str
    call_required: bool
    instant: bool
    promised_days: int
    materials: int


def search_items(conn: Connection, actor: Actor, text: str, now_ms: int) -> list[ItemLine]:
    """Items the outlet may accept today; the best fit first. Empty text finds nothing."""
    wanted = "".join(text.lower().split())
    if not wanted:
        return []
    day = day_of(now_ms)
    return _lines(conn, _found(conn, wanted, _granted(actor, now_ms), day, MAX_FOUND), day)


def search_guides(conn: Connection, text: str, now_ms: int) -> list[ItemLine]:
    """Items of the whole catalogue that are in force today, for the public guides; the best fit
    first. Empty text finds all, in order of code.
    """
    day = day_of(now_ms)
    wanted = "".join(text.lower().split())
    if wanted:
        return _lines(conn, _found(conn, wanted, _living(day), day, MAX_GUIDES), day)
    every = select(_i.code).where(in_force_on(day)).group_by(_i.code).order_by(_i.code)
    return _lines(conn, list(conn.scalars(every.limit(MAX_GUIDES)).all()), day)


def _found(
    conn: Connection, wanted: str, among: Select[tuple[str]], day: dt.date, most: int
) -> list[str]:
    """Codes that fit, the best first. Names that hold later only are not looked at."""
    pattern = f"%{_literal(wanted)}%"
    start = f"{_literal(wanted)}%"
    code = func.replace(func.lower(_i.code), "-", "")
    fit = case(
        (code.like(start.replace("-", ""), escape="\\"), 0),
        (_i.initials.like(start, escape="\\"), 1),
        (_i.name.like(start, escape="\\"), 1),
        else_=2,
    )
    found = or_(
        _i.name.like(pattern, escape="\\"),
        _i.initials.like(pattern, escape="\\"),
        _i.pinyin.like(pattern, escape="\\"),
        code.like(pattern.replace("-", ""), escape="\\"),
    )
    codes = conn.scalars(
        select(_i.code)
        .where(found, in_force_on(day), _i.code.in_(among))
        .group_by(_i.code)
        .order_by(func.min(fit), func.min(func.length(_i.name)), _i.code)
        .limit(most)
    ).all()
    return list(codes)


def usual_items(conn: Connection, actor: Actor, now_ms: int) -> list[ItemLine]:
    """The six items opened most at this window of late; a new window gets the first of its list."""
    opened = (
        select(s.cases.c.item_code, func.count().label("times"))
        .where(s.cases.c.window_id == actor.window, s.cases.c.opened_at_ms > now_ms - COUNTED_MS)
        .group_by(s.cases.c.item_code)
        .subquery()
    )
    codes = conn.scalars(
        select(_i.code)
        .outerjoin(opened, opened.c.item_code == _i.code)
        .where(_i.code.in_(_granted(actor, now_ms)))
        .group_by(_i.code)
        .order_by(func.coalesce(func.max(opened.c.times), 0).desc(), _i.code)
        .limit(USUAL)
    ).all()
    return _lines(conn, list(codes), day_of(now_ms))


def _granted(actor: Actor, now_ms: int) -> Select[tuple[str]]:
    """Codes of the items this outlet may accept and that are in force today."""
    living = _living(day_of(now_ms))
    return select(org.outlet_item.c.item_code).where(
        and_(
            org.outlet_item.c.outlet_id == actor.outlet,
            in_force(org.outlet_item, now_ms),
            org.outlet_item.c.item_code.in_(living),
        )
    )


def _living(day: dt.date) -> Select[tuple[str]]:
    """Codes of the items that are in force on `day`."""
    return select(_i.code).where(in_force_on(day))


def _lines(conn: Connection, codes: list[str], day: dt.date) -> list[ItemLine]:
    return [_line(item_in_force(conn, code, day)) for code in codes]


def _line(item: ItemVersion) -> ItemLine:
    return ItemLine(
        code=item.code,
        name=item.name,
        call_required=item.call_required,
        instant=item.instant,
        promised_days=item.promised_days,
        materials=sum(spec.required for spec in item.materials),
    )


def _literal(text: str) -> str:
    """`text` as it stands, for LIKE with escape character backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
