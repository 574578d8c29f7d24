"""Clerk or reviewer looks at a material and says whether it is good."""

from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actions.steps.another_applicant import require_own
from casework.actions.steps.case_act import CaseChanged, begin, finish
from casework.actions.steps.commitment import require_standing
from casework.actor import Role
from casework.errors import InvalidInput, NotFound
from casework.model.decision import ReturnReason
from casework.model.material import (
    STANDS_FOR_ALL_PAGES,
    MaterialCheck,
    MaterialGrade,
    MaterialSource,
)
from casework.policy.case_verb import CaseVerb
from casework.store import schema_case as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CheckMaterial:
    """`fault` goes with check `faulty`. `original_seen` is the clerk's word that the copy equals
    the original in his hand: it raises the trust grade of C and D to B.
    """

    case_id: str
    material_id: str
    check: MaterialCheck
    fault: ReturnReason | None = None
    original_seen: bool = False
    expected_version: int | None = None


def check_material(tx: Tx, command: CheckMaterial) -> CaseChanged:
    """Raises NotFound, InvalidInput when check and fault do not belong together. What counts no more is
    brought to no new life by saying anything else than that it is faulty: CommitmentOver for a promise
    that was taken back, AnotherApplicant for what was a former applicant's.
    """
    act = begin(tx, CaseVerb.CHECK_MATERIAL, command.case_id, command.expected_version)
    if (command.check is MaterialCheck.FAULTY) != (command.fault is not None):
        raise InvalidInput(field="fault")
    if command.original_seen and tx.actor.role is not Role.CLERK:
        raise InvalidInput("only who holds the original can compare it", field="original_seen")
    mine = (s.case_material.c.id == command.material_id) & (
        s.case_material.c.case_id == act.case.id
    )
    row = tx.conn.execute(
        select(s.case_material.c.grade, s.case_material.c.source).where(mine)
    ).one_or_none()
    if row is None:
        raise NotFound("no such material")
    if command.original_seen and row.source in STANDS_FOR_ALL_PAGES:
        raise InvalidInput("there is no original of it", field="original_seen")
    if command.check is not MaterialCheck.FAULTY:
        if row.source == MaterialSource.COMMITMENT:
            require_standing(act, command.material_id)
        require_own(act, command.material_id, MaterialSource(row.source))
    grade = MaterialGrade(row.grade)
    if command.original_seen and grade > MaterialGrade.B:
        grade = MaterialGrade.B
    tx.conn.execute(
        update(s.case_material)
        .where(mine)
        .values(check=command.check, fault=command.fault, grade=grade)
    )
    return finish(
        act,
        "desk.material.checked",
        plain={"material": command.material_id},
        committed={"check": command.check, "fault": command.fault, "grade": grade},
    ).changed
