"""What a returned case, or one to be supplemented, still needs: acts at the window tick off what was
asked for.
"""

from sqlalchemy import select, update

from casework.model.case import Case, CaseState
from casework.model.supplement import AnsweredBy
from casework.store import schema_case as s
from casework.store import schema_notice as n
from casework.store.tx import Tx


def mend(tx: Tx, case: Case, target: str) -> None:
    """Ticks off `target` (a material code, `form:FIELD`, `persons` or `identity`) of the newest return or
    notice.

    What the window mended is no supplement and the reverse: each state has its own list.
    """
    if case.state is CaseState.RETURNED_TO_OUTLET:
        tx.conn.execute(
            update(s.case_fault)
            .where(s.case_fault.c.case_id == case.id, s.case_fault.c.target == target)
            .values(mended=True)
        )
    elif case.state is CaseState.SUPPLEMENT_REQUIRED:
        # Earlier rounds are all answered: none is left behind without.
        tx.conn.execute(
            update(n.case_notice_point)
            .where(
                n.case_notice_point.c.case_id == case.id,
                n.case_notice_point.c.target == target,
                n.case_notice_point.c.answered.is_(None),
            )
            .values(answered=AnsweredBy.SUPPLIED)
        )


def unmended(tx: Tx, case_id: str) -> list[str]:
    return list(
        tx.conn.scalars(
            select(s.case_fault.c.target)
            .where(s.case_fault.c.case_id == case_id, s.case_fault.c.mended.is_(False))
            .order_by(s.case_fault.c.target)
        )
    )
