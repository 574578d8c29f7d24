"""Bodies of the counter's commands: strict, every text with a limit."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from casework.actions.check_receiver import Receiver
from casework.model.applicant import Applicant, IdentityMethod
from casework.model.case import Priority, Road
from casework.model.decision import ReturnReason
from casework.model.material import MaterialCheck
from casework.model.original import MAX_WHAT, OriginalPlace
from casework.model.paper import PaperKind, PaperSize
from casework.model.rating import RatingLevel, RatingReason
from casework.model.supplement import (
    MAX_DAYS,
    MAX_POINTS,
    MAX_WORDS,
    NoticeReason,
)
from casework.model.visit import VisitStep

Line = Annotated[str, Field(max_length=120)]
Value = Annotated[str, Field(max_length=500)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
Id = Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")]
Version = Annotated[int, Field(ge=1)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ActBody(Body):
    """`version` is the case version the page shows; without it the act is done on any."""

    version: Version | None = None


class ApplicantBody(Body):
    """What is left out keeps its stored value: nobody types anything twice."""

    name: Line | None = None
    id_number: Line | None = None
    phone: Line | None = None
    organisation: Line | None = None
    credit_code: Line | None = None

    def over(self, known: dict[str, str]) -> Applicant:
        """The applicant with what was typed laid over what is `known`."""
        values = {**known, **self.model_dump(exclude_none=True)}
        return Applicant(
            name=values.get("name", ""),
            id_number=values.get("id_number", ""),
            phone=values.get("phone", ""),
            organisation=values.get("organisation", ""),
            credit_code=values.get("credit_code", ""),
        )


class OpenCaseBody(Body):
    item: Code
    priority: Priority | None = None


class OpenVisitBody(Body):
    priority: Priority | None = None


class CallNumberBody(Body):
    """Without a number the next one who waits."""

    number: Annotated[str, Field(max_length=8)] = ""


class StepBody(ActBody):
    step: VisitStep


class EndVisitBody(ActBody):
    """`left`: the person went away before she was served."""

    left: bool = False


class IdentityBody(ActBody):
    method: IdentityMethod
    applicant: ApplicantBody = Field(default_factory=ApplicantBody)
    reason: Annotated[str, Field(max_length=200)] = ""


class FormBody(ActBody):
    values: Annotated[dict[Code, Value], Field(max_length=40)]


class CheckMaterialBody(ActBody):
    check: MaterialCheck
    fault: ReturnReason | None = None
    original_seen: bool = False


class RoadBody(ActBody):
    road: Road


class PointBody(Body):
    target: Annotated[str, Field(min_length=1, max_length=80)]
    reason: NoticeReason
    words: Annotated[str, Field(max_length=MAX_WORDS)]
    bring: Annotated[str, Field(max_length=MAX_WORDS)] = ""


class NoticeBody(ActBody):
    """`days` are working days, those of the item or the centre unless given."""

    points: Annotated[list[PointBody], Field(max_length=MAX_POINTS)]
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)] | None = None


class AnswerBody(Body):
    number: Annotated[int, Field(ge=1, le=MAX_POINTS)]
    words: Annotated[str, Field(max_length=MAX_WORDS)]


class SupplementBody(ActBody):
    answers: Annotated[list[AnswerBody], Field(max_length=MAX_POINTS)] = Field(default_factory=list)


class TakeOverBody(Body):
    """`from_material` is a version of a page in `from_case`."""

    from_case: Id
    from_material: Id


class TakeOriginalBody(ActBody):
    code: Code
    what: Annotated[str, Field(min_length=1, max_length=MAX_WHAT)]
    place: OriginalPlace = OriginalPlace.WINDOW


class HandOverBody(ActBody):
    """`to` is the number on the badge of who has it then; nobody for the archive."""

    place: OriginalPlace
    to: Annotated[str, Field(max_length=20)] = ""


class GiveBackBody(ActBody):
    note: Annotated[str, Field(max_length=200)] = ""


class CompletionBody(ActBody):
    """`originals_stay` says why paper originals that the office still has stay with it."""

    originals_stay: Annotated[str, Field(max_length=300)] = ""


class ReasonBody(ActBody):
    reason: Annotated[str, Field(max_length=MAX_WORDS)]


class WithdrawBody(ActBody):
    """`given_back` are the codes of the materials that the applicant took back."""

    method: IdentityMethod | None = None
    reason: Annotated[str, Field(max_length=300)] = ""
    given_back: Annotated[list[Code], Field(max_length=60)] = Field(default_factory=list)
    originals_stay: Annotated[str, Field(max_length=300)] = ""


class ReceiverBody(ActBody):
    receiver: Receiver = Receiver.APPLICANT
    method: IdentityMethod
    agent: ApplicantBody | None = None
    authority_seen: bool = False
    reason: Annotated[str, Field(max_length=200)] = ""


class RatingBody(Body):
    level: RatingLevel
    reasons: Annotated[list[RatingReason], Field(max_length=8)] = Field(default_factory=list)


class EnquiryBody(Body):
    """`code` as it stands on the paper or as somebody reads it out."""

    number: Annotated[str, Field(max_length=40)]
    code: Annotated[str, Field(max_length=40)]


class NothingBody(Body):
    """An act that needs no more than its address."""


class FindBody(Body):
    """A case number, identity number or credit code."""

    text: Annotated[str, Field(min_length=1, max_length=40)]


class KeepFilterBody(Body):
    name: Annotated[str, Field(max_length=100)]
    query: Annotated[str, Field(max_length=2_000)]


class KeptFilterBody(Body):
    name: Annotated[str, Field(max_length=100)]


class PaperBody(Body):
    paper: PaperKind
    size: PaperSize = PaperSize.A4
