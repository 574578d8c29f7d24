"""A platform does not launch an item any more: its mapping goes."""

from dataclasses import dataclass

from sqlalchemy import delete

from casework.actions.steps.org_act import administer, note
from casework.actions.steps.platform_rows import open_platform
from casework.errors import NotFound
from casework.store import schema_launch as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class RemoveMapping:
    origin: str
    platform_id: str
    item_code: str


def remove_mapping(tx: Tx, command: RemoveMapping) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed."""
    administer(tx)
    open_platform(tx, command.platform_id)
    gone = tx.conn.execute(
        delete(s.platform_mapping).where(
            s.platform_mapping.c.platform_id == command.platform_id,
            s.platform_mapping.c.item_code == command.item_code,
        )
    )
    if not gone.rowcount:
        raise NotFound("no such mapping")
    facts = {"platform": command.platform_id, "item": command.item_code}
    note(tx, command.origin, "org.platform_mapping_removed", facts)
