"""A masked value is shown while pressed; each time is an act.

The result is personal data: never run it with an idempotency key, which would store it.
"""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseAct, begin, record
from casework.errors import NotFound
from casework.model.person_table import person_field
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.launches import left_out_values
from casework.views.person_table import persons_of
from casework.views.present import present_of
from casework.views.sealed_values import sealed_values


@dataclass(frozen=True, slots=True)
class RevealField:
    """`field` is `applicant.CODE`, `form.CODE`, `before.CODE`, `after.CODE`, `address.CODE` or, of the table of persons,
    `person.NUMBER.CODE`, of who came along `present.NUMBER.CODE`, of what a launch left over `launch.NUMBER`.
    """

    case_id: str
    field: str


@dataclass(frozen=True, slots=True)
class RevealedField:
    value: str


def reveal_field(tx: Tx, command: RevealField) -> RevealedField:
    """Raises NotFound when there is no such value."""
    act = begin(tx, CaseVerb.REVEAL_FIELD, command.case_id)
    group, _, code = command.field.partition(".")
    if group == "present":
        values = _present(act)
    elif group == "person":
        values = _person(act, code)
    elif group == "launch":
        values = left_out_values(tx.conn, tx.keys, act.case)
    else:
        values = sealed_values(tx.conn, tx.keys, act.case.chain, _entry_of(act, group), group)
    if code not in values:
        raise NotFound("no such value")
    record(act, "desk.field.revealed", plain={"field": command.field})
    return RevealedField(values[code])


def _present(act: CaseAct) -> dict[str, str]:
    """Names and numbers of those who came along, by `NUMBER.CODE`."""
    people = enumerate(present_of(act.tx.conn, act.tx.keys, act.case), start=1)
    return {f"{number:02d}.{name}": value for number, one in people for name, value in one.items()}


def _person(act: CaseAct, code: str) -> dict[str, str]:
    """Values of one person of the table, by `NUMBER.CODE`."""
    persons = enumerate(persons_of(act.tx.conn, act.tx.keys, act.case), start=1)
    return {
        person_field(number, name).removeprefix("person."): value
        for number, row in persons
        if code.startswith(person_field(number).removeprefix("person.") + ".")
        for name, value in row.items()
    }


def _entry_of(act: CaseAct, group: str) -> int | None:
    """Number of the entry that carries the values of `group` today."""
    match group:
        case "applicant":
            return act.case.applicant_seq
        case "form":
            return act.case.form_seq
        case "address":
            return act.case.address_seq
        case "before" | "after":
            return act.case.decision_seq
        case _:
            return None
