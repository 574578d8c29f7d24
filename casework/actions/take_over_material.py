"""内部调取: a page of a material of another case of the same applicant; nobody brings twice what the house has."""

from dataclasses import dataclass, replace

from casework.actions.steps.call_evidence import mark_running_calls
from casework.actions.steps.case_act import begin, finish
from casework.actions.steps.material_rows import add_version
from casework.actions.steps.mending import mend
from casework.actions.steps.sources import require_source
from casework.errors import InvalidInput, NotFound
from casework.model.call import MarkKind
from casework.model.material import MaterialSource, SourceKind, StoredMaterial
from casework.policy.case_verb import CaseVerb
from casework.policy.material_refusals import AnotherApplicant
from casework.store.tx import Tx
from casework.views.same_applicant import cases_of_same_applicant
from casework.views.taken_over import may_be_taken_over
from casework.views.visible_cases import visible_case


@dataclass(frozen=True, slots=True)
class TakeOverMaterial:
    """`from_material` is a version of a page of the same material in `from_case`; `stored` is its content
    again, under the key of this case.
    """

    case_id: str
    code: str
    from_case: str
    from_material: str
    stored: StoredMaterial

    @property
    def meant(self) -> "TakeOverMaterial":
        return replace(self, stored=self.stored.content)


@dataclass(frozen=True, slots=True)
class TakenOver:
    case_id: str
    material_id: str
    version: int


def take_over_material(tx: Tx, command: TakeOverMaterial) -> TakenOver:
    """Grade and page stay what they were. Raises SourceNotAllowed, AnotherApplicant, or NotFound for a case
    or material that this clerk does not see or that counts no more.
    """
    act = begin(tx, CaseVerb.ADD_MATERIAL, command.case_id)
    spec = require_source(act, command.code, SourceKind.INTERNAL)
    origin = visible_case(tx.conn, tx.actor, command.from_case, tx.now_ms)
    if origin.id not in cases_of_same_applicant(tx.conn, act.case.id):
        raise AnotherApplicant
    found = next(
        (
            one
            for one in may_be_taken_over(tx.conn, origin, command.code)
            if one.id == command.from_material
        ),
        None,
    )
    if found is None:
        raise NotFound("no such material to take over")
    if found.page > spec.pages or found.stored.media_type is not command.stored.media_type:
        raise InvalidInput("the item asks for no such page", field="from_material")
    origin_seq = tx.next_seq(act.case.chain)
    material = add_version(
        act,
        command.code,
        command.stored,
        MaterialSource.INTERNAL,
        found.grade,
        found.page,
        origin_seq=origin_seq,
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
            "source": MaterialSource.INTERNAL,
            "grade": found.grade,
            "media_type": command.stored.media_type,
            "pages": material.stored.pages,
            "page": found.page,
            # Committed, not plain: that two cases are one person's is nobody's business who reads the log.
            "origin": {
                "case": origin.id,
                "number": origin.number,
                "material": found.id,
                "source": found.source,
                "added_at_ms": found.added_at_ms,
            },
        },
    )
    return TakenOver(act.case.id, material.id, done.case.version)
