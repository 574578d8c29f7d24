"""One case as the reviewer's page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from backoffice_console.views.case_fields import FieldShown, applicant_fields, form_fields
from backoffice_console.views.materials import MaterialShown, materials_of
from backoffice_console.views.places import (
    OUTLET_NAME,
    STAFF_SHOWN,
    WINDOW_NAME,
    StaffShown,
    outlet_name,
    staff_shown,
    window_name,
)
from backoffice_console.views.scope import reviewable_case
from casework.actor import Actor
from casework.catalogue.guide import LegalBasis
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.decision import DecisionStatus
from casework.store import schema_case as s
from casework.store.reading import stream_seq
from casework.views.asked_of_case import ask_ahead
from casework.views.commitments import COMMITMENTS_OF
from casework.views.notices import (
    NOTICES_OF,
    Notice,
    SecondNotice,
    notices_of,
    second_notices,
)
from casework.views.papers import COPIES_OF, PrintedCopies, printed_copies
from casework.views.person_table import PersonTable, person_table
from casework.views.present import ShownPresent, shown_present


@dataclass(frozen=True, slots=True)
class ChangeAsked:
    """A value that the business system changes. `before_from` and `after_from` name the fields of
    the form that say the same, empty when none does.
    """

    code: str
    label: str
    kind: str
    choices: Sequence[str]
    before_from: str
    after_from: str


@dataclass(frozen=True, slots=True)
class ItemShown:
    code: str
    name: str
    call_required: bool
    desk_review_allowed: bool
    interruption: str
    gap_limit_s: int
    bases: Sequence[LegalBasis]
    conditions: Sequence[str]
    result: str
    supplement_days: int | None
    lapses: LegalBasis | None
    changes: Sequence[ChangeAsked]


@dataclass(frozen=True, slots=True)
class PendingShown:
    """A prepared decision that waits for its confirmation until `expires_ms`."""

    decision_id: str
    outcome: str
    call_id: str | None
    expires_ms: int


@dataclass(frozen=True, slots=True)
class ReviewCase:
    """`version` is what acts expect; `stream_seq` is the number on the stream `case:ID` that this
    state belongs to. `mine` = the actor holds the review lock now; `holder` is whoever else does.
    """

    id: str
    number: str
    version: int
    stream_seq: int
    now_ms: int
    state: str
    road: str | None
    priority: str | None
    outcome: str | None
    outlet: str
    window: str
    clerk: StaffShown
    accepted_ms: int | None
    due_ms: int | None
    identity_ms: int | None
    signed_ms: int | None
    decided_ms: int | None
    mine: bool
    decided_by_me: bool
    holder: StaffShown
    lease_until_ms: int | None
    camera_call_id: str | None
    camera_ms: int | None
    item: ItemShown
    applicant: Sequence[FieldShown]
    form: Sequence[FieldShown]
    persons: PersonTable | None
    present: Sequence[ShownPresent]
    materials: Sequence[MaterialShown]
    pending: PendingShown | None
    papers: Sequence[PrintedCopies]
    notices: Sequence[Notice]
    second_notices: Sequence[SecondNotice]


def review_case(
    conn: Connection, keys: KeyRing, actor: Actor, case_id: str, now_ms: int
) -> ReviewCase:
    """Raises NotFound; KeyDestroyed when the case was erased."""
    case = reviewable_case(conn, actor, case_id, now_ms)
    staff = {one for one in (case.clerk_id, case.reviewer_id) if one is not None}
    places = (
        (OUTLET_NAME, {"id": case.outlet_id}),
        (WINDOW_NAME, {"id": case.window_id}),
        *((STAFF_SHOWN, {"id": one}) for one in sorted(staff)),
    )
    ask_ahead(conn, case, COPIES_OF, NOTICES_OF, COMMITMENTS_OF, others=places)
    item = load_item(conn, case.item_version_id)
    locked = case.lease_until_ms is not None and case.lease_until_ms > now_ms
    mine = locked and case.reviewer_id == actor.id
    return ReviewCase(
        id=case.id,
        number=case.number,
        version=case.version,
        stream_seq=stream_seq(conn, case.chain),
        now_ms=now_ms,
        state=case.state,
        road=case.road,
        priority=case.priority,
        outcome=case.outcome,
        outlet=outlet_name(conn, case.outlet_id),
        window=window_name(conn, case.window_id),
        clerk=staff_shown(conn, case.clerk_id),
        accepted_ms=case.accepted_at_ms,
        due_ms=case.promised_due_ms,
        identity_ms=case.identity_confirmed_at_ms,
        signed_ms=case.signed_at_ms,
        decided_ms=case.decided_at_ms,
        mine=mine,
        decided_by_me=case.decided_by == actor.id,
        holder=staff_shown(conn, case.reviewer_id if locked and not mine else None),
        lease_until_ms=case.lease_until_ms if mine else None,
        camera_call_id=case.camera_call_id,
        camera_ms=case.camera_identity_at_ms,
        item=_item(item),
        applicant=applicant_fields(conn, keys, case),
        form=form_fields(conn, keys, case, item),
        present=shown_present(conn, keys, case),
        persons=person_table(conn, keys, case, item),
        materials=materials_of(conn, keys, case, item),
        pending=_pending(conn, case, now_ms),
        papers=printed_copies(conn, case.id),
        notices=notices_of(conn, keys, case, now_ms, item),
        second_notices=second_notices(conn, keys, case),
    )


def _item(item: ItemVersion) -> ItemShown:
    return ItemShown(
        code=item.code,
        name=item.name,
        call_required=item.call_required,
        desk_review_allowed=item.desk_review_allowed,
        interruption=item.interruption,
        gap_limit_s=item.gap_limit_s,
        bases=item.bases,
        conditions=item.conditions,
        result=item.result,
        supplement_days=item.supplement.days if item.supplement else None,
        lapses=item.lapses,
        changes=[
            ChangeAsked(
                code=change.code,
                label=change.label,
                kind=change.kind,
                choices=change.choices,
                before_from=_said_by(item, f"old_{change.code}"),
                after_from=_said_by(item, f"new_{change.code}") or _said_by(item, change.code),
            )
            for change in item.changes
        ],
    )


def _said_by(item: ItemVersion, code: str) -> str:
    return code if item.field(code) is not None else ""


def _pending(conn: Connection, case: Case, now_ms: int) -> PendingShown | None:
    if case.pending_decision_id is None or (case.pending_until_ms or 0) <= now_ms:
        return None
    row = conn.execute(
        select(s.case_decision).where(
            s.case_decision.c.id == case.pending_decision_id,
            s.case_decision.c.status == DecisionStatus.PENDING,
        )
    ).one_or_none()
    if row is None:
        return None
    return PendingShown(row.id, row.outcome, row.call_id, row.expires_at_ms)
