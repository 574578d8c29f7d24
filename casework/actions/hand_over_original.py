"""A paper original changes hands inside the office, or reaches the archive."""

from dataclasses import dataclass

from sqlalchemy import select

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.originals import held_original, move_original
from casework.errors import InvalidInput
from casework.model.original import OriginalPlace, OriginalState
from casework.policy.case_verb import CaseVerb
from casework.store import schema_org as org
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class HandOverOriginal:
    """`to` is the number on the badge of who has it then, empty for the archive alone."""

    case_id: str
    original_id: str
    place: OriginalPlace
    to: str = ""
    expected_version: int | None = None


def hand_over_original(tx: Tx, command: HandOverOriginal) -> CaseChanged:
    """Raises NotFound, OriginalNotHeld, or InvalidInput for the number of nobody who works here."""
    act = begin(tx, CaseVerb.HAND_OVER_ORIGINAL, command.case_id, command.expected_version)
    found = held_original(act, command.original_id)
    archived = command.place is OriginalPlace.ARCHIVE
    number = command.to.strip()
    holder = (
        tx.conn.scalar(
            select(org.staff.c.id).where(org.staff.c.number == number, org.staff.c.active)
        )
        if number
        else None
    )
    if (number and holder is None) or (not number and not archived):
        raise InvalidInput("nobody has this number", field="to")
    state = OriginalState.ARCHIVED if archived else OriginalState.HELD
    move_original(act, found.id, state, command.place, None if archived else holder)
    return finish(
        act,
        "desk.original.handed_over",
        plain={"original": found.id},
        committed={
            "code": found.code,
            "from": found.holder,
            "from_place": found.place,
            "to": holder,
            "place": command.place,
        },
    ).changed
