"""Somebody in the call wants sound alone (只保声音): every picture pauses, both ways."""

from dataclasses import dataclass

from casework.actions.steps.intervals import begin_interval, end_interval
from casework.actions.steps.publish import publishing
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of
from casework.views.lines import is_sound_only, sound_subject


@dataclass(frozen=True, slots=True)
class SoundOnly:
    """`on` False lets the pictures move again, as far as the lines carry them."""

    call_id: str
    on: bool = True


def sound_only(tx: Tx, command: SoundOnly) -> None:
    """Raises NotFound, NotAllowed, NotInThisCall, CallStateForbids. What is so already stays so."""
    call = call_of(tx.conn, command.call_id)
    decision = require(tx.actor, CallVerb.SOUND_ONLY, call)
    if is_sound_only(tx.conn, call.id) is command.on:
        return
    with publishing(tx, "call.sound_only", f"call:{call.id}"):
        if command.on:
            begin_interval(tx, sound_subject(call.id), "only")
        else:
            end_interval(tx, sound_subject(call.id))
        tx.entry(
            "desk.call.sound_only",
            f"call:{call.id}",
            plain={"on": command.on},
            decision=decision,
        )
