"""Acts of signing in and out, run by the writer like every other act.

They belong to no case and no call, so they write no entry; sign-outs are told to the person's pages.
"""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from casework.errors import NotFound, VersionConflict
from casework.store.dialects import upsert
from casework.store.schema_org import staff, window
from casework.store.schema_session import session, sign_in_guard
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class OpenSession:
    """`token_sha256` is lower hex; exactly one of `staff_id` and `screen_id` is given."""

    token_sha256: str
    door: str
    lifetime_ms: int
    staff_id: str | None = None
    grant_id: str | None = None
    screen_id: str | None = None
    window_id: str | None = None


def open_session(tx: Tx, command: OpenSession) -> None:
    """Opens a session and forgets the wrong passwords that came before it."""
    tx.conn.execute(
        insert(session).values(
            token_sha256=command.token_sha256,
            door=command.door,
            staff_id=command.staff_id,
            grant_id=command.grant_id,
            screen_id=command.screen_id,
            window_id=command.window_id,
            opened_ms=tx.now_ms,
            seen_ms=tx.now_ms,
            expires_ms=tx.now_ms + command.lifetime_ms,
        )
    )
    if command.staff_id is not None:
        tx.conn.execute(
            update(sign_in_guard)
            .where(sign_in_guard.c.staff_id == command.staff_id)
            .values(failures=0, locked_until_ms=0)
        )


@dataclass(frozen=True, slots=True)
class CloseSession:
    token_sha256: str


def close_session(tx: Tx, command: CloseSession) -> None:
    """Closing twice, or a session that never was, changes nothing."""
    row = tx.conn.execute(
        update(session)
        .where(session.c.token_sha256 == command.token_sha256, session.c.closed_ms.is_(None))
        .values(closed_ms=tx.now_ms)
        .returning(session.c.staff_id, session.c.door)
    ).one_or_none()
    if row is not None and row.staff_id is not None:
        tx.emit(f"staff:{row.staff_id}", "session.closed", {"door": row.door})


@dataclass(frozen=True, slots=True)
class TouchSession:
    token_sha256: str


def touch_session(tx: Tx, command: TouchSession) -> None:
    tx.conn.execute(
        update(session)
        .where(session.c.token_sha256 == command.token_sha256)
        .values(seen_ms=tx.now_ms)
    )


@dataclass(frozen=True, slots=True)
class ChooseWindow:
    token_sha256: str
    window_id: str


def choose_window(tx: Tx, command: ChooseWindow) -> None:
    """Seats a clerk at a window of the clerk's own outlet; raises NotFound for any other."""
    outlet_id = tx.conn.scalar(
        select(staff.c.outlet_id)
        .join(session, session.c.staff_id == staff.c.id)
        .where(session.c.token_sha256 == command.token_sha256)
    )
    known = tx.conn.scalar(
        select(window.c.id).where(
            window.c.id == command.window_id,
            window.c.outlet_id == outlet_id,
            window.c.closed_ms.is_(None),
        )
    )
    if known is None:
        raise NotFound("no such window at this outlet")
    tx.conn.execute(
        update(session)
        .where(session.c.token_sha256 == command.token_sha256)
        .values(window_id=command.window_id)
    )


@dataclass(frozen=True, slots=True)
class NoteFailure:
    """`lock_after` wrong passwords in a row lock the account for `lock_ms`."""

    staff_id: str
    lock_after: int
    lock_ms: int


def note_failure(tx: Tx, command: NoteFailure) -> int:
    """Counts a wrong password; returns the wall ms until which the account is locked, 0 if not."""
    failures = 1 + (
        tx.conn.scalar(
            select(sign_in_guard.c.failures).where(sign_in_guard.c.staff_id == command.staff_id)
        )
        or 0
    )
    locked_until = tx.now_ms + command.lock_ms if failures >= command.lock_after else 0
    values = {"failures": 0 if locked_until else failures, "locked_until_ms": locked_until}
    tx.conn.execute(
        upsert(tx.conn, sign_in_guard)
        .values(staff_id=command.staff_id, **values)
        .on_conflict_do_update(index_elements=["staff_id"], set_=values)
    )
    return locked_until


@dataclass(frozen=True, slots=True)
class RenewHash:
    """A right password whose stored hash has weaker parameters than we use today."""

    staff_id: str
    password_hash: str


def renew_hash(tx: Tx, command: RenewHash) -> None:
    tx.conn.execute(
        update(staff)
        .where(staff.c.id == command.staff_id)
        .values(password_hash=command.password_hash)
    )


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """`before` is the stored hash that the old password was held against; this session goes on."""

    token_sha256: str
    before: str
    after: str


def change_password(tx: Tx, command: ChangePassword) -> None:
    """Ends the person's other sessions: somebody else may have opened them. Raises VersionConflict
    when the password was changed meanwhile.
    """
    changed = tx.conn.execute(
        update(staff)
        .where(staff.c.id == tx.actor.id, staff.c.password_hash == command.before)
        .values(password_hash=command.after, password_to_change=False)
    )
    if changed.rowcount != 1:
        raise VersionConflict("the password was changed meanwhile")
    others = (
        (session.c.staff_id == tx.actor.id)
        & (session.c.token_sha256 != command.token_sha256)
        & session.c.closed_ms.is_(None)
    )
    doors = tx.conn.scalars(
        update(session).where(others).values(closed_ms=tx.now_ms).returning(session.c.door)
    ).all()
    for door in sorted(set(doors)):
        tx.emit(f"staff:{tx.actor.id}", "session.closed", {"door": door})
