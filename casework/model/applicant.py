"""Who applies: a person, or an organisation through its handler 经办人."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType

from casework.model.credit_code import normalise_credit_code
from casework.model.form_field import FieldKind
from casework.model.id_number import normalise_id_number
from casework.model.phone import normalise_phone

MAX_NAME = 60


class ApplicantKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class IdentityMethod(StrEnum):
    """How a person's identity was seen to be theirs."""

    ORIGINAL_SEEN = "original_seen"
    ID_READER = "id_reader"
    ELECTRONIC_CARD = "electronic_card"
    TEMPORARY_ID = "temporary_id"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Applicant:
    """`name`, `id_number` and `phone` are the person's, or the handler's of an organisation."""

    name: str
    id_number: str
    phone: str = ""
    organisation: str = ""
    credit_code: str = ""

    @property
    def kind(self) -> ApplicantKind:
        return ApplicantKind.ORGANISATION if self.credit_code else ApplicantKind.PERSON

    def values(self) -> dict[str, str]:
        """The values that were given, by field code."""
        return {code: value for code, value in asdict(self).items() if value}


APPLICANT_FIELDS = {
    "name": FieldKind.NAME,
    "id_number": FieldKind.ID_NUMBER,
    "phone": FieldKind.PHONE,
    "organisation": FieldKind.TEXT,
    "credit_code": FieldKind.CREDIT_CODE,
}


class WrongApplicantError(ValueError):
    """`fields` names everything that does not fit, so that it is told at once."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def normalise_applicant(applicant: Applicant) -> Applicant:
    """The applicant in stored form; raises WrongApplicantError."""
    credit_code = applicant.credit_code.strip()
    wrong: list[str] = []
    name = _checked("name", applicant.name, wrong)
    organisation = _checked("organisation", applicant.organisation, wrong)
    if bool(applicant.organisation.strip()) != bool(credit_code):
        wrong.append("organisation" if credit_code else "credit_code")
    stored = Applicant(
        name=name,
        id_number=_checked("id_number", applicant.id_number, wrong),
        phone=_checked("phone", applicant.phone, wrong) if applicant.phone else "",
        organisation=organisation,
        credit_code=_checked("credit_code", credit_code, wrong) if credit_code else "",
    )
    if wrong:
        raise WrongApplicantError(wrong)
    return stored


def normalise_applicant_value(field: str, text: str) -> str:
    """One value of an applicant in stored form; raises ValueError when it does not fit."""
    value = text.strip()
    match field:
        case "name" if not 1 <= len(value) <= MAX_NAME or not value.isprintable():
            raise ValueError("not a name")
        case "organisation" if len(value) > 2 * MAX_NAME or not value.isprintable():
            raise ValueError("not the name of an organisation")
    normalise = _NORMALISERS.get(field)
    return normalise(text) if normalise else value


_NORMALISERS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "id_number": normalise_id_number,
        "phone": normalise_phone,
        "credit_code": normalise_credit_code,
    }
)


def _checked(field: str, text: str, wrong: list[str]) -> str:
    """`text` in stored form; its field joins those that are `wrong`."""
    try:
        return normalise_applicant_value(field, text)
    except ValueError:
        wrong.append(field)
        return ""
