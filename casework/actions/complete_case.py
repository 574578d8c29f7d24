"""办结: nothing is left to do for the case."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.actions.steps.originals import require_say_about_held
from casework.actions.steps.visit_of_case import ask_to_rate
from casework.model.case import CaseState, Outcome
from casework.model.issue_channel import IssueChannel
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import ResultNotIssued
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CompleteCase:
    """`originals_stay` says why paper originals that the office still has stay with it."""

    case_id: str
    expected_version: int | None = None
    originals_stay: str = ""


def complete_case(tx: Tx, command: CompleteCase) -> CaseChanged:
    """Raises ResultNotIssued while the result must still be reviewed or handed over, OriginalsHeld while the office
    has paper originals and nothing is said about them.
    """
    act = begin(tx, CaseVerb.COMPLETE_CASE, command.case_id, command.expected_version)
    if not _nothing_left(act):
        raise ResultNotIssued
    stay = require_say_about_held(act, command.originals_stay)
    changed = finish(
        act,
        "desk.case.completed",
        target=CaseState.COMPLETED,
        changes={"closed_at_ms": tx.now_ms},
        committed={"originals_stay": stay} if stay else {},
    ).changed
    if act.case.rated_at_ms is None:
        ask_to_rate(tx, act.case)
    return changed


def _nothing_left(act: CaseAct) -> bool:
    """An instant item is done when accepted; one without output when approved, and one whose result is
    electronic only. A refusal is always handed over, since it tells the reasons and the remedy. What was
    posted is delivered first.
    """
    electronic = act.case.channel is IssueChannel.ELECTRONIC
    match act.case.state:
        case CaseState.ACCEPTED:
            return act.item.instant
        case CaseState.HANDED_BACK:
            return act.case.outcome is Outcome.APPROVED and (act.item.no_output or electronic)
        case CaseState.ISSUED:
            return act.case.posted_seq is None or act.case.delivered_at_ms is not None
        case _:
            return True
