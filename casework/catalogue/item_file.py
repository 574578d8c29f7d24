"""The YAML form of an item version: strict, and every wrong row is told with its place."""

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from casework.catalogue import item as model
from casework.model.applicant import ApplicantKind
from casework.model.form_field import DateBound, FieldKind, FormField
from casework.model.interruption import InterruptionPolicy
from casework.model.material import RESERVED_CODES, MaterialGrade

MAX_REQUIRED_FIELDS = 4
MAX_ASKED_PAGES = 10

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ItemCode = Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{3}$")]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Short = Annotated[str, Field(min_length=1, max_length=60)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BasisRow(_Row):
    act: Line
    article: (
        Annotated[
            str, Field(pattern=r"^第[一二三四五六七八九十百]+条(第[一二三四五六七八九十]+款)?$")
        ]
        | None
    ) = None

    def build(self) -> model.LegalBasis:
        return model.LegalBasis(act=self.act, article=self.article or "")


class MaterialRow(_Row):
    """A material without a legal basis is refused: nobody may ask for it."""

    code: Code
    name: Short
    basis: BasisRow
    grade: MaterialGrade
    required: bool = True
    note: Annotated[str, Field(max_length=200)] = ""
    pages: Annotated[int, Field(ge=1, le=MAX_ASKED_PAGES)] = 1

    def build(self) -> model.MaterialSpec:
        return model.MaterialSpec(
            self.code,
            self.name,
            self.basis.build(),
            self.grade,
            self.required,
            self.note,
            self.pages,
        )


class FieldRow(_Row):
    code: Code
    label: Short
    kind: FieldKind
    required: bool = False
    choices: Annotated[list[Short], Field(max_length=30)] = Field(default_factory=list)
    hint: Annotated[str, Field(max_length=100)] = ""
    not_after: DateBound | None = None

    @model_validator(mode="after")
    def a_bound_belongs_to_a_date(self) -> "FieldRow":
        if self.not_after is not None and self.kind is not FieldKind.DATE:
            raise ValueError("only a field of kind date is bounded by a day")
        return self

    @model_validator(mode="after")
    def choices_belong_to_a_choice(self) -> "FieldRow":
        if (self.kind is FieldKind.CHOICE) != bool(self.choices):
            raise ValueError("a field of kind choice, and no other, has choices")
        if len(set(self.choices)) != len(self.choices):
            raise ValueError("choices repeat")
        return self

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


class StepRow(_Row):
    kind: model.StepKind
    text: Line

    def build(self) -> model.Step:
        return model.Step(self.kind, self.text)


class ItemFile(_Row):
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

    @model_validator(mode="after")
    def rows_fit_together(self) -> "ItemFile":
        for rows in (self.materials, self.fields, self.changes):
            codes = [row.code for row in rows]
            if len(set(codes)) != len(codes):
                raise ValueError("codes repeat")
        if RESERVED_CODES & {row.code for row in self.materials}:
            raise ValueError(f"material codes {sorted(RESERVED_CODES)} are reserved")
        if sum(row.required for row in self.fields) > MAX_REQUIRED_FIELDS:
            raise ValueError(f"at most {MAX_REQUIRED_FIELDS} fields may be required")
        if self.instant and (self.call_required or self.changes):
            raise ValueError("an instant item is closed at the window: no call, no change")
        if self.instant and self.risk is not model.RiskTier.LOW:
            raise ValueError("only items of low risk may be instant")
        return self

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
        )
