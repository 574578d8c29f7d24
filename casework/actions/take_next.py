"""领取下一件: the reviewer takes the next case of the pool; nobody picks."""

from dataclasses import dataclass

from casework.actions.steps.case_act import begin
from casework.actions.steps.review_lock import TakenCase, lock_for_review
from casework.actor import Role
from casework.errors import NotAllowed
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import NothingToTake
from casework.store.tx import Tx
from casework.views.pool import next_for


@dataclass(frozen=True, slots=True)
class TakeNext:
    """The reviewer is the actor; his certificates say what he may take."""


def take_next(tx: Tx, _command: TakeNext) -> TakenCase:
    """Own returned cases first, then the priority lane, then by time of acceptance.

    Raises NothingToTake when no case waits that he may take.
    """
    if tx.actor.role is not Role.REVIEWER:
        raise NotAllowed(reason="role_may_not", verb="take_next")
    case_id = next_for(tx.conn, tx.actor.id, tx.now_ms)
    if case_id is None:
        raise NothingToTake
    return lock_for_review(begin(tx, CaseVerb.TAKE_CASE, case_id))
