"""The recorder is armed: `rec.start` is on the call's chain before the first byte exists."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.steps.publish import publishing
from casework.actor import Role
from casework.errors import NotAllowed
from casework.model.call import WITH_MEDIA, CallState
from casework.policy.call_refusals import CallStateForbids
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import call_of, legs_of

FORMAT = "yunchuang/rec/v1"
_ARMABLE = WITH_MEDIA | {CallState.OFFERED}


@dataclass(frozen=True, slots=True)
class ArmRecording:
    call_id: str


def arm_recording(tx: Tx, command: ArmRecording) -> None:
    """Once a call; a second time changes nothing. Raises NotFound, NotAllowed, CallStateForbids."""
    if tx.actor.role is not Role.SYSTEM:
        raise NotAllowed(reason="role_may_not")
    call = call_of(tx.conn, command.call_id)
    known = tx.conn.scalar(select(s.recording.c.call_id).where(s.recording.c.call_id == call.id))
    if known is not None:
        return
    if call.state not in _ARMABLE:
        raise CallStateForbids(state=call.state.value, verb="arm_recording")
    tracks = [
        {"site": leg.site.value, "source": source.value}
        for leg in legs_of(tx.conn, call.id)
        if leg.admitted
        for source in sorted(leg.required)
    ]
    with publishing(tx, "recording.armed", f"call:{call.id}", moves_queue=False):
        tx.conn.execute(
            insert(s.recording).values(
                call_id=call.id,
                format=FORMAT,
                tracks=tracks,
                started_ms=tx.now_ms,
                started_mono_ms=tx.mono_ms,
            )
        )
        tx.entry("rec.start", f"call:{call.id}", plain={"format": FORMAT, "tracks": tracks})
