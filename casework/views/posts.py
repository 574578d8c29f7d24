"""Posts that a person holds at a moment."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.actor import Role
from casework.store import schema_org as s
from casework.views.grants import in_force


@dataclass(frozen=True, slots=True)
class Post:
    """`post` is 岗位 as shown. A grant that begins later counts as held: it excludes others already."""

    grant_id: str
    staff_id: str
    role: Role
    post: str
    outlet_id: str | None
    from_ms: int
    until_ms: int | None


def posts_held(conn: Connection, staff_id: str, now_ms: int) -> tuple[Post, ...]:
    table = s.post_grant
    rows = conn.execute(
        select(table)
        .where(
            table.c.staff_id == staff_id,
            in_force(table, now_ms) | (table.c.from_ms > now_ms),
        )
        .order_by(table.c.from_ms, table.c.id)
    )
    return tuple(
        Post(
            row.id,
            row.staff_id,
            Role(row.role),
            row.post,
            row.outlet_id,
            row.from_ms,
            row.until_ms,
        )
        for row in rows
    )
