"""The decision that waits for its confirmation."""

from sqlalchemy import Connection, select

from casework.model.case import Case, Outcome
from casework.model.decision import DecisionStatus, PendingDecision
from casework.store import schema_case as s


def pending_of(conn: Connection, case: Case) -> PendingDecision | None:
    """Run out or not; None if there is none."""
    row = conn.execute(
        select(s.case_decision).where(
            s.case_decision.c.id == case.pending_decision_id,
            s.case_decision.c.status == DecisionStatus.PENDING,
        )
    ).one_or_none()
    if row is None:
        return None
    return PendingDecision(
        id=row.id,
        case_id=row.case_id,
        outcome=Outcome(row.outcome),
        reviewer_id=row.reviewer_id,
        call_id=row.call_id,
        case_version=row.case_version,
        prepared_at_ms=row.prepared_at_ms,
        expires_at_ms=row.expires_at_ms,
        entry_seq=row.entry_seq,
    )
