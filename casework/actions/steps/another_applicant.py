"""What was stated about somebody, taken over from her cases or promised by her counts for nobody else. Not an
action itself.
"""

from collections.abc import Mapping

from sqlalchemy import update

from casework.actions.steps.case_act import CaseAct
from casework.model.commitment import CommitmentState
from casework.model.material import MaterialCheck, MaterialSource
from casework.policy.material_refusals import AnotherApplicant
from casework.store import schema_case as s
from casework.store.reading import entries_of
from casework.store.schema_material import case_commitment
from casework.views.material_slots import materials_of
from casework.views.sealed_values import sealed_fields

VOID = "void_materials"
"""Under this name the entry of the identity seals their ids."""
IDENTITY_CONFIRMED = "desk.identity.confirmed"
_WHO = ("name", "id_number", "organisation", "credit_code")
_IN_A_NAME = frozenset(
    {MaterialSource.SHARED_DATA, MaterialSource.INTERNAL, MaterialSource.COMMITMENT}
)


def of_whom(applicant: Mapping[str, str]) -> dict[str, str]:
    """What tells one applicant from another."""
    return {code: applicant[code] for code in _WHO if applicant.get(code)}


def is_another(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether these are values of two applicants; a number that was mistyped is somebody else's."""
    return bool(before) and of_whom(before) != of_whom(after)


def void_materials(act: CaseAct) -> list[str]:
    """Ids of the materials that count no more. Promises among them stand no longer."""
    tx, case = act.tx, act.case
    void = [
        one.id
        for one in materials_of(tx.conn, case.id)
        if one.source in _IN_A_NAME and one.check is not MaterialCheck.FAULTY
    ]
    if not void:
        return []
    material, promise = s.case_material, case_commitment
    tx.conn.execute(
        update(material)
        .where(material.c.id.in_(void))
        .values(check=MaterialCheck.FAULTY, fault=None)
    )
    tx.conn.execute(
        update(promise)
        .where(promise.c.case_id == case.id, promise.c.state == CommitmentState.STANDING)
        .values(state=CommitmentState.WITHDRAWN, ended_at_ms=tx.now_ms, ended_by=tx.actor.id)
    )
    return void


def require_own(act: CaseAct, material_id: str, source: MaterialSource) -> None:
    """Raises AnotherApplicant for a material that was a former applicant's: no word of a clerk or a reviewer
    brings it to new life.
    """
    if source not in _IN_A_NAME:
        return
    tx, chain = act.tx, act.case.chain
    for entry in entries_of(tx.conn, chain):
        if entry.type == IDENTITY_CONFIRMED:
            void = sealed_fields(tx.conn, tx.keys, chain, entry.seq).get(VOID)
            if isinstance(void, list) and material_id in void:
                raise AnotherApplicant
