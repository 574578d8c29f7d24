"""Who came to the counter with, or for, the applicant, and in which role."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from casework.model.applicant import MAX_NAME
from casework.model.call import PersonKind
from casework.model.id_number import normalise_id_number

MAX_PRESENT = 6


class PresentRole(StrEnum):
    AGENT = "agent"
    GUARDIAN = "guardian"
    INTERPRETER = "interpreter"
    COMPANION = "companion"

    @property
    def acts(self) -> bool:
        """Whether he speaks and signs for the applicant, so that identity and authority are seen."""
        return self in {PresentRole.AGENT, PresentRole.GUARDIAN}

    @property
    def in_call(self) -> PersonKind:
        """A guardian answers the notice as an agent does."""
        return PersonKind.AGENT if self.acts else PersonKind(self.value)


@dataclass(frozen=True, slots=True)
class PresentPerson:
    """`authority_seen`: the letter of authority, or the proof of guardianship, was seen by the clerk."""

    role: PresentRole
    name: str
    id_number: str = ""
    authority_seen: bool = False

    def values(self) -> dict[str, str]:
        """As it is sealed."""
        values = {"role": self.role.value, "name": self.name, "id_number": self.id_number}
        return {code: value for code, value in values.items() if value}


class WrongPresentError(ValueError):
    """`fields` names what does not fit as `PLACE.FIELD`, places counted from 0."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def normalise_present(people: tuple[PresentPerson, ...]) -> tuple[PresentPerson, ...]:
    """In stored form; raises WrongPresentError."""
    wrong: list[str] = []
    if len(people) > MAX_PRESENT:
        raise WrongPresentError(["people"])
    stored = tuple(_checked(at, person, wrong) for at, person in enumerate(people))
    if wrong:
        raise WrongPresentError(wrong)
    return stored


def _checked(at: int, person: PresentPerson, wrong: list[str]) -> PresentPerson:
    name, number = person.name.strip(), person.id_number.strip()
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        wrong.append(f"{at}.name")
    if number or person.role.acts:
        try:
            number = normalise_id_number(number)
        except ValueError:
            wrong.append(f"{at}.id_number")
    if person.role.acts and not person.authority_seen:
        wrong.append(f"{at}.authority_seen")
    return PresentPerson(person.role, name, number, person.authority_seen and person.role.acts)


def acting(people: tuple[Mapping[str, str], ...]) -> list[dict[str, str]]:
    """Of the sealed people those who act for the applicant: the signature is bound to who they are."""
    return [dict(one) for one in people if PresentRole(one["role"]).acts]
