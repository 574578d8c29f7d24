"""妥投: what the carrier says of a posted result; what came back is handed over in another way."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.model.case import CaseState
from casework.model.issue_channel import IssueChannel
from casework.policy.case_verb import CaseVerb
from casework.policy.issue_refusals import WrongChannel
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class NoteDelivery:
    """`delivered` is false when the letter came back to the window."""

    case_id: str
    delivered: bool
    expected_version: int | None = None


def note_delivery(tx: Tx, command: NoteDelivery) -> CaseChanged:
    """Raises WrongChannel for a result that was not posted, or is delivered already."""
    act = begin(tx, CaseVerb.NOTE_DELIVERY, command.case_id, command.expected_version)
    if act.case.posted_seq is None or act.case.delivered_at_ms is not None:
        raise WrongChannel(channel=act.case.channel)
    if command.delivered:
        return finish(
            act,
            "desk.result.delivered",
            changes={"delivered_at_ms": tx.now_ms},
            committed={"delivered": True},
        ).changed
    return finish(
        act,
        "desk.result.came_back",
        target=CaseState.HANDED_BACK,
        changes={
            "channel": IssueChannel.SAME_WINDOW,
            "address_seq": None,
            "posted_seq": None,
            "issued_by": None,
            "issued_at_ms": None,
            # Whoever was checked before the letter went is not who comes to the window for it.
            "receiver_checked_at_ms": None,
        },
        committed={"delivered": False},
    ).changed
