"""Materials of a case beside what its item asks for, newest version first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.catalogue.guide import LegalBasis
from casework.catalogue.item import ItemVersion
from casework.errors import NotFound
from casework.model.material import APPLICATION_SIGNATURE, RECEIPT_SIGNATURE, MediaType
from casework.store import schema_case as s
from portal.i18n import N_

RESERVED_NAMES = {
    APPLICATION_SIGNATURE: N_("Signature on the application"),
    RECEIPT_SIGNATURE: N_("Signature for the receipt"),
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


@dataclass(frozen=True, slots=True)
class MaterialShown:
    """`name` of a signature is a msgid, else the item's own words; `grade` is the lowest enough,
    `pages` how many are asked for.
    """

    code: str
    name: str
    note: str
    basis: LegalBasis | None
    required: bool
    grade: str
    pages: int
    versions: Sequence[VersionShown]


@dataclass(frozen=True, slots=True)
class MaterialPlace:
    """Where the content of one version lies."""

    blob: str
    ciphertext_sha256: str
    media_type: MediaType


def materials_of(conn: Connection, case_id: str, item: ItemVersion) -> Sequence[MaterialShown]:
    """In the item's order, those it asks for even when absent; then the signatures."""
    versions: dict[str, list[VersionShown]] = {}
    rows = conn.execute(
        select(s.case_material)
        .where(s.case_material.c.case_id == case_id)
        .order_by(s.case_material.c.version.desc())
    )
    for row in rows:
        versions.setdefault(row.code, []).append(
            VersionShown(
                id=row.id,
                version=row.version,
                grade=row.grade,
                source=row.source,
                check=row.check,
                fault=row.fault,
                media_type=row.media_type,
                page=row.page,
                pages=row.pages,
                added_ms=row.added_at_ms,
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
            versions=versions.get(spec.code, []),
        )
        for spec in item.materials
    ]
    signed = [
        MaterialShown(code, name, "", None, False, "D", 1, versions[code])
        for code, name in RESERVED_NAMES.items()
        if code in versions
    ]
    return [*asked, *signed]


def material_place(conn: Connection, case_id: str, material_id: str) -> MaterialPlace:
    """Raises NotFound."""
    row = conn.execute(
        select(s.case_material).where(
            s.case_material.c.case_id == case_id, s.case_material.c.id == material_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound("no such material")
    return MaterialPlace(row.blob, row.ciphertext_sha256, MediaType(row.media_type))
