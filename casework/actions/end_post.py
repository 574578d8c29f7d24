"""A post is taken back before its time; the person is out at that door at once."""

from dataclasses import dataclass

from casework.actions.steps.org_act import administer, locked_row
from casework.actions.steps.staff_account import end_posts
from casework.policy.organisation_refusals import AlreadyClosed, OwnAccount
from casework.store import schema_org as s
from casework.store.tx import Tx
from casework.views.posts import posts_held


@dataclass(frozen=True, slots=True)
class EndPost:
    origin: str
    grant_id: str


def end_post(tx: Tx, command: EndPost) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, OwnAccount, LastAdministrator."""
    administer(tx)
    staff_id = str(locked_row(tx, s.post_grant, command.grant_id).staff_id)
    if staff_id == tx.actor.id:
        raise OwnAccount
    held = posts_held(tx.conn, staff_id, tx.now_ms)
    ending = [post for post in held if post.grant_id == command.grant_id]
    if not ending:
        raise AlreadyClosed
    end_posts(tx, command.origin, ending)
