"""An outlet closes, when nobody works there any more and nothing is left undone."""

from dataclasses import dataclass

from sqlalchemy import select, update

from casework.actions.steps.org_act import administer, note, open_row
from casework.policy.organisation_refusals import StillInUse
from casework.store import schema_org as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CloseOutlet:
    origin: str
    outlet_id: str


def close_outlet(tx: Tx, command: CloseOutlet) -> None:
    """Its windows are closed and its staff moved or signed off before. Raises NotAllowed, NotFound,
    AlreadyClosed, StillInUse.
    """
    administer(tx)
    open_row(tx, s.outlet, command.outlet_id)
    here = command.outlet_id
    if tx.conn.scalar(
        select(s.window.c.id).where(s.window.c.outlet_id == here, s.window.c.closed_ms.is_(None))
    ):
        raise StillInUse(reason="windows")
    if tx.conn.scalar(select(s.staff.c.id).where(s.staff.c.outlet_id == here, s.staff.c.active)):
        raise StillInUse(reason="staff")
    tx.conn.execute(
        update(s.outlet).where(s.outlet.c.id == here).values(active=False, closed_ms=tx.now_ms)
    )
    note(tx, command.origin, "org.outlet_closed", {"outlet": here})
