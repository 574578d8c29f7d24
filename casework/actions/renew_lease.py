"""Keeps the review lock alive while the reviewer's page lives."""

from dataclasses import dataclass

from casework.actions.steps.case_act import begin
from casework.actions.steps.review_lock import TakenCase, keep_alive
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RenewLease:
    case_id: str


def renew_lease(tx: Tx, command: RenewLease) -> TakenCase:
    """Raises LeaseLost when it ran out, CaseLocked when another reviewer has the case now."""
    return keep_alive(begin(tx, CaseVerb.RENEW_LEASE, command.case_id))
