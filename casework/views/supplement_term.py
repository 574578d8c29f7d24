"""How long a citizen has for a supplement."""

from sqlalchemy import Connection

from casework.catalogue.stored_item import load_item
from casework.store.case_rows import load_case


def supplement_term(conn: Connection, case_id: str, centre_days: int) -> int:
    """Working days: as the item of the case says, else as the centre does. Raises NotFound."""
    rule = load_item(conn, load_case(conn, case_id).item_version_id).supplement
    return rule.days if rule else centre_days
