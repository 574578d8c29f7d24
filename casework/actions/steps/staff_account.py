"""What becomes of a person's account when something about it ends. Not an action."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select, update

from casework.actions.steps.org_act import locked_row, note
from casework.actor import Role
from casework.policy.organisation_refusals import AlreadyClosed, LastAdministrator
from casework.store import schema_org as s
from casework.store.schema_session import session
from casework.store.tx import Tx
from casework.views.grants import in_force
from casework.views.posts import Post


def active_staff(tx: Tx, staff_id: str) -> Row[Any]:
    """Raises NotFound, AlreadyClosed."""
    row = locked_row(tx, s.staff, staff_id)
    if not row.active:
        raise AlreadyClosed
    return row


def close_sessions(tx: Tx, staff_id: str) -> None:
    """The person is out at every door; pages are told."""
    open_ones = (session.c.staff_id == staff_id) & session.c.closed_ms.is_(None)
    doors = tx.conn.scalars(
        update(session).where(open_ones).values(closed_ms=tx.now_ms).returning(session.c.door)
    ).all()
    for door in sorted(set(doors)):
        tx.emit(f"staff:{staff_id}", "session.closed", {"door": door})


def end_posts(tx: Tx, origin: str, posts: Iterable[Post]) -> None:
    """Raises LastAdministrator."""
    for post in posts:
        table = s.post_grant
        tx.conn.execute(
            update(table)
            .where(table.c.id == post.grant_id)
            .values(until_ms=tx.now_ms, ended_by=tx.actor.id)
        )
        facts = {"grant": post.grant_id, "staff": post.staff_id, "role": post.role.value}
        note(tx, origin, "org.post_ended", facts)
        if post.role is Role.ADMIN:
            _refuse_nobody_left(tx)


def _refuse_nobody_left(tx: Tx) -> None:
    left = (
        select(s.post_grant.c.id)
        .join(s.staff, s.staff.c.id == s.post_grant.c.staff_id)
        .where(
            s.post_grant.c.role == Role.ADMIN, in_force(s.post_grant, tx.now_ms), s.staff.c.active
        )
    )
    if tx.conn.scalar(left.limit(1)) is None:
        raise LastAdministrator
