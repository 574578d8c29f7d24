"""The program takes back what nobody keeps alive: run-out locks and run-out prepared decisions.

Run every few seconds by the desk. Rules never rely on it: a lock that ran out holds nothing.
"""

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Select, select

from casework.actions.steps.case_act import begin, finish
from casework.actions.steps.pending_decision import revert_pending
from casework.actor import Role
from casework.errors import NotAllowed
from casework.model.case import CaseState
from casework.model.decision import RevertCause
from casework.policy.case_verb import CaseVerb
from casework.policy.lease import MAX_LEASE_MS
from casework.store import schema_case as s
from casework.store.case_rows import lock_case
from casework.store.tx import Tx

MAX_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ExpireLeases:
    """All of them that ran out by now, at most `MAX_AT_ONCE`."""


@dataclass(frozen=True, slots=True)
class ExpiredLeases:
    released: tuple[str, ...]
    reverted: tuple[str, ...]


def expire_leases(tx: Tx, _command: ExpireLeases) -> ExpiredLeases:
    """Ids of the cases that went back to the pool, and of those whose decision was reverted."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not", verb=CaseVerb.EXPIRE_LEASE)
    reverted = tx.conn.scalars(overdue_decisions(tx.now_ms)).all()
    for case_id in reverted:
        revert_pending(tx, lock_case(tx.conn, case_id), RevertCause.EXPIRED)
    released = tx.conn.scalars(
        select(s.cases.c.id)
        .where(
            s.cases.c.state == CaseState.IN_FIRST_REVIEW,
            _over(tx.now_ms, s.cases.c.lease_until_ms),
        )
        .limit(MAX_AT_ONCE)
    ).all()
    for case_id in released:
        act = begin(tx, CaseVerb.EXPIRE_LEASE, case_id)
        finish(act, "desk.case.released", target=CaseState.ACCEPTED)
    return ExpiredLeases(tuple(released), tuple(reverted))


def overdue_decisions(now_ms: int) -> Select[str]:
    """Cases whose prepared decision ran out. Asked every two seconds, among all cases there ever were: that
    one waits is said literally, so that the index over the few that do is found.
    """
    over = _over(now_ms, s.cases.c.pending_until_ms)
    return select(s.cases.c.id).where(s.PENDING, over).limit(MAX_AT_ONCE)


def _over(now_ms: int, until_ms: Column[int]) -> ColumnElement[bool]:
    """`casework.policy.lease.holds` says no; in SQL."""
    return (until_ms <= now_ms) | (until_ms > now_ms + MAX_LEASE_MS)
