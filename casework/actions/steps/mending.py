"""What a returned case still needs: acts at the window tick off what the reviewer asked for."""

from sqlalchemy import select, update

from casework.model.case import Case, CaseState
from casework.store import schema_case as s
from casework.store.tx import Tx


def mend(tx: Tx, case: Case, target: str) -> None:
    """Ticks off `target` (a material code, `form:FIELD` or `identity`) of the newest return."""
    if case.state is CaseState.RETURNED_TO_OUTLET:
        tx.conn.execute(
            update(s.case_fault)
            .where(s.case_fault.c.case_id == case.id, s.case_fault.c.target == target)
            .values(mended=True)
        )


def unmended(tx: Tx, case_id: str) -> list[str]:
    return list(
        tx.conn.scalars(
            select(s.case_fault.c.target)
            .where(s.case_fault.c.case_id == case_id, s.case_fault.c.mended.is_(False))
            .order_by(s.case_fault.c.target)
        )
    )
