"""The form of an item as the pre-fill desk shows it and takes it back: fields, applicant, materials.

The definitions and the checks are the window's own (`casework.model.form_field`,
`casework.model.applicant`); what is typed here is typed once.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from casework.catalogue.item import ItemVersion
from casework.model.applicant import (
    APPLICANT_FIELDS,
    Applicant,
    ApplicantKind,
    WrongApplicantError,
    normalise_applicant,
)
from casework.model.form_field import DateBound, FieldKind, FormField, normalise_value
from casework.views.case_page import CasePage
from outlet_client.words import APPLICANT_LABELS, PAST_DATE, WRONG_VALUES
from portal.bodies import FormLine
from portal.i18n import N_

MAX_VALUE = 500
EMPTY = N_("Please fill this in")
_OF_ORGANISATIONS = frozenset({"organisation", "credit_code"})


@dataclass(frozen=True, slots=True)
class SheetField:
    """`known` is a stored value that is masked: what is typed over it replaces it, nothing keeps it.
    `error` is a msgid.
    """

    name: str
    label: str
    kind: FieldKind
    required: bool
    choices: Sequence[str] = ()
    hint: str = ""
    value: str = ""
    known: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SheetMaterial:
    code: str
    name: str
    note: str
    required: bool
    at_hand: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What was posted, by field name, and what of it does not fit, by field name."""

    values: Mapping[str, str]
    form: Mapping[str, str]
    applicant: Applicant | None
    at_hand: tuple[str, ...]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`applicant` is empty once it is stored: from then on it is the clerk's to confirm."""

    item: ItemVersion
    applicant: Sequence[SheetField]
    fields: Sequence[SheetField]
    materials: Sequence[SheetMaterial]

    @property
    def lacking(self) -> list[str]:
        """Names of what the item needs and the citizen has not with her."""
        return [one.name for one in self.materials if one.required and not one.at_hand]


def lines_of(item: ItemVersion) -> dict[str, FormLine]:
    """The lines that the form of this item may have, with their limits."""
    names = [f"form.{one.code}" for one in item.fields]
    names += [f"applicant.{code}" for code in APPLICANT_FIELDS]
    ticks = [f"at_hand.{spec.code}" for spec in item.materials]
    return {name: FormLine(MAX_VALUE) for name in names} | {tick: FormLine(1) for tick in ticks}


def typed(item: ItemVersion, posted: Mapping[str, str], today: dt.date) -> Typed:
    """`posted` checked by the item's own rules; half a form is no error, a wrong value is."""
    errors: dict[str, str] = {}
    form: dict[str, str] = {}
    for one in item.fields:
        name = f"form.{one.code}"
        try:
            form[one.code] = normalise_value(one, posted[name], today)
        except ValueError:
            errors[name] = wrong_value(one)
    given = {code: posted[f"applicant.{code}"].strip() for code in APPLICANT_FIELDS}
    applicant = None
    if any(given.values()):
        try:
            applicant = normalise_applicant(Applicant(**given))
        except WrongApplicantError as refused:
            for code in refused.fields:
                wrong = WRONG_VALUES[APPLICANT_FIELDS[code]]
                errors[f"applicant.{code}"] = wrong if given[code] else EMPTY
    at_hand = tuple(spec.code for spec in item.materials if posted[f"at_hand.{spec.code}"])
    return Typed(posted, form, applicant, at_hand, errors)


def new_sheet(item: ItemVersion, said: Typed | None = None) -> Sheet:
    """Of a draft that is not opened yet."""
    values = said.values if said else {}
    errors = said.errors if said else {}
    return Sheet(
        item,
        tuple(_applicant_fields(item, values, errors)),
        tuple(_field(one, values, errors, "", "") for one in item.fields),
        _materials(item, said.at_hand if said else ()),
    )


def stored_sheet(page: CasePage, said: Typed | None = None) -> Sheet:
    """Of a draft that is stored; what was posted and refused stands above it."""
    stored = {value.field: value for value in page.form}
    values = said.values if said else {}
    fields = []
    for one in page.item.fields:
        value = stored[f"form.{one.code}"]
        shown, known = ("", value.shown) if value.masked else (value.shown, "")
        fields.append(_field(one, values, said.errors if said else {}, shown, known))
    at_hand = said.at_hand if said else page.at_hand
    return Sheet(page.item, (), tuple(fields), _materials(page.item, at_hand))


def changed_values(sheet: Sheet, said: Typed) -> dict[str, str]:
    """What the act is to save: an empty line over a masked value leaves that value as it is."""
    kept = {one.name for one in sheet.fields if one.known}
    return {code: value for code, value in said.form.items() if value or f"form.{code}" not in kept}


def wrong_value(one: FormField) -> str:
    return PAST_DATE if one.not_after is DateBound.TODAY else WRONG_VALUES[one.kind]


def _field(
    one: FormField, values: Mapping[str, str], errors: Mapping[str, str], shown: str, known: str
) -> SheetField:
    name = f"form.{one.code}"
    return SheetField(
        name,
        one.label,
        one.kind,
        one.required,
        one.choices,
        one.hint,
        values.get(name, shown),
        known,
        errors.get(name, ""),
    )


def _applicant_fields(
    item: ItemVersion, values: Mapping[str, str], errors: Mapping[str, str]
) -> Iterator[SheetField]:
    organisations = ApplicantKind.ORGANISATION in item.applicants
    for code, kind in APPLICANT_FIELDS.items():
        if code in _OF_ORGANISATIONS and not organisations:
            continue
        name = f"applicant.{code}"
        yield SheetField(
            name,
            APPLICANT_LABELS[code],
            kind,
            required=False,
            value=values.get(name, ""),
            error=errors.get(name, ""),
        )


def _materials(item: ItemVersion, at_hand: Sequence[str]) -> tuple[SheetMaterial, ...]:
    return tuple(
        SheetMaterial(spec.code, spec.name, spec.note, spec.required, spec.code in at_hand)
        for spec in item.materials
    )
