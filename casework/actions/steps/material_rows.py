"""Rows of materials. Not an action itself: adding and signing use it."""

from dataclasses import replace

from sqlalchemy import func, insert, select

from casework.actions.steps.case_act import CaseAct
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.material import (
    STANDS_FOR_ALL_PAGES,
    Material,
    MaterialCheck,
    MaterialGrade,
    MaterialSource,
    StoredMaterial,
)
from casework.store import schema_case as s

MAX_VERSIONS = 50


def add_version(
    act: CaseAct,
    code: str,
    stored: StoredMaterial,
    source: MaterialSource,
    grade: MaterialGrade,
    page: int = 1,
    origin_seq: int | None = None,
) -> Material:
    """The next version of a material of the case; InvalidInput for a blob of another case.

    A statement or a promise stands for every page that the item asks for.
    """
    if not stored.blob.startswith(f"{act.case.id}/"):
        raise InvalidInput("the content was stored for another case", field="stored")
    spec = act.item.material(code)
    if spec is not None and source in STANDS_FOR_ALL_PAGES:
        stored = replace(stored, pages=max(stored.pages, spec.pages))
    newest = act.tx.conn.scalar(
        select(func.max(s.case_material.c.version)).where(
            s.case_material.c.case_id == act.case.id, s.case_material.c.code == code
        )
    )
    version = (newest or 0) + 1
    if version > MAX_VERSIONS:
        raise InvalidInput(f"a material has at most {MAX_VERSIONS} versions", field="code")
    material = Material(
        id=new_id(),
        case_id=act.case.id,
        code=code,
        version=version,
        grade=grade,
        source=source,
        stored=stored,
        check=MaterialCheck.UNCHECKED,
        fault=None,
        added_by=act.tx.actor.id,
        added_at_ms=act.tx.now_ms,
        page=page,
        origin_seq=origin_seq,
    )
    act.tx.conn.execute(
        insert(s.case_material).values(
            id=material.id,
            case_id=material.case_id,
            code=code,
            version=version,
            grade=grade,
            source=source,
            blob=stored.blob,
            ciphertext_sha256=stored.ciphertext_sha256,
            media_type=stored.media_type,
            size=stored.size,
            pages=stored.pages,
            check=material.check,
            added_by=material.added_by,
            added_at_ms=material.added_at_ms,
            page=page,
            origin_seq=origin_seq,
        )
    )
    return material
