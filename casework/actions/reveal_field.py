"""A masked value is shown while pressed; each time is an act.

The result is personal data: never run it with an idempotency key, which would store it.
"""

from dataclasses import dataclass

from casework.actions.steps.case_act import CaseAct, begin, record
from casework.errors import NotFound
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.sealed_values import sealed_values


@dataclass(frozen=True, slots=True)
class RevealField:
    """`field` is `applicant.CODE`, `form.CODE`, `before.CODE` or `after.CODE`."""

    case_id: str
    field: str


@dataclass(frozen=True, slots=True)
class RevealedField:
    value: str


def reveal_field(tx: Tx, command: RevealField) -> RevealedField:
    """Raises NotFound when there is no such value."""
    act = begin(tx, CaseVerb.REVEAL_FIELD, command.case_id)
    group, _, code = command.field.partition(".")
    values = sealed_values(tx.conn, tx.keys, act.case.chain, _entry_of(act, group), group)
    if code not in values:
        raise NotFound("no such value")
    record(act, "desk.field.revealed", plain={"field": command.field})
    return RevealedField(values[code])


def _entry_of(act: CaseAct, group: str) -> int | None:
    """Number of the entry that carries the values of `group` today."""
    match group:
        case "applicant":
            return act.case.applicant_seq
        case "form":
            return act.case.form_seq
        case "before" | "after":
            return act.case.decision_seq
        case _:
            return None
