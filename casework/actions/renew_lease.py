"""Keeps the review lock alive while the reviewer's page lives.

No act of work: it leaves no entry and does not change the version, so that a prepared decision
stays valid.
"""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.steps.case_act import begin
from casework.actions.steps.review_lock import LEASE_MS, TakenCase
from casework.policy.case_verb import CaseVerb
from casework.store import schema_case as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RenewLease:
    case_id: str


def renew_lease(tx: Tx, command: RenewLease) -> TakenCase:
    """Raises LeaseLost when it ran out, CaseLocked when another reviewer has the case now."""
    act = begin(tx, CaseVerb.RENEW_LEASE, command.case_id)
    lease_until_ms = tx.now_ms + LEASE_MS
    tx.conn.execute(
        update(s.cases).where(s.cases.c.id == act.case.id).values(lease_until_ms=lease_until_ms)
    )
    return TakenCase(act.case.id, act.case.version, lease_until_ms)
