"""Signing keys as a page lists them: one's own, or everybody's for the duty lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from backoffice_console.views.places import StaffShown
from casework.store import schema_actor as s
from casework.store import schema_org as org

MAX_ROWS = 500


@dataclass(frozen=True, slots=True)
class SigningKeyLine:
    """`id` is what entries name the key by; times are wall milliseconds."""

    id: str
    owner: StaffShown
    enrolled_ms: int
    used_ms: int | None
    revoked_ms: int | None
    reason: str | None


def signing_keys(
    conn: Connection, origin: str, staff_id: str | None = None
) -> Sequence[SigningKeyLine]:
    """Of the log `origin`, newest first; those of `staff_id` alone if it is given."""
    key = s.actor_key
    chosen = [key.c.origin == origin]
    if staff_id is not None:
        chosen.append(key.c.staff_id == staff_id)
    rows = conn.execute(
        select(key, org.staff.c.number, org.staff.c.name)
        .join(org.staff, org.staff.c.id == key.c.staff_id)
        .where(*chosen)
        .order_by(key.c.entry_seq.desc())
        .limit(MAX_ROWS)
    )
    return [
        SigningKeyLine(
            row.id,
            StaffShown(row.number, row.name),
            row.enrolled_at_ms,
            row.used_at_ms,
            row.revoked_at_ms,
            row.reason,
        )
        for row in rows
    ]
