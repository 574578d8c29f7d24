"""Where a platform may launch."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from audit.canonical import JsonValue
from casework.actions.steps.org_act import administer, note, open_row
from casework.actions.steps.platform_rows import open_platform
from casework.store import schema_launch as s
from casework.store import schema_org as org
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SetPlatformOutlet:
    origin: str
    platform_id: str
    outlet_id: str
    allowed: bool


def set_platform_outlet(tx: Tx, command: SetPlatformOutlet) -> None:
    """Setting what is so already changes nothing. Raises NotAllowed, NotFound, AlreadyClosed."""
    administer(tx)
    open_platform(tx, command.platform_id)
    if command.allowed:
        open_row(tx, org.outlet, command.outlet_id)
    mine = (s.platform_outlet.c.platform_id == command.platform_id) & (
        s.platform_outlet.c.outlet_id == command.outlet_id
    )
    known = tx.conn.scalar(select(s.platform_outlet.c.outlet_id).where(mine)) is not None
    if known == command.allowed:
        return
    if command.allowed:
        row = {"platform_id": command.platform_id, "outlet_id": command.outlet_id}
        tx.conn.execute(insert(s.platform_outlet).values(**row, from_ms=tx.now_ms))
    else:
        tx.conn.execute(delete(s.platform_outlet).where(mine))
    facts: dict[str, JsonValue] = {
        "platform": command.platform_id,
        "outlet": command.outlet_id,
        "allowed": command.allowed,
    }
    note(tx, command.origin, "org.platform_outlet_set", facts)
