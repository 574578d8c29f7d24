"""The reviewer confirms in the call that the person is the applicant; the recording is marked."""

from dataclasses import dataclass

from casework.actions.steps.call_evidence import call_of_case
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.marks import place_mark
from casework.errors import InvalidInput
from casework.model.call import CallState, MarkKind
from casework.policy.call_refusals import CallStateForbids
from casework.policy.case_verb import CaseVerb
from casework.policy.refusals import CitizenNotInView, RecordingNotHealthy
from casework.store.tx import Tx

MAX_QUESTION = 100


@dataclass(frozen=True, slots=True)
class ConfirmIdentityOnCamera:
    """All three were seen: 人证一致, 出示证件, 随机一问. `question` is what was asked."""

    case_id: str
    call_id: str
    face_matches: bool
    document_shown: bool
    question: str
    question_answered: bool
    expected_version: int | None = None


def confirm_identity_on_camera(tx: Tx, command: ConfirmIdentityOnCamera) -> CaseChanged:
    """Raises WrongCall; RecordingNotHealthy when the call does not run or is not recorded,
    CallStateForbids while it is held and nobody is seen, CitizenNotInView while the picture is paused; InvalidInput when one
    of the three is missing: then the identity is doubtful and is not confirmed.
    """
    verb = CaseVerb.CONFIRM_IDENTITY_ON_CAMERA
    act = begin(tx, verb, command.case_id, command.expected_version)
    facts = call_of_case(act, command.call_id)
    if not facts.running:
        raise RecordingNotHealthy
    if facts.state == CallState.HELD:
        raise CallStateForbids(state=facts.state, verb=verb)
    if not facts.citizen_in_view:
        raise CitizenNotInView
    if not facts.healthy_now:
        raise RecordingNotHealthy
    for field in ("face_matches", "document_shown", "question_answered"):
        if not getattr(command, field):
            raise InvalidInput("not confirmed", field=field)
    question = command.question.strip()
    if not 1 <= len(question) <= MAX_QUESTION:
        raise InvalidInput(field="question")
    mark = place_mark(tx, command.call_id, MarkKind.IDENTITY, case_id=act.case.id)
    chain = f"call:{command.call_id}"
    head = tx.head(chain)
    return finish(
        act,
        "desk.identity.confirmed_on_camera",
        changes={"camera_call_id": command.call_id, "camera_identity_at_ms": tx.now_ms},
        plain={"call": command.call_id, "mark": mark},
        committed={"question": question},
        refs={chain: head} if head else {},
    ).changed
