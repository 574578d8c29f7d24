"""One case as the auditor sees it: what it is, and one timeline of its own and its calls' entries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from audit.canonical import JsonValue
from audit.entry import Entry
from backoffice_console.views.case_fields import FieldShown, applicant_fields, form_fields
from backoffice_console.views.materials import MaterialShown, materials_of
from backoffice_console.views.places import StaffShown, outlet_name, staff_shown, window_name
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.masking import mask_value
from casework.store import schema_case as s
from casework.store.case_rows import load_case
from casework.store.reading import StoredEntry, entries_of
from casework.views.actor_keys import kind_of
from casework.views.calls import calls_of_case
from casework.views.notices import Notice, notices_of
from casework.views.papers import PrintedCopies, printed_copies
from casework.views.person_table import PersonTable, person_table
from casework.views.sealed_values import sealed_fields


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry. `mono_ms` places it on the recording of its call, and on that of any call which
    ran then: all recorders of a machine share that clock. `signed`: the kind of the actor's own key that
    signed it, "" if none did.
    """

    chain: str
    seq: int
    type: str
    t_ms: int
    mono_ms: int
    role: str
    actor: StaffShown
    log_index: int | None
    facts: Mapping[str, JsonValue]
    signed: str


@dataclass(frozen=True, slots=True)
class CallShown:
    id: str
    kind: str
    state: str
    reviewer: StaffShown
    requested_ms: int
    active_ms: int | None
    ended_ms: int | None
    end_reason: str | None


@dataclass(frozen=True, slots=True)
class ChangeShown:
    label: str
    before: FieldShown
    after: FieldShown


@dataclass(frozen=True, slots=True)
class DecisionShown:
    outcome: str
    decided_ms: int
    reviewer: StaffShown
    transaction_number: str
    changes: Sequence[ChangeShown]
    reasons: Sequence[str]
    text: str
    remedy: str


@dataclass(frozen=True, slots=True)
class AuditCase:
    id: str
    number: str
    state: str
    road: str | None
    priority: str | None
    item: str
    item_version: str
    call_required: bool
    outlet: str
    window: str
    clerk: StaffShown
    opened_ms: int
    due_ms: int | None
    rating: int | None
    applicant: Sequence[FieldShown]
    form: Sequence[FieldShown]
    persons: PersonTable | None
    materials: Sequence[MaterialShown]
    papers: Sequence[PrintedCopies]
    notices: Sequence[Notice]
    decision: DecisionShown | None
    calls: Sequence[CallShown]
    moments: Sequence[Moment]


def audit_case(conn: Connection, keys: KeyRing, case_id: str, now_ms: int) -> AuditCase:
    """Raises NotFound; KeyDestroyed when the case was erased."""
    case = load_case(conn, case_id)
    item = load_item(conn, case.item_version_id)
    calls = calls_of_case(conn, case.id)
    chains = [case.chain, *(f"call:{call.id}" for call in calls)]
    entries = [entry for chain in chains for entry in entries_of(conn, chain)]
    known: dict[str, StaffShown] = {}
    return AuditCase(
        id=case.id,
        number=case.number,
        state=case.state,
        road=case.road,
        priority=case.priority,
        item=item.name,
        item_version=item.id,
        call_required=item.call_required,
        outlet=outlet_name(conn, case.outlet_id),
        window=window_name(conn, case.window_id),
        clerk=staff_shown(conn, case.clerk_id),
        opened_ms=case.opened_at_ms,
        due_ms=case.promised_due_ms,
        rating=conn.scalar(select(s.case_rating.c.level).where(s.case_rating.c.case_id == case.id)),
        applicant=applicant_fields(conn, keys, case),
        form=form_fields(conn, keys, case, item),
        persons=person_table(conn, keys, case, item),
        materials=materials_of(conn, keys, case, item),
        papers=printed_copies(conn, case.id),
        notices=notices_of(conn, keys, case, now_ms, item),
        decision=_decision(conn, keys, case, item),
        calls=[
            CallShown(
                call.id,
                call.kind,
                call.state,
                staff_shown(conn, call.reviewer_id),
                call.requested_ms,
                call.active_ms,
                call.ended_ms,
                call.end_reason,
            )
            for call in calls
        ],
        moments=[
            _moment(conn, entry, known) for entry in sorted(entries, key=lambda one: one.position)
        ],
    )


def _moment(conn: Connection, stored: StoredEntry, known: dict[str, StaffShown]) -> Moment:
    entry = Entry.decode(stored.body)
    if entry.actor not in known:
        known[entry.actor] = staff_shown(conn, entry.actor)
    return Moment(
        chain=stored.chain,
        seq=stored.seq,
        type=stored.type,
        t_ms=entry.t,
        mono_ms=entry.mono,
        role=entry.role,
        actor=known[entry.actor],
        log_index=stored.log_index,
        facts=entry.facts,
        signed=kind_of(conn, entry.akey) if entry.akey is not None else "",
    )


def _decision(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> DecisionShown | None:
    if case.decision_seq is None or case.outcome is None or case.decided_at_ms is None:
        return None
    said = sealed_fields(conn, keys, case.chain, case.decision_seq)
    reasons = said.get("reasons")
    return DecisionShown(
        outcome=case.outcome,
        decided_ms=case.decided_at_ms,
        reviewer=staff_shown(conn, case.decided_by),
        transaction_number=_text(said, "transaction_number"),
        changes=[
            ChangeShown(
                change.label,
                *(
                    FieldShown(
                        change.code,
                        change.label,
                        mask_value(change.kind, _text(said, f"{when}.{change.code}")),
                        f"{when}.{change.code}",
                    )
                    for when in ("before", "after")
                ),
            )
            for change in item.changes
            if f"after.{change.code}" in said
        ],
        reasons=[str(reason) for reason in reasons] if isinstance(reasons, list) else [],
        text=_text(said, "text"),
        remedy=_text(said, "remedy"),
    )


def _text(said: Mapping[str, JsonValue], field: str) -> str:
    value = said.get(field)
    return value if isinstance(value, str) else ""
