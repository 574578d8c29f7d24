"""All that a page shows of one case, personal values masked."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from audit.canonical import JsonValue
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import load_item
from casework.keys.key_ring import KeyRing
from casework.model.applicant import APPLICANT_FIELDS
from casework.model.case import Case, Outcome
from casework.model.decision import Fault, RefusalReason, Remedy, ReturnReason
from casework.model.form_field import FieldKind
from casework.model.masking import mask_value
from casework.model.material import Material
from casework.model.opinion import NotedOpinion
from casework.store import schema_case as s
from casework.store.case_rows import load_case
from casework.store.prepared import Prepared
from casework.store.reading import stream_seq
from casework.views.asked_of_case import ask_ahead
from casework.views.commitments import Promise, promises_of
from casework.views.issue_channel import ShownChannel, shown_channel
from casework.views.launches import LAUNCH_OF
from casework.views.material_slots import MaterialSlot, materials_of, slots_of
from casework.views.notices import ROUNDS_OF
from casework.views.opinions import opinions_of
from casework.views.organisation import StaffCard, staff_cards
from casework.views.originals import ORIGINALS_OF, ShownOriginal, shown_originals
from casework.views.origins import Origin, origins_of
from casework.views.person_table import PersonTable, person_table
from casework.views.present import ShownPresent, shown_present
from casework.views.sealed_values import sealed_fields, sealed_values

OPEN_FAULTS = Prepared(
    select(s.case_fault.c.target)
    .where(s.case_fault.c.case_id == bindparam("case"), s.case_fault.c.mended.is_(False))
    .order_by(s.case_fault.c.target)
)
"""For `open_faults`."""


@dataclass(frozen=True, slots=True)
class ShownValue:
    """`field` is what `reveal_field` takes; `masked` tells whether pressing shows more."""

    field: str
    label: str
    kind: FieldKind
    shown: str
    masked: bool


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A confirmed decision; `before` and `after` are the values the business system changed."""

    outcome: Outcome
    transaction_number: str
    reasons: tuple[RefusalReason, ...]
    text: str
    remedy: Remedy | None
    before: tuple[ShownValue, ...]
    after: tuple[ShownValue, ...]


@dataclass(frozen=True, slots=True)
class CasePage:
    """`signatures` are the signed application and receipt, `promises` what the item lets the
    applicant promise instead of a material, `opinions` what reviewers thought of them before acceptance, `origins` where materials come from that nobody brought,
    by id. `people` holds the cards of all who had a part, by id. `at_hand` are the materials that an
    usher saw the citizen has with her. `stream_seq` is the number of the stream `case:ID` this state
    belongs to.
    """

    case: Case
    item: ItemVersion
    applicant: tuple[ShownValue, ...]
    form: tuple[ShownValue, ...]
    persons: PersonTable | None
    present: tuple[ShownPresent, ...]
    opinions: tuple[NotedOpinion, ...]
    channel: ShownChannel
    materials: tuple[MaterialSlot, ...]
    signatures: tuple[Material, ...]
    promises: tuple[Promise, ...]
    originals: tuple[ShownOriginal, ...]
    origins: dict[str, Origin]
    faults: tuple[Fault, ...]
    decision: ShownDecision | None
    people: dict[str, StaffCard]
    stream_seq: int
    at_hand: tuple[str, ...] = ()


def case_page(conn: Connection, keys: KeyRing, case_id: str) -> CasePage:
    """Raises NotFound or KeyDestroyed. Whether the reader may see the case is asked before
    (`casework.views.visible_cases.visible_case`).
    """
    case = load_case(conn, case_id)
    ask_ahead(conn, case, OPEN_FAULTS, ORIGINALS_OF, LAUNCH_OF, ROUNDS_OF)
    item = load_item(conn, case.item_version_id)
    form = sealed_values(conn, keys, case.chain, case.form_seq, "form")
    materials = materials_of(conn, case_id)
    opinions = opinions_of(conn, keys, case)
    return CasePage(
        case=case,
        item=item,
        applicant=_applicant(conn, keys, case),
        form=tuple(
            _shown(f"form.{field.code}", field.label, field.kind, form.get(field.code, ""))
            for field in item.fields
        ),
        persons=person_table(conn, keys, case, item),
        present=shown_present(conn, keys, case),
        opinions=opinions,
        channel=shown_channel(conn, keys, case),
        materials=slots_of(item, materials),
        signatures=tuple(one for one in materials if item.material(one.code) is None),
        promises=promises_of(conn, keys, case, item),
        originals=shown_originals(conn, keys, case, item),
        origins=origins_of(conn, keys, case.chain, materials),
        faults=open_faults(conn, keys, case),
        decision=_decision(conn, keys, case, item),
        people=staff_cards(conn, _people(case) | {one.reviewer_id for one in opinions}),
        stream_seq=stream_seq(conn, case.chain),
        at_hand=at_hand(conn, keys, case),
    )


def open_faults(conn: Connection, keys: KeyRing, case: Case) -> tuple[Fault, ...]:
    """What the newest return still asks for, with its notes."""
    waiting = [target for (target,) in OPEN_FAULTS.rows(conn, case=case.id)]
    if not waiting or case.returned_seq is None:
        return ()
    told = sealed_fields(conn, keys, case.chain, case.returned_seq)["faults"]
    faults = (
        Fault(str(row["target"]), ReturnReason(str(row["reason"])), str(row["note"]))
        for row in (told if isinstance(told, list) else [])
        if isinstance(row, dict)
    )
    return tuple(fault for fault in faults if fault.target in waiting)


def at_hand(conn: Connection, keys: KeyRing, case: Case) -> tuple[str, ...]:
    """Codes of the materials that the usher ticked."""
    if case.at_hand_seq is None:
        return ()
    codes = sealed_fields(conn, keys, case.chain, case.at_hand_seq).get("at_hand")
    return tuple(str(code) for code in codes) if isinstance(codes, list) else ()


def _applicant(conn: Connection, keys: KeyRing, case: Case) -> tuple[ShownValue, ...]:
    values = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    return tuple(
        _shown(f"applicant.{code}", code, kind, values[code])
        for code, kind in APPLICANT_FIELDS.items()
        if code in values
    )


def _decision(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> ShownDecision | None:
    if case.decision_seq is None or case.outcome is None:
        return None
    said = sealed_fields(conn, keys, case.chain, case.decision_seq)
    reasons = said.get("reasons")
    remedy = said.get("remedy")
    return ShownDecision(
        outcome=case.outcome,
        transaction_number=str(said.get("transaction_number") or ""),
        reasons=tuple(
            RefusalReason(str(code)) for code in (reasons if isinstance(reasons, list) else [])
        ),
        text=str(said.get("text") or ""),
        remedy=Remedy(str(remedy)) if remedy else None,
        before=_changed(item, said, "before"),
        after=_changed(item, said, "after"),
    )


def _changed(item: ItemVersion, said: dict[str, JsonValue], group: str) -> tuple[ShownValue, ...]:
    return tuple(
        _shown(field_name, field.label, field.kind, str(said[field_name]))
        for field in item.changes
        if (field_name := f"{group}.{field.code}") in said
    )


def _shown(field: str, label: str, kind: FieldKind, value: str) -> ShownValue:
    masked = mask_value(kind, value)
    return ShownValue(field, label, kind, masked, masked != value)


def _people(case: Case) -> set[str]:
    everyone = (
        case.first_asked_by,
        case.prepared_by,
        case.owner,
        case.clerk_id,
        case.reviewer_id,
        case.decided_by,
        case.issued_by,
    )
    return {person for person in everyone if person is not None}
