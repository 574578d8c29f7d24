"""A person is given a post 岗位授权: a role, from now on or for a time, at an outlet or in the hall."""

from dataclasses import dataclass

from sqlalchemy import insert

from casework.actions.steps.org_act import administer, clean, note
from casework.actions.steps.staff_account import active_staff
from casework.actor import Role
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.organisation import EmployerKind
from casework.policy.organisation_refusals import (
    EmployerMayNot,
    NameTaken,
    OwnAccount,
    PlaceNeeded,
    PostsExclude,
)
from casework.policy.posts import AT_OUTLETS, POSTS, employer_allows, exclude_each_other
from casework.store import schema_org as s
from casework.store.tx import Tx
from casework.views.posts import posts_held

MAX_POST = 60


@dataclass(frozen=True, slots=True)
class GrantPost:
    """`post` is what it is called here, such as 综合柜员. `until_ms` is the first moment without it."""

    origin: str
    staff_id: str
    role: Role
    post: str
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class GrantedPost:
    id: str


def grant_post(tx: Tx, command: GrantPost) -> GrantedPost:
    """Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput, OwnAccount, EmployerMayNot,
    PlaceNeeded, PostsExclude, NameTaken for a role that the person holds already.
    """
    administer(tx)
    row = active_staff(tx, command.staff_id)
    if command.staff_id == tx.actor.id:
        raise OwnAccount
    post = clean(command.post, "post", MAX_POST)
    if command.role not in POSTS:
        raise InvalidInput(field="role")
    if command.until_ms is not None and command.until_ms <= tx.now_ms:
        raise InvalidInput(field="until")
    if not employer_allows(EmployerKind(row.employer_kind), command.role):
        raise EmployerMayNot
    if (command.role in AT_OUTLETS) != (row.outlet_id is not None):
        raise PlaceNeeded
    held = [one.role for one in posts_held(tx.conn, command.staff_id, tx.now_ms)]
    if command.role in held:
        raise NameTaken(field="role")
    if exclude_each_other([*held, command.role]):
        raise PostsExclude
    grant_id = new_id()
    tx.conn.execute(
        insert(s.post_grant).values(
            id=grant_id,
            staff_id=command.staff_id,
            role=command.role,
            post=post,
            outlet_id=row.outlet_id,
            from_ms=tx.now_ms,
            until_ms=command.until_ms,
            granted_by=tx.actor.id,
        )
    )
    facts = {"grant": grant_id, "staff": command.staff_id, "role": command.role.value}
    note(tx, command.origin, "org.post_granted", facts)
    return GrantedPost(grant_id)
