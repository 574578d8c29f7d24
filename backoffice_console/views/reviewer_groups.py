"""Item groups a reviewer is certified for, by name."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from casework.store import schema_org as org
from casework.views.grants import in_force


def group_names(conn: Connection, staff_id: str, now_ms: int) -> Sequence[str]:
    """What the reviewer may review now; empty for one without a certificate."""
    rows = conn.scalars(
        select(org.reviewer_group.c.name)
        .join(org.certificate, org.certificate.c.group_code == org.reviewer_group.c.code)
        .where(org.certificate.c.staff_id == staff_id, in_force(org.certificate, now_ms))
        .distinct()
        .order_by(org.reviewer_group.c.name)
    )
    return rows.all()
