"""Names who came with the applicant, or for her, with the role of each."""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.errors import InvalidInput
from casework.model.present import (
    PresentPerson,
    WrongPresentError,
    acting,
    normalise_present,
)
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.present import present_of


@dataclass(frozen=True, slots=True)
class NamePresent:
    """`people` take the place of those who were named before; none is a list too."""

    case_id: str
    people: tuple[PresentPerson, ...]
    expected_version: int | None = None


def name_present(tx: Tx, command: NamePresent) -> CaseChanged:
    """Another agent or guardian than before takes the signature away. Raises InvalidInput naming every
    value that does not fit, as `PLACE.FIELD`.
    """
    act = begin(tx, CaseVerb.NAME_PRESENT, command.case_id, command.expected_version)
    try:
        people = normalise_present(command.people)
    except WrongPresentError as wrong:
        raise InvalidInput(field=wrong.fields[0], fields=wrong.fields) from wrong
    named = tuple(person.values() for person in people)
    changed = acting(named) != acting(present_of(tx.conn, tx.keys, act.case))
    return finish(
        act,
        "desk.present.named",
        changes={"application_digest": None, "signed_at_ms": None} if changed else {},
        seq_column="present_seq",
        plain={"count": len(people)},
        committed={
            f"present.{at:02d}": {**person.values(), "authority_seen": person.authority_seen}
            for at, person in enumerate(people, start=1)
        },
    ).changed
