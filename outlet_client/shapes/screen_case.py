"""A case as the citizen's own screen shows it: every number is masked, the name too."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.catalogue.guide import LegalBasis
from casework.model.case import CaseState, Outcome, Road
from casework.model.commitment import CommitmentState
from casework.model.short_code import short_code
from casework.views.case_page import CasePage, ShownValue
from casework.views.commitments import Promise
from casework.views.notices import Notice
from casework.views.person_table import PersonTable
from casework.views.present import ShownPresent
from outlet_client.shapes.case_shown import basis_line
from portal.i18n import _
from portal.papers.words import REFUSAL_REASONS, REMEDIES

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
class PromiseOffered:
    """What may be promised in the place of a material, with the `digest` that a signature is bound to."""

    code: str
    material: str
    text: str
    verify_days: int
    digest: str


@dataclass(frozen=True, slots=True)
class PointTold:
    """`label` is what it concerns, may be empty; `bring` may be empty as well."""

    label: str
    words: str
    bring: str
    answered: bool


@dataclass(frozen=True, slots=True)
class NoticeTold:
    """The list that is handed over. `days` are its term in working days, which runs (until `due_ms`) once it
    was `told`; `lapses` is the rule by which what does not come counts as withdrawn, may be empty.
    """

    points: Sequence[PointTold]
    days: int
    due_ms: int
    told: bool
    lapses: str


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
    persons: PersonTable | None
    present: Sequence[ShownPresent]
    promises: Sequence[PromiseOffered]
    digest: str | None
    signed: bool
    reasons: Sequence[str]
    text: str
    remedy: str
    rated: bool
    no_output: bool
    notice: NoticeTold | None
    stream_seq: int


def shape_screen_case(page: CasePage, case_key: bytes, notice: Notice | None) -> ScreenCase:
    """`notice` is the list that waits for its supplement."""
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
        persons=page.persons,
        present=page.present,
        promises=[_promise(one) for one in page.promises if _may_be_made(one)],
        digest=case.application_digest,
        signed=case.signed_at_ms is not None,
        reasons=[_(REFUSAL_REASONS[reason]) for reason in said.reasons] if said else [],
        text=said.text if said else "",
        remedy=_(REMEDIES[said.remedy]) if said and said.remedy else "",
        rated=case.rated_at_ms is not None,
        no_output=page.item.no_output,
        notice=_notice(notice, page.item.lapses) if notice else None,
        stream_seq=page.stream_seq,
    )


def _may_be_made(promise: Promise) -> bool:
    standing = promise.made is not None and promise.made.state is CommitmentState.STANDING
    return bool(promise.digest) and not promise.barred and not standing


def _promise(promise: Promise) -> PromiseOffered:
    terms = promise.terms
    return PromiseOffered(promise.code, promise.name, terms.text, terms.verify_days, promise.digest)


def _notice(notice: Notice, lapses: LegalBasis | None) -> NoticeTold:
    points = (
        PointTold(one.label, one.words, one.bring, one.answered is not None)
        for one in notice.points
    )
    return NoticeTold(
        tuple(points),
        notice.days,
        notice.due_ms,
        notice.channel is not None,
        basis_line(lapses) if lapses else "",
    )


def _line(value: ShownValue, label: str) -> LineShown:
    return LineShown(value.field, label, value.shown, value.field if value.masked else "")
