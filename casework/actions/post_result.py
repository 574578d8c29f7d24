"""邮寄: the window posts the result and types the carrier's tracking number."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.errors import InvalidInput
from casework.model.case import CaseState
from casework.model.issue_channel import IssueChannel, normalise_tracking_number
from casework.policy.case_verb import CaseVerb
from casework.policy.issue_refusals import WrongChannel
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PostResult:
    case_id: str
    tracking_number: str
    expected_version: int | None = None


def post_result(tx: Tx, command: PostResult) -> CaseChanged:
    """Issued when it is with the carrier. Raises WrongChannel, or InvalidInput for the number."""
    act = begin(tx, CaseVerb.POST_RESULT, command.case_id, command.expected_version)
    if act.case.channel is not IssueChannel.POST:
        raise WrongChannel(channel=act.case.channel)
    try:
        number = normalise_tracking_number(command.tracking_number)
    except ValueError as wrong:
        raise InvalidInput(field="tracking_number") from wrong
    return finish(
        act,
        "desk.result.posted",
        target=CaseState.ISSUED,
        changes={"issued_by": tx.actor.id, "issued_at_ms": tx.now_ms},
        seq_column="posted_seq",
        committed={"post.tracking_number": number},
    ).changed
