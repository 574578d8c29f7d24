"""Looking into a case from outside its handling is an act with a purpose."""

from dataclasses import dataclass

from casework.actions.steps.case_act import begin, record
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import PurposeMissing
from casework.store.tx import Tx

MIN_PURPOSE, MAX_PURPOSE = 2, 200


@dataclass(frozen=True, slots=True)
class ViewCase:
    """`purpose` 查阅目的 in the viewer's own words; kept sealed."""

    case_id: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ViewedCase:
    case_id: str
    entry_seq: int


def view_case(tx: Tx, command: ViewCase) -> ViewedCase:
    """Raises PurposeMissing."""
    act = begin(tx, CaseVerb.VIEW_CASE, command.case_id)
    purpose = command.purpose.strip()
    if not MIN_PURPOSE <= len(purpose) <= MAX_PURPOSE:
        raise PurposeMissing(least=MIN_PURPOSE, most=MAX_PURPOSE)
    entry = record(act, "desk.case.viewed", committed={"purpose": purpose})
    return ViewedCase(act.case.id, entry.seq)
