"""Materials of a case beside what its item asks for, newest version first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.catalogue.guide import LegalBasis
from casework.catalogue.item import ItemVersion, MaterialSpec
from casework.catalogue.stored_item import load_item
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.commitment import Commitment
from casework.model.material import (
    APPLICATION_SIGNATURE,
    NOTICE_SIGNATURE,
    RECEIPT_SIGNATURE,
    MediaType,
)
from casework.model.opinion import NotedOpinion
from casework.store import schema_case as s
from casework.store.case_rows import load_case
from casework.views import material_slots as slots
from casework.views.commitments import commitments_of
from casework.views.opinions import opinions_of
from casework.views.origins import Origin, origins_of
from casework.views.people import staff_number
from portal.i18n import N_

RESERVED_NAMES = {
    APPLICATION_SIGNATURE: N_("Signature on the application"),
    RECEIPT_SIGNATURE: N_("Signature for the receipt"),
    NOTICE_SIGNATURE: N_("Signature for the list"),
}


@dataclass(frozen=True, slots=True)
class VersionShown:
    id: str
    version: int
    grade: str
    source: str
    check: str
    fault: str | None
    media_type: str
    page: int
    pages: int
    added_ms: int
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class PromiseShown:
    """A promise that was signed in the place of a material; `state` as in `CommitmentState`."""

    text: str
    state: str
    made_ms: int
    verify_by_ms: int


@dataclass(frozen=True, slots=True)
class OpinionShown:
    """What a reviewer thought of it before acceptance; `reviewer` is the number on the badge."""

    opinion: str
    words: str
    reviewer: str
    noted_ms: int


@dataclass(frozen=True, slots=True)
class MaterialShown:
    """`name` of a signature is a msgid, else the item's own words; `grade` is the lowest enough,
    `pages` how many are asked for. `promise` is the newest that was signed in its place, `opinion` the
    newest from before acceptance, which binds nobody.
    """

    code: str
    name: str
    note: str
    basis: LegalBasis | None
    required: bool
    grade: str
    pages: int
    promise: PromiseShown | None
    opinion: OpinionShown | None
    versions: Sequence[VersionShown]


@dataclass(frozen=True, slots=True)
class MaterialPlace:
    """Where the content of one version lies, of which case and item it is, and the number of who looks."""

    blob: str
    ciphertext_sha256: str
    media_type: MediaType
    case_number: str
    item: str
    viewer: str


def materials_of(
    conn: Connection, keys: KeyRing, case: Case, item: ItemVersion
) -> Sequence[MaterialShown]:
    """In the item's order, those it asks for even when absent; then the signatures. Raises KeyDestroyed."""
    known = slots.materials_of(conn, case.id)
    origins = origins_of(conn, keys, case.chain, known)
    promises = {one.code: one for one in commitments_of(conn, case.id)}
    opinions = {one.code: one for one in opinions_of(conn, keys, case)}
    versions: dict[str, list[VersionShown]] = {}
    for one in sorted(known, key=lambda one: one.version, reverse=True):
        versions.setdefault(one.code, []).append(
            VersionShown(
                id=one.id,
                version=one.version,
                grade=one.grade.value,
                source=one.source.value,
                check=one.check.value,
                fault=one.fault,
                media_type=one.stored.media_type.value,
                page=one.page,
                pages=one.stored.pages,
                added_ms=one.added_at_ms,
                origin=origins.get(one.id),
            )
        )
    asked = [
        MaterialShown(
            code=spec.code,
            name=spec.name,
            note=spec.note,
            basis=spec.basis,
            required=spec.required,
            grade=spec.grade.value,
            pages=spec.pages,
            promise=_promise(spec, promises.get(spec.code)),
            opinion=_opinion(conn, opinions.get(spec.code)),
            versions=versions.get(spec.code, []),
        )
        for spec in item.materials
    ]
    signed = [
        MaterialShown(code, name, "", None, False, "D", 1, None, None, versions[code])
        for code, name in RESERVED_NAMES.items()
        if code in versions
    ]
    return [*asked, *signed]


def _promise(spec: MaterialSpec, made: Commitment | None) -> PromiseShown | None:
    if made is None or spec.commitment is None:
        return None
    return PromiseShown(spec.commitment.text, made.state, made.made_at_ms, made.verify_by_ms)


def _opinion(conn: Connection, noted: NotedOpinion | None) -> OpinionShown | None:
    if noted is None:
        return None
    reviewer = staff_number(conn, noted.reviewer_id)
    return OpinionShown(noted.opinion, noted.words, reviewer, noted.noted_at_ms)


def material_place(
    conn: Connection, case_id: str, material_id: str, viewer_id: str
) -> MaterialPlace:
    """Raises NotFound."""
    row = conn.execute(
        select(s.case_material).where(
            s.case_material.c.case_id == case_id, s.case_material.c.id == material_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("no such material")
    case = load_case(conn, case_id)
    return MaterialPlace(
        row.blob,
        row.ciphertext_sha256,
        MediaType(row.media_type),
        case.number,
        load_item(conn, case.item_version_id).name,
        staff_number(conn, viewer_id),
    )
