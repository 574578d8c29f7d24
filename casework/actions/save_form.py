"""Saves what was typed into the form; half a form may be saved, a wrong value may not."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.mending import mend
from casework.calendar import day_of
from casework.errors import InvalidInput
from casework.model.form_field import normalise_value
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx
from casework.views.sealed_values import prefixed, sealed_values


@dataclass(frozen=True, slots=True)
class SaveForm:
    """`values` by field code; a field that is not named keeps its value, "" empties it."""

    case_id: str
    values: Mapping[str, str]
    expected_version: int | None = None


def save_form(tx: Tx, command: SaveForm) -> CaseChanged:
    """A changed value takes the signature away. Raises InvalidInput naming every field that does not
    fit.
    """
    act = begin(tx, CaseVerb.SAVE_FORM, command.case_id, command.expected_version)
    known = sealed_values(tx.conn, tx.keys, act.case.chain, act.case.form_seq, "form")
    form = dict(known)
    wrong: list[str] = []
    for code, text in command.values.items():
        described = act.item.field(code)
        if described is None:
            raise InvalidInput("no such field", field=code[:40])
        try:
            form[code] = normalise_value(described, text, day_of(tx.now_ms))
        except ValueError:
            wrong.append(code)
    if wrong:
        raise InvalidInput(field=wrong[0], fields=wrong)
    form = {code: value for code, value in form.items() if value}
    changed = sorted(code for code in {*form, *known} if form.get(code) != known.get(code))
    for code in changed:
        mend(tx, act.case, f"form:{code}")
    return finish(
        act,
        "desk.case.form_saved",
        changes={"application_digest": None, "signed_at_ms": None} if changed else {},
        seq_column="form_seq",
        plain={"fields": len(form)},
        committed=prefixed("form", form),
    ).changed
