"""Whether there is an organisation, and what its places and groups are."""

from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select

from casework.actor import Role
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.store import schema_org as s
from casework.store.schema_catalogue import item_version
from casework.views.grants import certified_groups, in_force
from casework.views.posts import Post, posts_held


@dataclass(frozen=True, slots=True)
class OutletLine:
    id: str
    name: str
    kind: OutletKind
    open: bool
    windows: int
    staff: int
    items: int


@dataclass(frozen=True, slots=True)
class WindowLine:
    id: str
    number: str
    name: str
    profile: WindowProfile
    accepts: bool
    issues: bool
    open: bool


@dataclass(frozen=True, slots=True)
class GroupLine:
    code: str
    name: str
    open: bool
    reviewers: int


@dataclass(frozen=True, slots=True)
class StaffLine:
    """`outlet` is empty for people of the centre."""

    id: str
    number: str
    name: str
    login: str
    employer: str
    employer_kind: EmployerKind
    outlet_id: str | None
    outlet: str
    active: bool
    password_to_change: bool
    posts: tuple[Post, ...]
    groups: frozenset[str]

    @property
    def is_reviewer(self) -> bool:
        return any(post.role is Role.REVIEWER for post in self.posts)


@dataclass(frozen=True, slots=True)
class ItemLine:
    code: str
    name: str
    granted: bool


def has_begun(conn: Connection) -> bool:
    return conn.scalar(select(s.centre.c.id).limit(1)) is not None


def outlet_lines(conn: Connection, now_ms: int) -> tuple[OutletLine, ...]:
    windows, staff, items = _counts(conn, now_ms)
    rows = conn.execute(
        select(s.outlet).order_by(s.outlet.c.closed_ms.is_not(None), s.outlet.c.name)
    )
    return tuple(
        OutletLine(
            row.id,
            row.name,
            OutletKind(row.kind),
            row.closed_ms is None,
            windows.get(row.id, 0),
            staff.get(row.id, 0),
            items.get(row.id, 0),
        )
        for row in rows
    )


def window_lines(conn: Connection, outlet_id: str) -> tuple[WindowLine, ...]:
    rows = conn.execute(
        select(s.window).where(s.window.c.outlet_id == outlet_id).order_by(s.window.c.number)
    )
    return tuple(
        WindowLine(
            row.id,
            row.number,
            row.name,
            WindowProfile(row.profile),
            row.accepts,
            row.issues,
            row.closed_ms is None,
        )
        for row in rows
    )


def group_lines(conn: Connection, now_ms: int) -> tuple[GroupLine, ...]:
    certified = _counted(
        conn,
        select(s.certificate.c.group_code, func.count(s.certificate.c.staff_id.distinct()))
        .where(in_force(s.certificate, now_ms))
        .group_by(s.certificate.c.group_code),
    )
    table = s.reviewer_group
    rows = conn.execute(select(table).order_by(table.c.closed_ms.is_not(None), table.c.code))
    return tuple(
        GroupLine(row.code, row.name, row.closed_ms is None, certified.get(row.code, 0))
        for row in rows
    )


def staff_lines(
    conn: Connection, now_ms: int, staff_id: str | None = None
) -> tuple[StaffLine, ...]:
    """Everybody, those who left last; or the one person."""
    query = (
        select(s.staff, s.outlet.c.name.label("outlet_name"))
        .outerjoin(s.outlet, s.outlet.c.id == s.staff.c.outlet_id)
        .order_by(s.staff.c.active.desc(), s.staff.c.number)
    )
    if staff_id is not None:
        query = query.where(s.staff.c.id == staff_id)
    return tuple(
        StaffLine(
            row.id,
            row.number,
            row.name,
            row.login,
            row.employer,
            EmployerKind(row.employer_kind),
            row.outlet_id,
            row.outlet_name or "",
            row.active,
            row.password_to_change,
            posts_held(conn, row.id, now_ms),
            certified_groups(conn, row.id, now_ms),
        )
        for row in conn.execute(query).all()
    )


def item_lines(conn: Connection, outlet_id: str, now_ms: int) -> tuple[ItemLine, ...]:
    """The catalogue's items, and which of them the outlet may accept."""
    table = s.outlet_item
    granted = set(
        conn.scalars(
            select(table.c.item_code).where(table.c.outlet_id == outlet_id, in_force(table, now_ms))
        )
    )
    newest = (
        select(item_version.c.code, func.max(item_version.c.version).label("version"))
        .where(item_version.c.closed_on.is_(None))
        .group_by(item_version.c.code)
        .subquery()
    )
    rows = conn.execute(
        select(item_version.c.code, item_version.c.name)
        .join(
            newest,
            (newest.c.code == item_version.c.code) & (newest.c.version == item_version.c.version),
        )
        .order_by(item_version.c.code)
    )
    return tuple(ItemLine(row.code, row.name, row.code in granted) for row in rows)


def _counts(conn: Connection, now_ms: int) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Open windows, active staff and items by outlet."""
    window, staff, item = s.window, s.staff, s.outlet_item
    return (
        _counted(
            conn,
            select(window.c.outlet_id, func.count())
            .where(window.c.closed_ms.is_(None))
            .group_by(window.c.outlet_id),
        ),
        _counted(
            conn,
            select(staff.c.outlet_id, func.count())
            .where(staff.c.active, staff.c.outlet_id.is_not(None))
            .group_by(staff.c.outlet_id),
        ),
        _counted(
            conn,
            select(item.c.outlet_id, func.count())
            .where(in_force(item, now_ms))
            .group_by(item.c.outlet_id),
        ),
    )


def _counted(conn: Connection, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in conn.execute(query)}
