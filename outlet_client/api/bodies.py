"""Bodies of the counter's commands: strict, every text with a limit."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from casework.actions.check_receiver import Receiver
from casework.model.applicant import Applicant, IdentityMethod
from casework.model.case import Priority, Road
from casework.model.decision import ReturnReason
from casework.model.material import MaterialCheck
from casework.model.rating import RatingLevel, RatingReason

Line = Annotated[str, Field(max_length=120)]
Value = Annotated[str, Field(max_length=500)]
Code = Annotated[str, Field(min_length=1, max_length=40)]
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
    """`ref`, `applicant` and `form` come with a launch link."""

    item: Code
    priority: Priority | None = None
    ref: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    applicant: ApplicantBody | None = None
    form: Annotated[dict[Code, Value], Field(max_length=40)] = Field(default_factory=dict)


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


class WithdrawBody(ActBody):
    method: IdentityMethod | None = None
    reason: Annotated[str, Field(max_length=300)] = ""


class ReceiverBody(ActBody):
    receiver: Receiver = Receiver.APPLICANT
    method: IdentityMethod
    agent: ApplicantBody | None = None
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
