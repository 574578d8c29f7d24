"""A version of a service item 政务服务事项: written once, never changed; old cases keep theirs."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from casework.catalogue.guide import (
    NO_LIMIT,
    Channel,
    Fee,
    GuideElement,
    LegalBasis,
    SecondReview,
    SupplementRule,
    TimeLimit,
)
from casework.model.applicant import ApplicantKind
from casework.model.form_field import FormField
from casework.model.interruption import InterruptionPolicy
from casework.model.material import MaterialGrade, SourceKind


class Nature(StrEnum):
    """Legal nature; 行政许可法 binds licences only."""

    LICENCE = "licence"
    BENEFIT = "benefit"
    CONFIRMATION = "confirmation"
    SERVICE = "service"


class RiskTier(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class StepKind(StrEnum):
    """Kinds of a line in the step script: do it, choose by it, or end here."""

    MUST = "must"
    BRANCH = "branch"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class CommitmentTerms:
    """What an applicant may promise in place of a material (告知承诺), as it is read and signed: the
    conditions, and what a false promise costs. `verify_days` is the number of working days after the
    signature within which it is verified.
    """

    text: str
    verify_days: int


@dataclass(frozen=True, slots=True)
class MaterialSpec:
    """A material that the item asks for, and by which rule (社会保险经办条例 31).

    `grade` is the lowest trust grade that suffices; `pages` is how many sides or sheets there are at
    least, each a picture of its own. `commitment` is there where `sources` has one. What follows
    `pages` came later, see `stored_item.content_of`.
    """

    code: str
    name: str
    basis: LegalBasis
    grade: MaterialGrade
    required: bool = True
    note: str = ""
    pages: int = 1
    sources: tuple[SourceKind, ...] = (SourceKind.CITIZEN,)
    commitment: CommitmentTerms | None = None

    def may_come_from(self, source: SourceKind) -> bool:
        return source in self.sources


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    text: str


@dataclass(frozen=True, slots=True)
class ItemVersion:
    """`changes` are the values that the business system changes: each needs before and after.

    `gap_limit_s` bounds a recording gap after the last re-check. `instant` items are closed at the
    window; `no_output` ones have nothing to print. `follow_up` are the lines of the 明白纸.
    `promised_days` are working days; zero is the spot. `process` are the lines of 办理流程 as citizens
    read them, `steps` the script of the clerk. `persons` are the columns of the table of persons that a
    case of the item is about; none where it is about the applicant alone. What follows `effective_from` came later: a version
    that has none of it is stored as it always was (`stored_item.content_of`).
    """

    code: str
    version: int
    name: str
    nature: Nature
    group: str
    risk: RiskTier
    bases: tuple[LegalBasis, ...]
    conditions: tuple[str, ...]
    materials: tuple[MaterialSpec, ...]
    fields: tuple[FormField, ...]
    applicants: frozenset[ApplicantKind]
    call_required: bool
    interruption: InterruptionPolicy
    gap_limit_s: int
    changes: tuple[FormField, ...]
    instant: bool
    no_output: bool
    steps: tuple[Step, ...]
    follow_up: tuple[str, ...]
    result: str
    promised_days: int
    effective_from: dt.date
    process: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    limit: TimeLimit = NO_LIMIT
    fees: tuple[Fee, ...] = ()
    second_review: SecondReview | None = None
    elements: tuple[GuideElement, ...] = ()
    persons: tuple[FormField, ...] = ()
    supplement: SupplementRule | None = None

    @property
    def id(self) -> str:
        return f"{self.code}@{self.version}"

    @property
    def changing(self) -> bool:
        return bool(self.changes)

    @property
    def lapses(self) -> LegalBasis | None:
        """The rule by which a supplement that does not come counts as a withdrawal."""
        return self.supplement.lapses if self.supplement else None

    @property
    def desk_review_allowed(self) -> bool:
        """Whether it may be approved without a recorded call."""
        return not self.call_required and not self.instant

    def field(self, code: str) -> FormField | None:
        return next((field for field in self.fields if field.code == code), None)

    def material(self, code: str) -> MaterialSpec | None:
        return next((spec for spec in self.materials if spec.code == code), None)
