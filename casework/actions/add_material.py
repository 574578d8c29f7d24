"""Adds a version of a material that was brought: a still of the document camera, an upload."""

from dataclasses import dataclass, replace

from casework.actions.steps.call_evidence import mark_running_calls
from casework.actions.steps.case_act import begin, finish
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.mending import mend
from casework.errors import InvalidInput
from casework.model.call import MarkKind
from casework.model.material import MaterialGrade, MaterialSource, StoredMaterial
from casework.policy.case_verb import CaseVerb
from casework.store.tx import Tx

_BROUGHT = frozenset({MaterialSource.STILL, MaterialSource.UPLOAD})


@dataclass(frozen=True, slots=True)
class AddMaterial:
    """`code` is one of the item's materials, `page` one of the pages it asks for. The content is durable in the
    MaterialStore before this act; a crash in between leaves a blob that no row names, which
    `casework.materials.unnamed` removes later.
    """

    case_id: str
    code: str
    stored: StoredMaterial
    source: MaterialSource
    grade: MaterialGrade
    page: int = 1
    expected_version: int | None = None

    @property
    def meant(self) -> "AddMaterial":
        return replace(self, stored=self.stored.content)


@dataclass(frozen=True, slots=True)
class AddedMaterial:
    case_id: str
    material_id: str
    material_version: int
    version: int


def add_material(tx: Tx, command: AddMaterial) -> AddedMaterial:
    """Raises InvalidInput for a code or page the item does not have or a blob of another case."""
    act = begin(tx, CaseVerb.ADD_MATERIAL, command.case_id, command.expected_version)
    spec = act.item.material(command.code)
    if spec is None:
        raise InvalidInput("no such material", field="code")
    if not 1 <= command.page <= spec.pages:
        raise InvalidInput("the item asks for no such page", field="page")
    if command.source not in _BROUGHT:
        raise InvalidInput("signed, asked for or taken over, not added", field="source")
    material = add_version(
        act, command.code, command.stored, command.source, command.grade, command.page
    )
    mend(tx, act.case, command.code)
    mark_running_calls(act, MarkKind.MATERIAL, material.id)
    done = finish(
        act,
        "desk.material.added",
        plain={
            "material": material.id,
            "version": material.version,
            "ciphertext_sha256": command.stored.ciphertext_sha256,
            "size": command.stored.size,
        },
        committed={
            "sha256": command.stored.content_sha256,
            "code": command.code,
            "source": command.source,
            "grade": command.grade,
            "media_type": command.stored.media_type,
            "pages": command.stored.pages,
            "page": command.page,
        },
    )
    return AddedMaterial(act.case.id, material.id, material.version, done.case.version)
