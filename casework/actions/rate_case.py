"""好差评: the citizen rates, in five levels, or does not."""

from dataclasses import dataclass

from sqlalchemy import insert

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.visit_of_case import rated
from casework.actor import Role
from casework.model.rating import RatingGivenBy, RatingLevel, RatingReason
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import AlreadyRated
from casework.store import schema_case as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RateCase:
    """`given_by` tells whose input it was; whatever comes from a clerk's page is a staff device."""

    case_id: str
    level: RatingLevel
    given_by: RatingGivenBy
    reasons: tuple[RatingReason, ...] = ()


def rate_case(tx: Tx, command: RateCase) -> CaseChanged:
    """Once a case; a rating from a staff device is kept and flagged. That of the visit's last case ends its
    step 评价. Raises AlreadyRated.
    """
    act = begin(tx, CaseVerb.RATE_CASE, command.case_id)
    if act.case.rated_at_ms is not None:
        raise AlreadyRated
    own = tx.actor.role is Role.CITIZEN and command.given_by is RatingGivenBy.OWN_INPUT
    given_by = RatingGivenBy.OWN_INPUT if own else RatingGivenBy.STAFF_DEVICE
    tx.conn.execute(
        insert(s.case_rating).values(
            case_id=act.case.id,
            level=int(command.level),
            given_by=given_by,
            flagged=not own,
            given_at_ms=tx.now_ms,
        )
    )
    changed = finish(
        act,
        "desk.case.rated",
        changes={"rated_at_ms": tx.now_ms},
        committed={
            "level": int(command.level),
            "given_by": given_by,
            "reasons": sorted({reason.value for reason in command.reasons}),
        },
    ).changed
    rated(tx, act.case)
    return changed
