"""Promises in the place of materials: of a case, of a person, and those that are to be verified."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from casework.catalogue.item import CommitmentTerms, ItemVersion
from casework.catalogue.stored_item import load_item, sha256_of
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case, CaseState
from casework.model.commitment import Commitment, CommitmentState, commitment_digest
from casework.store import schema_case as s
from casework.store.prepared import Prepared
from casework.store.schema_material import case_commitment
from casework.views.same_applicant import cases_of_same_applicant
from casework.views.sealed_values import sealed_values

MAX_DUE = 200
COMMITMENTS_OF = Prepared(
    select(case_commitment)
    .where(case_commitment.c.case_id == bindparam("case"))
    .order_by(case_commitment.c.id)
)
"""For `commitments_of`."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise that the item offers in the place of `code`: its terms, the `digest` that a signature of
    them would be bound to ("" before the applicant is known), whether this applicant is `barred`, and the
    newest that was made.
    """

    code: str
    name: str
    terms: CommitmentTerms
    digest: str
    barred: bool
    made: Commitment | None


@dataclass(frozen=True, slots=True)
class DueCommitment:
    """A promise that waits to be verified, for those who verify it."""

    commitment: Commitment
    case_number: str
    case_version: int
    item: str
    material: str
    terms: CommitmentTerms
    overdue: bool


def commitments_of(conn: Connection, case_id: str) -> tuple[Commitment, ...]:
    """Oldest first."""
    return tuple(_commitment(row) for row in COMMITMENTS_OF.named(conn, case=case_id))


def commitment_of(conn: Connection, case_id: str, commitment_id: str) -> Commitment:
    """Raises NotFound, also for one of another case."""
    found = next((one for one in commitments_of(conn, case_id) if one.id == commitment_id), None)
    if found is None:
        raise NotFound("no such commitment")
    return found


def promises_of(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> tuple[Promise, ...]:
    """In the item's order. Raises KeyDestroyed."""
    offered = [(spec, spec.commitment) for spec in item.materials if spec.commitment is not None]
    if not offered:
        return ()
    made = {one.code: one for one in commitments_of(conn, case.id)}
    applicant = sealed_values(conn, keys, case.chain, case.applicant_seq, "applicant")
    key, version = keys.case_key(case.id), sha256_of(item)
    known = case.identity_confirmed_at_ms is not None
    barred = is_barred(conn, case.id)
    return tuple(
        Promise(
            spec.code,
            spec.name,
            terms,
            commitment_digest(key, version, applicant, spec.code, terms) if known else "",
            barred,
            made.get(spec.code),
        )
        for spec, terms in offered
    )


def is_barred(conn: Connection, case_id: str) -> bool:
    """Whether this case's applicant broke a promise before (in this case or another): who did makes none."""
    cases = {case_id, *cases_of_same_applicant(conn, case_id)}
    broken = conn.scalar(
        select(case_commitment.c.id)
        .where(
            case_commitment.c.case_id.in_(sorted(cases)),
            case_commitment.c.state == CommitmentState.BREACHED,
        )
        .limit(1)
    )
    return broken is not None


def due_commitments(conn: Connection, now_ms: int) -> tuple[DueCommitment, ...]:
    """Standing promises of accepted cases, the first to be verified first; at most MAX_DUE."""
    rows = conn.execute(
        select(
            case_commitment,
            s.cases.c.number,
            s.cases.c.version,
            s.cases.c.item_version_id,
        )
        .join(s.cases, s.cases.c.id == case_commitment.c.case_id)
        .where(
            case_commitment.c.state == CommitmentState.STANDING,
            s.cases.c.accepted_at_ms.is_not(None),
            s.cases.c.state.not_in((CaseState.WITHDRAWN, CaseState.LAPSED)),
        )
        .order_by(case_commitment.c.verify_by_ms, case_commitment.c.id)
        .limit(MAX_DUE)
    )
    found = []
    for row in rows:
        item = load_item(conn, row.item_version_id)
        spec = item.material(row.code)
        if spec is None or spec.commitment is None:
            raise NotFound("the item has no such promise")
        one = _commitment(row)
        found.append(
            DueCommitment(
                one,
                row.number,
                row.version,
                item.name,
                spec.name,
                spec.commitment,
                now_ms > one.verify_by_ms,
            )
        )
    return tuple(found)


def _commitment(row: Any) -> Commitment:
    return Commitment(
        id=row.id,
        case_id=row.case_id,
        code=row.code,
        material_id=row.material_id,
        state=CommitmentState(row.state),
        made_at_ms=row.made_at_ms,
        verify_by_ms=row.verify_by_ms,
        ended_at_ms=row.ended_at_ms,
        ended_by=row.ended_by,
    )
