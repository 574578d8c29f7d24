"""A reviewer is certified for a group of items, or is no more."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from casework.actions.steps.org_act import administer, note, open_row
from casework.actions.steps.staff_account import active_staff
from casework.actor import Role
from casework.errors import NotFound
from casework.ids import new_id
from casework.policy.organisation_refusals import NameTaken, OwnAccount, PlaceNeeded
from casework.store import schema_org as s
from casework.store.tx import Tx
from casework.views.grants import certified_groups, in_force
from casework.views.posts import posts_held


@dataclass(frozen=True, slots=True)
class Certify:
    origin: str
    staff_id: str
    group: str


def certify(tx: Tx, command: Certify) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, OwnAccount, PlaceNeeded without a reviewer's post,
    NameTaken when certified already.
    """
    administer(tx)
    active_staff(tx, command.staff_id)
    if command.staff_id == tx.actor.id:
        raise OwnAccount
    open_row(tx, s.reviewer_group, command.group, key="code")
    held = posts_held(tx.conn, command.staff_id, tx.now_ms)
    if all(post.role is not Role.REVIEWER for post in held):
        raise PlaceNeeded
    if command.group in certified_groups(tx.conn, command.staff_id, tx.now_ms):
        raise NameTaken(field="group")
    tx.conn.execute(
        insert(s.certificate).values(
            id=new_id(), staff_id=command.staff_id, group_code=command.group, from_ms=tx.now_ms
        )
    )
    facts = {"staff": command.staff_id, "group": command.group}
    note(tx, command.origin, "org.certified", facts)


@dataclass(frozen=True, slots=True)
class EndCertificate:
    origin: str
    staff_id: str
    group: str


def end_certificate(tx: Tx, command: EndCertificate) -> None:
    """Raises NotAllowed, NotFound."""
    administer(tx)
    table = s.certificate
    this = (
        (table.c.staff_id == command.staff_id)
        & (table.c.group_code == command.group)
        & in_force(table, tx.now_ms)
    )
    if tx.conn.scalar(select(table.c.id).where(this).limit(1)) is None:
        raise NotFound("no such certificate")
    tx.conn.execute(update(table).where(this).values(until_ms=tx.now_ms))
    facts = {"staff": command.staff_id, "group": command.group}
    note(tx, command.origin, "org.certificate_ended", facts)
