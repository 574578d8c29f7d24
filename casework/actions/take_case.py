"""A reviewer takes a case into review, which locks it for him."""

from dataclasses import dataclass

from casework.actions.steps.case_act import begin
from casework.actions.steps.review_lock import TakenCase, lock_for_review
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class TakeCase:
    case_id: str


def take_case(tx: Tx, command: TakeCase) -> TakenCase:
    """Taking a case again that one holds only renews the lock. Raises CaseLocked while another
    reviewer holds it, ClerkMayNotReview, NotCertified.
    """
    return lock_for_review(begin(tx, CaseVerb.TAKE_CASE, command.case_id))
