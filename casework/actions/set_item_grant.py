"""Which outlet may accept an item, as one of the mandatory 约束性 or the optional 选择性 ones."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select, update

from casework.actions.steps.catalogue_act import require_catalogue_post
from casework.actions.steps.org_act import locked_row, open_row
from casework.errors import NotFound
from casework.ids import new_id
from casework.store import schema_catalogue as catalogue
from casework.store import schema_org as s
from casework.store.tx import Tx
from casework.views.grants import in_force


class ItemGrant(StrEnum):
    MANDATORY = "mandatory"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SetItemGrant:
    """`origin` names the log that is told."""

    origin: str
    outlet_id: str
    item_code: str
    grant: ItemGrant


@dataclass(frozen=True, slots=True)
class ItemGrantSet:
    changed: bool


def set_item_grant(tx: Tx, command: SetItemGrant) -> ItemGrantSet:
    """From this moment on; the grant before it ends and stays in the store. Setting what holds
    changes nothing. Raises NotAllowed, NotFound for an unknown outlet or item, AlreadyClosed where
    something is given to an outlet that is closed.

    A case that the outlet has accepted goes on; a draft cannot be accepted any more (ItemNotGranted).
    """
    require_catalogue_post(tx, "set_item_grant")
    row = locked_row if command.grant is ItemGrant.NONE else open_row
    row(tx, s.outlet, command.outlet_id)
    item = catalogue.item_version
    if tx.conn.scalar(select(item.c.id).where(item.c.code == command.item_code).limit(1)) is None:
        raise NotFound("no such item")
    table = s.outlet_item
    mine = (
        (table.c.outlet_id == command.outlet_id)
        & (table.c.item_code == command.item_code)
        & in_force(table, tx.now_ms)
    )
    holds = {bool(row) for row in tx.conn.scalars(select(table.c.mandatory).where(mine))}
    wanted = set() if command.grant is ItemGrant.NONE else {command.grant is ItemGrant.MANDATORY}
    if holds == wanted:
        return ItemGrantSet(changed=False)
    tx.conn.execute(update(table).where(mine).values(until_ms=tx.now_ms))
    if wanted:
        tx.conn.execute(
            insert(table).values(
                id=new_id(),
                outlet_id=command.outlet_id,
                item_code=command.item_code,
                mandatory=command.grant is ItemGrant.MANDATORY,
                from_ms=tx.now_ms,
            )
        )
    tx.entry(
        "catalogue.grant_set",
        f"log:{command.origin}",
        plain={
            "outlet": command.outlet_id,
            "item": command.item_code,
            "grant": command.grant.value,
        },
    )
    return ItemGrantSet(changed=True)
