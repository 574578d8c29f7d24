"""One case as the window page shows it: the item's form and materials, filled in, values masked.

Plain values are fetched one by one, each an act (`casework.actions.reveal_field`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.catalogue.guide import LegalBasis
from casework.catalogue.item import ItemVersion, Step
from casework.model.applicant import ApplicantKind
from casework.model.case import Case, CaseState, Outcome, Priority, Road
from casework.model.commitment import CommitmentState
from casework.model.decision import Fault, RefusalReason, Remedy
from casework.model.form_field import DateBound, FieldKind
from casework.model.material import (
    Material,
    MaterialCheck,
    MaterialGrade,
    MaterialSource,
    SourceKind,
)
from casework.model.opinion import Opinion
from casework.views.case_page import CasePage, ShownDecision, ShownValue
from casework.views.commitments import Promise
from casework.views.issue_channel import ShownChannel
from casework.views.material_slots import MaterialSlot as Slot
from casework.views.originals import ShownOriginal
from casework.views.origins import Origin
from casework.views.person_table import PersonTable
from casework.views.present import ShownPresent


@dataclass(frozen=True, slots=True)
class FieldShown:
    """`reveal` is what `reveal_field` calls the value, empty where nothing is hidden."""

    code: str
    label: str
    kind: FieldKind
    required: bool
    choices: Sequence[str]
    hint: str
    value: str
    reveal: str
    not_after: DateBound | None = None


@dataclass(frozen=True, slots=True)
class ItemShown:
    code: str
    name: str
    applicants: Sequence[ApplicantKind]
    bases: Sequence[str]
    conditions: Sequence[str]
    steps: Sequence[Step]
    follow_up: Sequence[str]
    result: str
    promised_days: int
    supplement_days: int | None
    lapses: str
    call_required: bool
    desk_review_allowed: bool
    instant: bool
    no_output: bool


@dataclass(frozen=True, slots=True)
class VersionShown:
    id: str
    version: int
    grade: MaterialGrade
    source: MaterialSource
    check: MaterialCheck
    media_type: str
    size: int
    page: int
    pages: int
    added_ms: int
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise in the place of a material: its text, the `digest` that a signature is bound to, and the
    newest that was made (`commitment_id` empty while there is none).
    """

    text: str
    verify_days: int
    digest: str
    barred: bool
    commitment_id: str
    state: CommitmentState | None
    made_ms: int | None
    verify_by_ms: int | None


@dataclass(frozen=True, slots=True)
class OpinionShown:
    """What a reviewer thought of a material before acceptance; `reviewer` is the number on the badge."""

    opinion: Opinion
    words: str
    reviewer: str
    noted_ms: int


@dataclass(frozen=True, slots=True)
class SlotShown:
    """A material that the item asks for: `pages` at least, of which `good_pages` would be accepted;
    `enough` = nothing is missing. `sources` are where it may come from, `opinion` the newest from before
    acceptance.
    """

    code: str
    name: str
    note: str
    basis: str
    required: bool
    grade: MaterialGrade
    pages: int
    good_pages: Sequence[int]
    enough: bool
    sources: Sequence[SourceKind]
    promise: PromiseShown | None
    opinion: OpinionShown | None
    versions: Sequence[VersionShown]


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """One value that the business system changed, masked."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """`reviewer` is the number on the badge; `text` is written for the applicant."""

    outcome: Outcome
    reviewer: str
    transaction_number: str
    changes: Sequence[ChangeShown]
    reasons: Sequence[RefusalReason]
    text: str
    remedy: Remedy | None


@dataclass(frozen=True, slots=True)
class Moments:
    """When what was done; wall milliseconds, None while it is to come."""

    opened_ms: int
    identity_ms: int | None
    signed_ms: int | None
    accepted_ms: int | None
    due_ms: int | None
    decided_ms: int | None
    receiver_ms: int | None
    issued_ms: int | None
    closed_ms: int | None
    rated_ms: int | None


@dataclass(frozen=True, slots=True)
class CaseShown:
    """`digest` is that of the application last read back, None when it changed since. `prepared_by` is the
    usher's number, `at_hand` are codes of the materials that she saw; a draft `at_desk` is first taken over.

    `stream_seq` is the number of the stream `case:ID` that this state belongs to.
    """

    id: str
    number: str
    version: int
    state: CaseState
    road: Road | None
    priority: Priority | None
    outcome: Outcome | None
    window_id: str
    item: ItemShown
    applicant: dict[str, FieldShown]
    fields: Sequence[FieldShown]
    persons: PersonTable | None
    present: Sequence[ShownPresent]
    channel: ShownChannel
    materials: Sequence[SlotShown]
    originals: Sequence[ShownOriginal]
    digest: str | None
    faults: Sequence[Fault]
    decision: DecisionShown | None
    moments: Moments
    stream_seq: int
    at_desk: bool
    prepared_by: str
    at_hand: Sequence[str]


def shape_case(page: CasePage) -> CaseShown:
    case = page.case
    usher = page.people.get(case.prepared_by or "")
    return CaseShown(
        id=case.id,
        number=case.number,
        version=case.version,
        state=case.state,
        road=case.road,
        priority=case.priority,
        outcome=case.outcome,
        window_id=case.window_id,
        item=_item(page.item),
        applicant={value.label: _applicant(value) for value in page.applicant},
        fields=_fields(page),
        persons=page.persons,
        present=page.present,
        channel=page.channel,
        materials=[_slot(slot, page) for slot in page.materials],
        originals=page.originals,
        digest=case.application_digest,
        faults=page.faults,
        decision=_decision(page),
        moments=_moments(case),
        stream_seq=page.stream_seq,
        at_desk=case.waits_at_desk,
        prepared_by=usher.number if usher else "",
        at_hand=page.at_hand,
    )


def basis_line(basis: LegalBasis) -> str:
    return f"《{basis.act}》{basis.article}"


def _item(item: ItemVersion) -> ItemShown:
    return ItemShown(
        code=item.code,
        name=item.name,
        applicants=sorted(item.applicants),
        bases=[basis_line(basis) for basis in item.bases],
        conditions=item.conditions,
        steps=item.steps,
        follow_up=item.follow_up,
        result=item.result,
        promised_days=item.promised_days,
        supplement_days=item.supplement.days if item.supplement else None,
        lapses=basis_line(item.lapses) if item.lapses else "",
        call_required=item.call_required,
        desk_review_allowed=item.desk_review_allowed,
        instant=item.instant,
        no_output=item.no_output,
    )


def _applicant(value: ShownValue) -> FieldShown:
    return FieldShown(
        value.label, value.label, value.kind, False, (), "", value.shown, _reveal(value)
    )


def _fields(page: CasePage) -> list[FieldShown]:
    values = {value.field: value for value in page.form}
    return [
        FieldShown(
            field.code,
            field.label,
            field.kind,
            field.required,
            field.choices,
            field.hint,
            values[f"form.{field.code}"].shown,
            _reveal(values[f"form.{field.code}"]),
            field.not_after,
        )
        for field in page.item.fields
    ]


def _reveal(value: ShownValue) -> str:
    return value.field if value.masked else ""


def _slot(slot: Slot, page: CasePage) -> SlotShown:
    promise = next((one for one in page.promises if one.code == slot.spec.code), None)
    return SlotShown(
        code=slot.spec.code,
        name=slot.spec.name,
        note=slot.spec.note,
        basis=basis_line(slot.spec.basis),
        required=slot.spec.required,
        grade=slot.spec.grade,
        pages=slot.spec.pages,
        good_pages=sorted(slot.good_pages),
        enough=slot.enough,
        sources=slot.spec.sources,
        promise=_promise(promise) if promise else None,
        opinion=_opinion(slot.spec.code, page),
        versions=[_version(one, page.origins.get(one.id)) for one in slot.versions],
    )


def _opinion(code: str, page: CasePage) -> OpinionShown | None:
    newest = next((one for one in reversed(page.opinions) if one.code == code), None)
    if newest is None:
        return None
    reviewer = page.people.get(newest.reviewer_id)
    number = reviewer.number if reviewer else ""
    return OpinionShown(newest.opinion, newest.words, number, newest.noted_at_ms)


def _promise(promise: Promise) -> PromiseShown:
    made = promise.made
    return PromiseShown(
        text=promise.terms.text,
        verify_days=promise.terms.verify_days,
        digest=promise.digest,
        barred=promise.barred,
        commitment_id=made.id if made else "",
        state=made.state if made else None,
        made_ms=made.made_at_ms if made else None,
        verify_by_ms=made.verify_by_ms if made else None,
    )


def _version(material: Material, origin: Origin | None) -> VersionShown:
    return VersionShown(
        id=material.id,
        version=material.version,
        grade=material.grade,
        source=material.source,
        check=material.check,
        media_type=material.stored.media_type,
        size=material.stored.size,
        page=material.page,
        pages=material.stored.pages,
        added_ms=material.added_at_ms,
        origin=origin,
    )


def _decision(page: CasePage) -> DecisionShown | None:
    said = page.decision
    if said is None:
        return None
    reviewer = page.people.get(page.case.decided_by or "")
    return DecisionShown(
        outcome=said.outcome,
        reviewer=reviewer.number if reviewer else "",
        transaction_number=said.transaction_number,
        changes=changes_shown(said),
        reasons=said.reasons,
        text=said.text,
        remedy=said.remedy,
    )


def changes_shown(said: ShownDecision) -> list[ChangeShown]:
    """What was changed, before beside after."""
    before = {value.label: value.shown for value in said.before}
    return [
        ChangeShown(value.label, before.get(value.label, ""), value.shown) for value in said.after
    ]


def _moments(case: Case) -> Moments:
    return Moments(
        opened_ms=case.opened_at_ms,
        identity_ms=case.identity_confirmed_at_ms,
        signed_ms=case.signed_at_ms,
        accepted_ms=case.accepted_at_ms,
        due_ms=case.promised_due_ms,
        decided_ms=case.decided_at_ms,
        receiver_ms=case.receiver_checked_at_ms,
        issued_ms=case.issued_at_ms,
        closed_ms=case.closed_at_ms,
        rated_ms=case.rated_at_ms,
    )
