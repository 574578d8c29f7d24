"""The blind index by which a case is found again from an identity number or a credit code."""

from sqlalchemy import delete, insert

from casework.model.applicant import Applicant
from casework.store import schema_case as s
from casework.store.tx import Tx

INDEXED = ("id_number", "credit_code")


def index_applicant(tx: Tx, case_id: str, applicant: Applicant) -> None:
    """Replaces the case's rows of the index that are about who applies."""
    mine = (s.case_index.c.case_id == case_id) & s.case_index.c.field.in_(INDEXED)
    tx.conn.execute(delete(s.case_index).where(mine))
    values = applicant.values()
    for field in INDEXED:
        if field in values:
            hashed = tx.keys.blind_index(field, values[field])
            tx.conn.execute(insert(s.case_index).values(case_id=case_id, field=field, value=hashed))
