"""A platform launches no more. Links that wait run dead; cases that came by it stay."""

from dataclasses import dataclass

from sqlalchemy import delete, update

from casework.actions.steps.org_act import administer, note
from casework.actions.steps.platform_rows import open_platform
from casework.store import schema_launch as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ClosePlatform:
    origin: str
    platform_id: str


def close_platform(tx: Tx, command: ClosePlatform) -> None:
    """What was handed over and not opened is deleted. Raises NotAllowed, NotFound, AlreadyClosed."""
    administer(tx)
    open_platform(tx, command.platform_id)
    tx.conn.execute(
        update(s.platform).where(s.platform.c.id == command.platform_id).values(closed_ms=tx.now_ms)
    )
    tx.conn.execute(
        delete(s.launch).where(
            s.launch.c.platform_id == command.platform_id, s.launch.c.case_id.is_(None)
        )
    )
    note(tx, command.origin, "org.platform_closed", {"platform": command.platform_id})
