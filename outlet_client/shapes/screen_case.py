"""A case as the citizen's own screen shows it: every number is masked, the name too."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.model.case import CaseState, Outcome
from casework.views.case_page import CasePage, ShownValue
from outlet_client.papers.short_code import short_code


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line of the application. `label` is empty for the applicant's own fields, which the page
    names; `reveal` names the value for the act that shows it in full.
    """

    field: str
    label: str
    value: str
    reveal: str


@dataclass(frozen=True, slots=True)
class ScreenCase:
    """`digest` binds a signature to these lines. `text` is a refusal's reason in plain words.
    `labels` names the item's fields by code, those that are still being typed too.
    """

    id: str
    number: str
    code: str
    state: CaseState
    outcome: Outcome | None
    item: str
    result: str
    follow_up: Sequence[str]
    applicant: str
    labels: dict[str, str]
    lines: Sequence[LineShown]
    digest: str | None
    signed: bool
    text: str
    rated: bool
    no_output: bool
    stream_seq: int


def shape_screen_case(page: CasePage, case_key: bytes) -> ScreenCase:
    case = page.case
    name = next((one.shown for one in page.applicant if one.label == "name"), "")
    return ScreenCase(
        id=case.id,
        number=case.number,
        code=short_code(case_key, case.id),
        state=case.state,
        outcome=case.outcome,
        item=page.item.name,
        result=page.item.result,
        follow_up=page.item.follow_up,
        applicant=name,
        labels={field.code: field.label for field in page.item.fields},
        lines=[_line(one, "") for one in page.applicant]
        + [_line(one, one.label) for one in page.form if one.shown],
        digest=case.application_digest,
        signed=case.signed_at_ms is not None,
        text=page.decision.text if page.decision else "",
        rated=case.rated_at_ms is not None,
        no_output=page.item.no_output,
        stream_seq=page.stream_seq,
    )


def _line(value: ShownValue, label: str) -> LineShown:
    return LineShown(value.field, label, value.shown, value.field if value.masked else "")
