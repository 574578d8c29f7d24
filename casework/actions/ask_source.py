"""The issuing authority is about to be asked: recorded before anything about the applicant goes out."""

from dataclasses import dataclass

from casework.actions.steps.application import require_identity
from casework.actions.steps.case_act import begin, record
from casework.actions.steps.sources import require_source
from casework.ids import new_id
from casework.model.material import SourceKind
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class AskSource:
    """`verifier` is the name of the source in the settings."""

    case_id: str
    code: str
    verifier: str


@dataclass(frozen=True, slots=True)
class SourceAsked:
    case_id: str
    question_id: str


def ask_source(tx: Tx, command: AskSource) -> SourceAsked:
    """Raises SourceNotAllowed or IdentityNotConfirmed."""
    act = begin(tx, CaseVerb.ASK_SOURCE, command.case_id)
    require_source(act, command.code, SourceKind.SHARED_DATA)
    require_identity(act)
    question_id = new_id()
    record(
        act,
        "desk.source.asked",
        plain={"question": question_id},
        committed={"code": command.code, "verifier": command.verifier},
    )
    return SourceAsked(act.case.id, question_id)
