"""办结: nothing is left to do for the case."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseAct, CaseChanged, begin, finish
from casework.model.case import CaseState, Outcome
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import ResultNotIssued
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CompleteCase:
    case_id: str
    expected_version: int | None = None


def complete_case(tx: Tx, command: CompleteCase) -> CaseChanged:
    """Raises ResultNotIssued while the result must still be reviewed or handed over."""
    act = begin(tx, CaseVerb.COMPLETE_CASE, command.case_id, command.expected_version)
    if not _nothing_left(act):
        raise ResultNotIssued
    return finish(
        act,
        "desk.case.completed",
        target=CaseState.COMPLETED,
        changes={"closed_at_ms": tx.now_ms},
    ).changed


def _nothing_left(act: CaseAct) -> bool:
    """An instant item is done when accepted; one without output when approved. A refusal is
    always handed over, since it tells the reasons and the remedy.
    """
    match act.case.state:
        case CaseState.ACCEPTED:
            return act.item.instant
        case CaseState.HANDED_BACK:
            return act.item.no_output and act.case.outcome is Outcome.APPROVED
        case _:
            return True
