"""A paper original goes back to the applicant."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.originals import held_original, move_original
from casework.errors import InvalidInput
from casework.model.original import OriginalState
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx

MAX_NOTE = 200


@dataclass(frozen=True, slots=True)
class GiveBackOriginal:
    """`note` says who received it, where that was not the applicant."""

    case_id: str
    original_id: str
    note: str = ""
    expected_version: int | None = None


def give_back_original(tx: Tx, command: GiveBackOriginal) -> CaseChanged:
    """Raises NotFound or OriginalNotHeld."""
    act = begin(tx, CaseVerb.GIVE_BACK_ORIGINAL, command.case_id, command.expected_version)
    note = command.note.strip()
    if len(note) > MAX_NOTE:
        raise InvalidInput(field="note")
    found = held_original(act, command.original_id)
    move_original(act, found.id, OriginalState.GIVEN_BACK, found.place, None)
    return finish(
        act,
        "desk.original.given_back",
        plain={"original": found.id},
        committed={"code": found.code, "from": found.holder, "note": note or None},
    ).changed
