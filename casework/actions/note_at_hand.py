"""The usher ticks which materials the citizen has with her."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.catalogue.item import ItemVersion
from casework.errors import InvalidInput
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class NoteAtHand:
    """`codes` are all that she has; what is not named, she lacks."""

    case_id: str
    codes: tuple[str, ...]
    expected_version: int | None = None


def note_at_hand(tx: Tx, command: NoteAtHand) -> CaseChanged:
    """Raises NotAllowed, NoLongerAtDesk, InvalidInput for what the item does not ask for, VersionConflict."""
    act = begin(tx, CaseVerb.NOTE_AT_HAND, command.case_id, command.expected_version)
    return finish(
        act,
        "desk.materials.ticked",
        seq_column="at_hand_seq",
        committed={"at_hand": list(asked_for(act.item, command.codes))},
    ).changed


def asked_for(item: ItemVersion, codes: Sequence[str]) -> tuple[str, ...]:
    """Each code once, in the item's order; raises InvalidInput for one that is not the item's."""
    for code in codes:
        if item.material(code) is None:
            raise InvalidInput("no such material", field=code[:60])
    return tuple(spec.code for spec in item.materials if spec.code in codes)
