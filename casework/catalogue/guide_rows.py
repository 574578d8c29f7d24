"""Rows of an item file that tell the guide: strict, each with its own limits."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from casework.catalogue import guide
from casework.model.supplement import MAX_DAYS


def _readable(text: str) -> str:
    """Control characters stand on no paper, and no workbook can hold them."""
    if any(unicodedata.category(one) in _UNREADABLE and one != "\n" for one in text):
        raise PydanticCustomError("unreadable", "control characters")
    return text


def _on_one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("unreadable", "more than one line")
    return _readable(text)


_UNREADABLE = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_on_one_line)]
Short = Annotated[str, Field(min_length=1, max_length=60), AfterValidator(_on_one_line)]
Note = Annotated[str, Field(max_length=200), AfterValidator(_readable)]
Long = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_readable)]
Days = Annotated[int, Field(ge=0, le=400)]
Yuan = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,9})\.[0-9]{2}$")]
Article = Annotated[
    str, Field(pattern=r"^第[一二三四五六七八九十百]+条(第[一二三四五六七八九十]+款)?$")
]


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class BasisRow(Row):
    act: Line
    article: Article | None = None

    def build(self) -> guide.LegalBasis:
        return guide.LegalBasis(act=self.act, article=self.article or "")


class ChannelRow(Row):
    kind: guide.ChannelKind
    text: Line

    def build(self) -> guide.Channel:
        return guide.Channel(self.kind, self.text)


class StopRow(Row):
    """A stop without a rule is refused: the clock runs on."""

    cause: guide.StopCause
    basis: BasisRow

    def build(self) -> guide.ClockStop:
        return guide.ClockStop(self.cause, self.basis.build())


class LimitRow(Row):
    starts: guide.ClockStart = guide.ClockStart.ACCEPTANCE
    legal_days: Days | None = None
    unit: guide.DayUnit = guide.DayUnit.WORKING
    basis: BasisRow | None = None
    stops: Annotated[list[StopRow], Field(max_length=4)] = Field(default_factory=list)
    deemed_accepted: BasisRow | None = None

    def build(self) -> guide.TimeLimit:
        return guide.TimeLimit(
            self.starts,
            self.legal_days,
            self.unit,
            self.basis.build() if self.basis else None,
            tuple(row.build() for row in self.stops),
            self.deemed_accepted.build() if self.deemed_accepted else None,
        )


class SupplementRow(Row):
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)]
    lapses: BasisRow | None = None

    def build(self) -> guide.SupplementRule:
        return guide.SupplementRule(self.days, self.lapses.build() if self.lapses else None)


class FeeRow(Row):
    name: Short
    yuan: Yuan
    basis: BasisRow

    def build(self) -> guide.Fee:
        return guide.Fee(self.name, self.yuan, self.basis.build())


class SecondReviewRow(Row):
    when: guide.SecondReviewWhen
    field: Annotated[str, Field(max_length=40)] = ""
    yuan: Annotated[str, Field(max_length=13)] = ""

    def build(self) -> guide.SecondReview:
        return guide.SecondReview(self.when, self.field, self.yuan)


class ElementRow(Row):
    title: Short
    text: Long

    def build(self) -> guide.GuideElement:
        return guide.GuideElement(self.title, self.text)
