"""A case as the citizen's own screen shows it: every number is masked, the name too."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.model.case import CaseState, Outcome, Road
from casework.views.case_page import CasePage, ShownValue
from outlet_client.papers.short_code import short_code
from outlet_client.words import REFUSAL_REASONS, REMEDIES
from portal.i18n import _

TOLD = frozenset({CaseState.HANDED_BACK, CaseState.ISSUED, CaseState.COMPLETED})
"""A decision is told by the window that got it back, never by a screen that runs ahead of it."""


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
    """`digest` binds a signature to these lines. `reasons`, `text` and `remedy` are of a refusal, in
    the words of its paper; they are told when the decision has come back to the window. `labels` names the item's fields by code, those that are still being typed too.
    """

    id: str
    number: str
    code: str
    state: CaseState
    outcome: Outcome | None
    road: Road | None
    promised_days: int
    item: str
    result: str
    follow_up: Sequence[str]
    applicant: str
    labels: dict[str, str]
    lines: Sequence[LineShown]
    digest: str | None
    signed: bool
    reasons: Sequence[str]
    text: str
    remedy: str
    rated: bool
    no_output: bool
    stream_seq: int


def shape_screen_case(page: CasePage, case_key: bytes) -> ScreenCase:
    case = page.case
    said = page.decision if case.state in TOLD else None
    name = next((one.shown for one in page.applicant if one.label == "name"), "")
    return ScreenCase(
        id=case.id,
        number=case.number,
        code=short_code(case_key, case.id),
        state=case.state,
        outcome=said.outcome if said else None,
        road=case.road,
        promised_days=page.item.promised_days,
        item=page.item.name,
        result=page.item.result,
        follow_up=page.item.follow_up,
        applicant=name,
        labels={field.code: field.label for field in page.item.fields},
        lines=[_line(one, "") for one in page.applicant]
        + [_line(one, one.label) for one in page.form if one.shown],
        digest=case.application_digest,
        signed=case.signed_at_ms is not None,
        reasons=[_(REFUSAL_REASONS[reason]) for reason in said.reasons] if said else [],
        text=said.text if said else "",
        remedy=_(REMEDIES[said.remedy]) if said and said.remedy else "",
        rated=case.rated_at_ms is not None,
        no_output=page.item.no_output,
        stream_seq=page.stream_seq,
    )


def _line(value: ShownValue, label: str) -> LineShown:
    return LineShown(value.field, label, value.shown, value.field if value.masked else "")
