"""The duty lead gives leave for a further list."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged
from casework.actions.steps.supplement import answer_second_notice
from casework.model.supplement import SecondNoticeAnswer
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class AllowSecondNotice:
    """`reason` in the duty lead's own words; kept sealed."""

    case_id: str
    reason: str
    expected_version: int | None = None


def allow_second_notice(tx: Tx, command: AllowSecondNotice) -> CaseChanged:
    """Raises NoSecondNoticeAsked, NotAllowed for one's own case, InvalidInput without a reason."""
    return answer_second_notice(
        tx,
        CaseVerb.ALLOW_SECOND_NOTICE,
        command.case_id,
        command.reason,
        command.expected_version,
        SecondNoticeAnswer.ALLOWED,
    )
