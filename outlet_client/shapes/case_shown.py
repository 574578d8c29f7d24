"""One case as the window page shows it: the item's form and materials, filled in, values masked.

Plain values are fetched one by one, each an act (`casework.actions.reveal_field`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.catalogue.guide import LegalBasis
from casework.catalogue.item import ItemVersion, Step
from casework.model.applicant import ApplicantKind
from casework.model.case import Case, CaseState, Outcome, Priority, Road
from casework.model.decision import Fault, RefusalReason, Remedy
from casework.model.form_field import DateBound, FieldKind
from casework.model.material import Material, MaterialCheck, MaterialGrade, MaterialSource
from casework.views.case_page import CasePage, ShownDecision, ShownValue
from casework.views.material_slots import MaterialSlot as Slot


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


@dataclass(frozen=True, slots=True)
class SlotShown:
    """A material that the item asks for: `pages` at least, of which `good_pages` would be accepted;
    `enough` = nothing is missing.
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
    """`digest` is that of the application last read back, None when it changed since.

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
    materials: Sequence[SlotShown]
    digest: str | None
    faults: Sequence[Fault]
    decision: DecisionShown | None
    moments: Moments
    stream_seq: int


def shape_case(page: CasePage) -> CaseShown:
    case = page.case
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
        materials=[_slot(slot) for slot in page.materials],
        digest=case.application_digest,
        faults=page.faults,
        decision=_decision(page),
        moments=_moments(case),
        stream_seq=page.stream_seq,
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


def _slot(slot: Slot) -> SlotShown:
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
        versions=[_version(one) for one in slot.versions],
    )


def _version(material: Material) -> VersionShown:
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
