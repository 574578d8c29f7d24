"""Reads of signing in; each takes a Connection of `Store.read` and the present wall ms."""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    String,
    and_,
    bindparam,
    or_,
    select,
)

from casework.actor import Actor, Role
from casework.store.prepared import Prepared
from casework.store.schema_call import citizen_screen
from casework.store.schema_org import outlet, post_grant, staff, window
from casework.store.schema_session import session, sign_in_guard
from portal.doors import Door


@dataclass(frozen=True, slots=True)
class Session:
    """A live sign-in. `number` and `name` are the person's as colleagues see them; a citizen screen
    has neither. `window_name` is empty until a clerk has chosen a window, and when that one closed.
    """

    token_sha256: str
    door: Door
    actor: Actor
    name: str
    number: str
    outlet_name: str
    window_name: str
    expires_ms: int
    seen_ms: int
    password_to_change: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A staff member with one valid grant of the asked role."""

    staff_id: str
    password_hash: str
    grant_id: str | None
    outlet_id: str | None
    locked_until_ms: int
    password_to_change: bool = False


@dataclass(frozen=True, slots=True)
class WindowChoice:
    id: str
    number: str
    name: str


def account_of(conn: Connection, name: str, role: Role, now_ms: int) -> Account | None:
    """The account behind a staff number or login name; a number goes first where both exist.
    `grant_id` is None when it does not hold the role now.
    """
    grant = and_(post_grant.c.staff_id == staff.c.id, _grant_holds(role.value, now_ms))
    row = conn.execute(
        select(
            staff.c.id,
            staff.c.password_hash,
            staff.c.password_to_change,
            staff.c.outlet_id,
            post_grant.c.id.label("grant_id"),
            sign_in_guard.c.locked_until_ms,
        )
        .select_from(staff)
        .outerjoin(post_grant, grant)
        .outerjoin(sign_in_guard, sign_in_guard.c.staff_id == staff.c.id)
        .where(or_(staff.c.number == name, staff.c.login == name), staff.c.active)
        .order_by((staff.c.number == name).desc(), post_grant.c.from_ms.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Account(
        row.id,
        row.password_hash,
        row.grant_id,
        row.outlet_id,
        row.locked_until_ms or 0,
        row.password_to_change,
    )


def live_session(
    conn: Connection, token_sha256: str, door: Door, now_ms: int, idle_ms: int
) -> Session | None:
    """None when closed, run out, idle too long, or when grant, person or screen no longer stand."""
    row = _LIVE.one(
        conn,
        token=token_sha256,
        door=door,
        role=door.spec.role,
        now=now_ms,
        idle_since=now_ms - idle_ms,
    )
    if row is None:
        return None
    (
        staff_id, screen_id, expires_ms, seen_ms, name, number, password_to_change, post,
        outlet_id, outlet_name, window_id, window_name,
    ) = row  # fmt: skip
    actor = Actor(
        id=staff_id or screen_id,
        role=door.spec.role,
        post=post,
        outlet=outlet_id,
        window=window_id,
    )
    return Session(
        token_sha256=token_sha256,
        door=door,
        actor=actor,
        name=name or "",
        number=number or "",
        outlet_name=outlet_name or "",
        window_name=window_name or "",
        expires_ms=expires_ms,
        seen_ms=seen_ms,
        password_to_change=bool(password_to_change),
    )


def password_hash_of(conn: Connection, staff_id: str) -> str | None:
    return conn.scalar(select(staff.c.password_hash).where(staff.c.id == staff_id))


def windows_of(conn: Connection, outlet_id: str) -> list[WindowChoice]:
    rows = conn.execute(
        select(window.c.id, window.c.number, window.c.name)
        .where(window.c.outlet_id == outlet_id, window.c.closed_ms.is_(None))
        .order_by(window.c.number)
    )
    return [WindowChoice(row.id, row.number, row.name) for row in rows]


def _grant_holds(
    role: str | BindParameter[str], now_ms: int | BindParameter[int]
) -> ColumnElement[bool]:
    return and_(
        post_grant.c.role == role,
        post_grant.c.from_ms <= now_ms,
        or_(post_grant.c.until_ms.is_(None), post_grant.c.until_ms > now_ms),
    )


_now: BindParameter[int] = bindparam("now", type_=BigInteger)
_role: BindParameter[str] = bindparam("role", type_=String)
# Asked at every request: put together once, and given to the driver as it is.
_LIVE = Prepared(
    select(
        session.c.staff_id,
        session.c.screen_id,
        session.c.expires_ms,
        session.c.seen_ms,
        staff.c.name,
        staff.c.number,
        staff.c.password_to_change,
        post_grant.c.post,
        outlet.c.id,
        outlet.c.name.label("outlet_name"),
        window.c.id.label("window_id"),
        window.c.name.label("window_name"),
    )
    .select_from(session)
    .outerjoin(staff, staff.c.id == session.c.staff_id)
    .outerjoin(
        post_grant,
        and_(post_grant.c.id == session.c.grant_id, _grant_holds(_role, _now)),
    )
    .outerjoin(
        citizen_screen,
        and_(citizen_screen.c.id == session.c.screen_id, citizen_screen.c.revoked_ms.is_(None)),
    )
    .outerjoin(window, and_(window.c.id == session.c.window_id, window.c.closed_ms.is_(None)))
    .outerjoin(
        outlet,
        or_(
            outlet.c.id == staff.c.outlet_id,
            and_(session.c.staff_id.is_(None), outlet.c.id == citizen_screen.c.outlet_id),
        ),
    )
    .where(
        session.c.token_sha256 == bindparam("token"),
        session.c.door == bindparam("door"),
        session.c.closed_ms.is_(None),
        session.c.expires_ms > _now,
        or_(
            and_(
                staff.c.active,
                post_grant.c.id.is_not(None),
                session.c.seen_ms > bindparam("idle_since"),
            ),
            citizen_screen.c.id.is_not(None),
        ),
    )
)
