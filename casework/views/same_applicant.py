"""Cases of one applicant, by the blind index: who that is stands nowhere.

An organisation is known by its credit code, whoever handles its case; a person by the number of her
identity document, and not by cases that she handled for an organisation.
"""

from sqlalchemy import Connection, select

from casework.store import schema_case as s

_BY_ORGANISATION = "credit_code"
_BY_PERSON = "id_number"


def subject_of(conn: Connection, case_id: str) -> tuple[str, str] | None:
    """(field, value) of the index; None where nobody was identified yet, or the case is erased."""
    rows = conn.execute(
        select(s.case_index.c.field, s.case_index.c.value).where(s.case_index.c.case_id == case_id)
    )
    found = {str(row.field): str(row.value) for row in rows}
    field = _BY_ORGANISATION if _BY_ORGANISATION in found else _BY_PERSON
    return (field, found[field]) if field in found else None


def cases_of_same_applicant(conn: Connection, case_id: str) -> frozenset[str]:
    """Ids of the other cases of this case's applicant."""
    subject = subject_of(conn, case_id)
    if subject is None:
        return frozenset()
    found = conn.scalars(
        select(s.case_index.c.case_id).where(
            s.case_index.c.field == subject[0],
            s.case_index.c.value == subject[1],
            s.case_index.c.case_id != case_id,
        )
    )
    return frozenset(other for other in found if subject_of(conn, other) == subject)
