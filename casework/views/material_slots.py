"""Materials of a case beside what its item asks for."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from casework.catalogue.item import ItemVersion, MaterialSpec
from casework.model.material import (
    Material,
    MaterialCheck,
    MaterialGrade,
    MaterialSource,
    MediaType,
    StoredMaterial,
    good_pages,
)
from casework.store import schema_case as s
from casework.store.prepared import Prepared

MATERIALS_OF = Prepared(
    select(s.case_material)
    .where(s.case_material.c.case_id == bindparam("case"))
    .order_by(s.case_material.c.id.desc())
)
"""For `materials_of`."""


@dataclass(frozen=True, slots=True)
class MaterialSlot:
    """A material the item asks for and its versions, newest first."""

    spec: MaterialSpec
    versions: tuple[Material, ...]

    @property
    def good_pages(self) -> frozenset[int]:
        """Pages that are there, not faulty, and of a grade that suffices."""
        return good_pages(self.versions, self.spec.grade)

    @property
    def enough(self) -> bool:
        """Whether nothing is missing of what the item asks for."""
        return self.good_pages.issuperset(range(1, self.spec.pages + 1))


def material_slots(conn: Connection, case_id: str, item: ItemVersion) -> tuple[MaterialSlot, ...]:
    return slots_of(item, materials_of(conn, case_id))


def slots_of(item: ItemVersion, materials: tuple[Material, ...]) -> tuple[MaterialSlot, ...]:
    """In the item's order."""
    return tuple(
        MaterialSlot(spec, tuple(one for one in materials if one.code == spec.code))
        for spec in item.materials
    )


def materials_of(conn: Connection, case_id: str) -> tuple[Material, ...]:
    """Every version of every material and signature, newest first."""
    return tuple(
        Material(
            id=row.id,
            case_id=row.case_id,
            code=row.code,
            version=row.version,
            grade=MaterialGrade(row.grade),
            source=MaterialSource(row.source),
            stored=StoredMaterial(
                blob=row.blob,
                ciphertext_sha256=row.ciphertext_sha256,
                content_sha256="",  # sealed in its entry, in no row
                media_type=MediaType(row.media_type),
                size=row.size,
                pages=row.pages,
            ),
            check=MaterialCheck(row.check),
            fault=row.fault,
            added_by=row.added_by,
            added_at_ms=row.added_at_ms,
            page=row.page,
            origin_seq=row.origin_seq,
        )
        for row in MATERIALS_OF.named(conn, case=case_id)
    )
