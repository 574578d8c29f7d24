"""How the result of a case reaches the applicant, as pages show it; the address masked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.keys.key_ring import KeyRing
from casework.model.case import Case
from casework.model.issue_channel import IssueChannel
from casework.model.masking import mask_middle, mask_name, mask_phone
from casework.store import schema_org as org
from casework.views.sealed_values import sealed_values


@dataclass(frozen=True, slots=True)
class ShownChannel:
    """`outlet` is the name of the one that hands over, empty where it is the one that accepted. `address` has
    the masked `recipient`, `phone` and `address` of a letter; each may be revealed as `address.CODE`.
    """

    channel: IssueChannel
    outlet_id: str | None
    outlet: str
    address: dict[str, str]
    tracking_number: str
    delivered_ms: int | None


@dataclass(frozen=True, slots=True)
class IssuingOutlet:
    id: str
    name: str


def shown_channel(conn: Connection, keys: KeyRing, case: Case) -> ShownChannel:
    """Raises KeyDestroyed."""
    elsewhere = case.issue_outlet_id
    name = elsewhere and conn.scalar(select(org.outlet.c.name).where(org.outlet.c.id == elsewhere))
    known = sealed_values(conn, keys, case.chain, case.address_seq, "address")
    posted = sealed_values(conn, keys, case.chain, case.posted_seq, "post")
    masked = {
        "recipient": mask_name(known.get("recipient", "")),
        "phone": mask_phone(known.get("phone", "")),
        "address": mask_middle(known.get("address", ""), 6, 0),
    }
    return ShownChannel(
        channel=case.channel,
        outlet_id=case.issue_outlet_id,
        outlet=name or "",
        address=masked if known else {},
        tracking_number=posted.get("tracking_number", ""),
        delivered_ms=case.delivered_at_ms,
    )


def issuing_outlets(conn: Connection, outlet_id: str) -> Sequence[IssuingOutlet]:
    """Outlets in use that hand results over, without the one that asks; by name."""
    rows = conn.execute(
        select(org.outlet.c.id, org.outlet.c.name)
        .where(
            org.outlet.c.active,
            org.outlet.c.id != outlet_id,
            org.outlet.c.id.in_(
                select(org.window.c.outlet_id).where(
                    org.window.c.issues, org.window.c.closed_ms.is_(None)
                )
            ),
        )
        .order_by(org.outlet.c.name, org.outlet.c.id)
    )
    return [IssuingOutlet(row.id, row.name) for row in rows]
