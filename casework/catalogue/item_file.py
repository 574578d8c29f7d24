"""The file form of an item version: strict, and every wrong row is told with its place."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from casework.catalogue import item as model
from casework.catalogue.guide_rows import (
    BasisRow,
    ChannelRow,
    ElementRow,
    FeeRow,
    LimitRow,
    Line,
    Long,
    Note,
    Row,
    SecondReviewRow,
    Short,
    SupplementRow,
)
from casework.model.applicant import ApplicantKind
from casework.model.form_field import DateBound, FieldKind, FormField
from casework.model.interruption import InterruptionPolicy
from casework.model.material import MaterialGrade, SourceKind

MAX_ASKED_PAGES = 10
MAX_COLUMNS = 10
MAX_VERIFY_DAYS = 250

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ItemCode = Annotated[str, Field(pattern=r"^[A-Z]{2}-[0-9]{3}$")]


class CommitmentRow(Row):
    text: Long
    verify_days: Annotated[int, Field(ge=1, le=MAX_VERIFY_DAYS)]

    def build(self) -> model.CommitmentTerms:
        return model.CommitmentTerms(self.text, self.verify_days)


class MaterialRow(Row):
    """A material without a legal basis is refused: nobody may ask for it."""

    code: Code
    name: Short
    basis: BasisRow
    grade: MaterialGrade
    required: bool = True
    note: Note = ""
    pages: Annotated[int, Field(ge=1, le=MAX_ASKED_PAGES)] = 1
    sources: Annotated[list[SourceKind], Field(min_length=1, max_length=4)] = Field(
        default_factory=lambda: [SourceKind.CITIZEN]
    )
    commitment: CommitmentRow | None = None

    def build(self) -> model.MaterialSpec:
        return model.MaterialSpec(
            self.code,
            self.name,
            self.basis.build(),
            self.grade,
            self.required,
            self.note,
            self.pages,
            tuple(source for source in SourceKind if source in self.sources),
            self.commitment.build() if self.commitment else None,
        )


class FieldRow(Row):
    code: Code
    label: Short
    kind: FieldKind
    required: bool = False
    choices: Annotated[list[Short], Field(max_length=30)] = Field(default_factory=list)
    hint: Note = ""
    not_after: DateBound | None = None

    def build(self) -> FormField:
        return FormField(
            self.code,
            self.label,
            self.kind,
            self.required,
            tuple(self.choices),
            self.hint,
            self.not_after,
        )


class StepRow(Row):
    kind: model.StepKind
    text: Line

    def build(self) -> model.Step:
        return model.Step(self.kind, self.text)


class ItemFile(Row):
    """What must fit together besides is in `item_rules`."""

    code: ItemCode
    version: Annotated[int, Field(ge=1, le=999)]
    name: Short
    nature: model.Nature
    group: Code
    risk: model.RiskTier
    bases: Annotated[list[BasisRow], Field(min_length=1, max_length=10)]
    conditions: Annotated[list[Line], Field(min_length=1, max_length=20)]
    materials: Annotated[list[MaterialRow], Field(max_length=20)]
    fields: Annotated[list[FieldRow], Field(max_length=20)]
    applicants: Annotated[list[ApplicantKind], Field(min_length=1, max_length=2)]
    call_required: bool
    interruption: InterruptionPolicy = InterruptionPolicy.RESUME_WITH_RECHECK
    gap_limit_s: Annotated[int, Field(ge=1, le=60)] = 5
    changes: Annotated[list[FieldRow], Field(max_length=6)] = Field(default_factory=list)
    instant: bool = False
    no_output: bool = False
    steps: Annotated[list[StepRow], Field(min_length=1, max_length=20)]
    follow_up: Annotated[list[Line], Field(min_length=1, max_length=10)]
    result: Short
    promised_days: Annotated[int, Field(ge=0, le=60)]
    effective_from: dt.date
    process: Annotated[list[Line], Field(min_length=1, max_length=12)]
    channels: Annotated[list[ChannelRow], Field(min_length=1, max_length=8)]
    limit: LimitRow = Field(default_factory=LimitRow)
    fees: Annotated[list[FeeRow], Field(max_length=6)] = Field(default_factory=list)
    second_review: SecondReviewRow | None = None
    elements: Annotated[list[ElementRow], Field(max_length=6)] = Field(default_factory=list)
    persons: Annotated[list[FieldRow], Field(max_length=MAX_COLUMNS)] = Field(default_factory=list)
    supplement: SupplementRow | None = None

    def build(self) -> model.ItemVersion:
        return model.ItemVersion(
            code=self.code,
            version=self.version,
            name=self.name,
            nature=self.nature,
            group=self.group,
            risk=self.risk,
            bases=tuple(row.build() for row in self.bases),
            conditions=tuple(self.conditions),
            materials=tuple(row.build() for row in self.materials),
            fields=tuple(row.build() for row in self.fields),
            applicants=frozenset(self.applicants),
            call_required=self.call_required,
            interruption=self.interruption,
            gap_limit_s=self.gap_limit_s,
            changes=tuple(row.build() for row in self.changes),
            instant=self.instant,
            no_output=self.no_output,
            steps=tuple(row.build() for row in self.steps),
            follow_up=tuple(self.follow_up),
            result=self.result,
            promised_days=self.promised_days,
            effective_from=self.effective_from,
            process=tuple(self.process),
            channels=tuple(row.build() for row in self.channels),
            limit=self.limit.build(),
            fees=tuple(row.build() for row in self.fees),
            second_review=self.second_review.build() if self.second_review else None,
            elements=tuple(row.build() for row in self.elements),
            persons=tuple(row.build() for row in self.persons),
            supplement=self.supplement.build() if self.supplement else None,
        )
