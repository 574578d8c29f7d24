"""What was measured of a leg's line is kept with the call; a change of its level is an event."""

from dataclasses import dataclass

from casework.actions.steps.line_rows import add_figures, line_row, set_line
from casework.actions.steps.publish import publishing
from casework.model.call import WITH_MEDIA
from casework.model.line import LineFigures, LineLevel
from casework.policy.call_rules import require
from casework.policy.call_verb import CallVerb
from casework.store.tx import Tx
from casework.views.calls import call_of, leg_of


@dataclass(frozen=True, slots=True)
class NoteLine:
    """`figures` are the reports since the last act, `level` the one that holds after them."""

    leg_id: str
    level: LineLevel
    figures: tuple[LineFigures, ...]


def note_line(tx: Tx, command: NoteLine) -> None:
    """Raises NotFound, NotAllowed. A call without media takes no more."""
    leg = leg_of(tx.conn, command.leg_id)
    call = call_of(tx.conn, leg.call_id)
    require(tx.actor, CallVerb.NOTE_LINE, call)
    if call.state not in WITH_MEDIA:
        return
    row = line_row(tx, leg.id)
    add_figures(tx, row, command.figures)
    if row.level == command.level:
        return
    with publishing(tx, "line.changed", f"call:{call.id}", moves_queue=False):
        set_line(tx, leg.id, "level", command.level)
        tx.entry(
            "desk.line.changed",
            f"call:{call.id}",
            plain={"leg": leg.id, "level": command.level.value},
        )
