"""The reviewer gives a case back to the pool, where it keeps its place."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.model.case import CaseState
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ReleaseCase:
    case_id: str
    expected_version: int | None = None


def release_case(tx: Tx, command: ReleaseCase) -> CaseChanged:
    act = begin(tx, CaseVerb.RELEASE_CASE, command.case_id, command.expected_version)
    return finish(act, "desk.case.released", target=CaseState.ACCEPTED).changed
