"""The issuing clerk checks who receives the result."""

from dataclasses import dataclass
from enum import StrEnum

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.errors import InvalidInput
from casework.model.applicant import (
    Applicant,
    IdentityMethod,
    WrongApplicantError,
    normalise_applicant,
)
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.sealed_values import prefixed


class Receiver(StrEnum):
    APPLICANT = "applicant"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class CheckReceiver:
    """`agent` names the 代办人 when it is not the applicant who receives, and `authority_seen` says that he
    showed her letter of authority; `reason` goes with
    method `other`.
    """

    case_id: str
    receiver: Receiver
    method: IdentityMethod
    agent: Applicant | None = None
    reason: str = ""
    authority_seen: bool = False
    expected_version: int | None = None


def check_receiver(tx: Tx, command: CheckReceiver) -> CaseChanged:
    """Raises InvalidInput when the agent is missing or his data are wrong."""
    act = begin(tx, CaseVerb.CHECK_RECEIVER, command.case_id, command.expected_version)
    if command.method is IdentityMethod.OTHER and not command.reason.strip():
        raise InvalidInput(field="reason")
    if (command.receiver is Receiver.AGENT) != (command.agent is not None):
        raise InvalidInput(field="agent")
    if command.authority_seen != (command.receiver is Receiver.AGENT):
        raise InvalidInput("an agent shows the applicant's authority", field="authority_seen")
    agent: dict[str, str] = {}
    if command.agent is not None:
        try:
            agent = normalise_applicant(command.agent).values()
        except WrongApplicantError as wrong:
            raise InvalidInput(field=wrong.fields[0], fields=wrong.fields) from wrong
    return finish(
        act,
        "desk.receiver.checked",
        changes={"receiver_checked_at_ms": tx.now_ms},
        committed={
            "receiver": command.receiver,
            "method": command.method,
            "authority_seen": command.authority_seen,
            "reason": command.reason.strip()[:200] or None,
            **prefixed("agent", agent),
        },
    ).changed
