"""回推: the decided case goes back to the window that accepted it."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.model.case import CaseState
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class HandBack:
    case_id: str


def hand_back(tx: Tx, command: HandBack) -> CaseChanged:
    act = begin(tx, CaseVerb.HAND_BACK, command.case_id)
    return finish(
        act,
        "desk.case.handed_back",
        target=CaseState.HANDED_BACK,
        committed={"outlet": act.case.outlet_id},
    ).changed
