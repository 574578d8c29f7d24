"""Who is in a call, as the counter is told: name, number, post and place of the staff (三亮明)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.actor import Actor
from casework.errors import NotFound
from casework.policy.call_rules import takes_part
from casework.store import schema_org as org
from casework.views.calls import call_of


@dataclass(frozen=True, slots=True)
class StaffShown:
    name: str
    number: str
    post: str
    place: str


@dataclass(frozen=True, slots=True)
class CallPeople:
    """None where nobody is yet."""

    clerk: StaffShown | None
    reviewer: StaffShown | None


def call_people(conn: Connection, actor: Actor, call_id: str, now_ms: int) -> CallPeople:
    """Raises NotFound for a call in which the actor has no part."""
    call = call_of(conn, call_id)
    if not takes_part(actor, call):
        raise NotFound("no such call")
    return CallPeople(
        staff_shown(conn, call.clerk_id, now_ms), staff_shown(conn, call.reviewer_id, now_ms)
    )


def staff_shown(conn: Connection, staff_id: str | None, now_ms: int) -> StaffShown | None:
    if staff_id is None:
        return None
    row = conn.execute(
        select(
            org.staff.c.name,
            org.staff.c.number,
            org.outlet.c.name.label("outlet"),
            org.centre.c.name.label("centre"),
        )
        .outerjoin(org.outlet, org.outlet.c.id == org.staff.c.outlet_id)
        .outerjoin(org.centre, org.centre.c.id == org.staff.c.centre_id)
        .where(org.staff.c.id == staff_id)
    ).one_or_none()
    if row is None:
        return None
    post = conn.scalar(
        select(org.post_grant.c.post)
        .where(org.post_grant.c.staff_id == staff_id, org.post_grant.c.from_ms <= now_ms)
        .order_by(org.post_grant.c.from_ms.desc())
        .limit(1)
    )
    return StaffShown(row.name, row.number, post or "", row.outlet or row.centre or "")
