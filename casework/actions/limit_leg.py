"""A leg's line carries less, or more again: written before anything is lowered."""

from dataclasses import dataclass

from casework.actions.steps.line_rows import line_row, set_line
from casework.actions.steps.publish import publishing
from casework.model.call import WITH_MEDIA
from casework.model.line import Rung
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, leg_of


@dataclass(frozen=True, slots=True)
class LimitLeg:
    """What the leg sends goes on as `up` says, what it gets as `down`."""

    leg_id: str
    up: Rung
    down: Rung


def limit_leg(tx: Tx, command: LimitLeg) -> None:
    """Raises NotFound, NotAllowed. A call without media is not limited any more."""
    leg = leg_of(tx.conn, command.leg_id)
    call = call_of(tx.conn, leg.call_id)
    require(tx.actor, CallVerb.LIMIT_LEG, call)
    if call.state not in WITH_MEDIA:
        return
    row = line_row(tx, leg.id)
    changed = [name for name in ("up", "down") if getattr(row, name) != getattr(command, name)]
    if not changed:
        return
    with publishing(tx, "line.limited", f"call:{call.id}", moves_queue=False):
        for name in changed:
            set_line(tx, leg.id, name, getattr(command, name))
        tx.entry(
            "desk.line.limited",
            f"call:{call.id}",
            plain={"leg": leg.id, "up": command.up.value, "down": command.down.value},
        )
