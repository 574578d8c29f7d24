"""Who applies: a person, or an organisation through its handler 经办人."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

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
    name, organisation = applicant.name.strip(), applicant.organisation.strip()
    credit_code = applicant.credit_code.strip()
    wrong: list[str] = []
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        wrong.append("name")
    if len(organisation) > 2 * MAX_NAME or not organisation.isprintable():
        wrong.append("organisation")
    if bool(organisation) != bool(credit_code):
        wrong.append("credit_code" if organisation else "organisation")
    stored = Applicant(
        name=name,
        id_number=_checked("id_number", normalise_id_number, applicant.id_number, wrong),
        phone=_checked("phone", normalise_phone, applicant.phone, wrong) if applicant.phone else "",
        organisation=organisation,
        credit_code=_checked("credit_code", normalise_credit_code, credit_code, wrong)
        if credit_code
        else "",
    )
    if wrong:
        raise WrongApplicantError(wrong)
    return stored


def _checked(field: str, normalise: Callable[[str], str], text: str, wrong: list[str]) -> str:
    """`text` in stored form; its field joins those that are `wrong`."""
    try:
        return normalise(text)
    except ValueError:
        wrong.append(field)
        return ""
