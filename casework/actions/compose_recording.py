"""Making a derived view of a call's recording is an act, on the chain of the call."""

from dataclasses import dataclass
from enum import StrEnum

from casework.actor import Role
from casework.errors import NotAllowed
from casework.policy.policy_decision import PolicyDecision
from casework.store.tx import Tx
from casework.views.calls import call_of


class DerivedView(StrEnum):
    """Side by side in one picture, or every source a track of its own."""

    VIDEO = "video"
    TRACKS = "tracks"


@dataclass(frozen=True, slots=True)
class ComposeRecording:
    call_id: str
    views: tuple[DerivedView, ...]


@dataclass(frozen=True, slots=True)
class ComposedRecording:
    call_id: str
    entry_seq: int


def compose_recording(tx: Tx, command: ComposeRecording) -> ComposedRecording:
    """Written before the first picture is decrypted. Only the operator of a machine does it, by a
    command: pages play and do not hand out. Raises NotFound, NotAllowed.
    """
    call = call_of(tx.conn, command.call_id)
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not", verb="compose_recording")
    entry = tx.entry(
        "desk.recording.composed",
        f"call:{call.id}",
        plain={"views": [view.value for view in command.views]},
        decision=PolicyDecision(allow=True, reason="ok"),
    )
    return ComposedRecording(call.id, entry.seq)
