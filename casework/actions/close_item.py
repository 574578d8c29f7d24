"""Takes an item out of use from a day on: no new case, while open ones run to their end."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select, update

from casework.actions.steps.catalogue_act import require_catalogue_post
from casework.calendar import day_of
from casework.errors import InvalidInput, NotFound
from casework.store import schema_catalogue as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CloseItem:
    """`day` is the first on which the item cannot be had; `origin` names the log that is told."""

    origin: str
    code: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class ClosedItem:
    code: str
    versions: int


def close_item(tx: Tx, command: CloseItem) -> ClosedItem:
    """Closes every version, or an older one would be in force again; a version that is published
    later opens the item anew. Raises NotAllowed, NotFound, InvalidInput for a day that has been.
    """
    require_catalogue_post(tx, "close_item")
    if command.day < day_of(tx.now_ms):
        raise InvalidInput("an item closes today at the earliest", field="day")
    table = s.item_version
    if not tx.conn.scalar(select(func.count()).where(table.c.code == command.code)):
        raise NotFound("no such item")
    closing = (table.c.code == command.code) & (
        table.c.closed_on.is_(None) | (table.c.closed_on > command.day)
    )
    versions = tx.conn.scalar(select(func.count()).select_from(table).where(closing)) or 0
    if versions:
        tx.conn.execute(update(table).where(closing).values(closed_on=command.day))
        tx.entry(
            "catalogue.item_closed",
            f"log:{command.origin}",
            plain={"item": command.code, "day": command.day.isoformat()},
        )
    return ClosedItem(command.code, versions)
