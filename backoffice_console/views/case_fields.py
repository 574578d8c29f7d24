"""Values of a case as they may stand on a screen: numbers masked, each with the way to reveal it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from casework.catalogue.item import ItemVersion
from casework.keys.key_ring import KeyRing
from casework.model.applicant import APPLICANT_FIELDS
from casework.model.case import Case
from casework.model.form_field import FieldKind
from casework.model.masking import mask_value
from casework.views.sealed_values import sealed_values
from portal.i18n import N_

APPLICANT_LABELS: Mapping[str, str] = {
    "name": N_("Name"),
    "id_number": N_("ID number"),
    "phone": N_("Telephone"),
    "organisation": N_("Organisation"),
    "credit_code": N_("Credit code"),
}


@dataclass(frozen=True, slots=True)
class FieldShown:
    """`reveal` is what `reveal_field` calls the value; empty when it is shown as it is."""

    code: str
    label: str
    value: str
    reveal: str


def applicant_fields(conn: Connection, keys: KeyRing, case: Case) -> Sequence[FieldShown]:
    """The given ones; `label` is a msgid. The name stands in full: it is compared with the face."""
    values = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    return [
        shown("applicant", code, APPLICANT_LABELS[code], kind, values[code])
        for code, kind in APPLICANT_FIELDS.items()
        if code in values
    ]


def form_fields(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> Sequence[FieldShown]:
    values = sealed_values(conn, keys, case.chain, case.form_seq, "form")
    return [
        shown("form", field.code, field.label, field.kind, values[field.code])
        for field in item.fields
        if field.code in values
    ]


def shown(group: str, code: str, label: str, kind: FieldKind, value: str) -> FieldShown:
    masked = value if kind is FieldKind.NAME else mask_value(kind, value)
    return FieldShown(code, label, masked, f"{group}.{code}" if masked != value else "")
