"""The review lock: a lease that the reviewer's page renews while it lives."""

from dataclasses import dataclass

from sqlalchemy import insert, update

from casework.actions.steps.case_act import CaseAct, end_review, finish
from casework.ids import new_id
from casework.model.case import CaseState
from casework.policy.lease import holds
from casework.policy.refusals import WrongRoad
from casework.store import schema_case as s
from casework.store.prepared import Prepared

LEASE_MS = 120_000
_REVIEW_BEGUN = Prepared(insert(s.case_review), "id", "case_id", "reviewer_id", "from_ms")


@dataclass(frozen=True, slots=True)
class TakenCase:
    case_id: str
    version: int
    lease_until_ms: int


def lock_for_review(act: CaseAct) -> TakenCase:
    """Gives the lock to the actor; WrongRoad for an instant item, which nobody reviews."""
    tx, case = act.tx, act.case
    if act.item.instant:
        raise WrongRoad(road="window")
    if case.state is CaseState.IN_FIRST_REVIEW:
        if case.reviewer_id == tx.actor.id and holds(case.lease_until_ms, tx.now_ms):
            return keep_alive(act)
        # Somebody's lock ran out: that holding ends here.
        end_review(act)
    lease_until_ms = tx.now_ms + LEASE_MS
    _REVIEW_BEGUN.send(
        tx.conn, id=new_id(), case_id=case.id, reviewer_id=tx.actor.id, from_ms=tx.now_ms
    )
    done = finish(
        act,
        "desk.case.taken",
        target=CaseState.IN_FIRST_REVIEW,
        changes={
            "reviewer_id": tx.actor.id,
            "lease_until_ms": lease_until_ms,
            "reserved_for": None,
        },
    )
    return TakenCase(case.id, done.case.version, lease_until_ms)


def keep_alive(act: CaseAct) -> TakenCase:
    """Prolongs the lock. No act of work: it leaves no entry and no new version, so that a
    prepared decision stays valid.
    """
    lease_until_ms = act.tx.now_ms + LEASE_MS
    act.tx.conn.execute(
        update(s.cases).where(s.cases.c.id == act.case.id).values(lease_until_ms=lease_until_ms)
    )
    return TakenCase(act.case.id, act.case.version, lease_until_ms)
