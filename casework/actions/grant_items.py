"""What an outlet may accept 下沉事项: many items given to it at once, each with an entry of its own."""

from dataclasses import dataclass

from sqlalchemy import select

from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actions.steps.org_act import administer
from casework.errors import InvalidInput
from casework.store.schema_catalogue import item_version
from casework.store.tx import Tx
from casework.views.grants import may_accept

MAX_ITEMS = 2_000


@dataclass(frozen=True, slots=True)
class GrantItems:
    """`codes` of items; `mandatory` 约束性, else 选择性."""

    origin: str
    outlet_id: str
    codes: tuple[str, ...]
    mandatory: bool = True


def grant_items(tx: Tx, command: GrantItems) -> int:
    """How many are new; one that the outlet has already is passed over, whichever it is. Raises
    NotAllowed, NotFound, AlreadyClosed, InvalidInput for an item that the catalogue does not have.
    """
    administer(tx)
    if len(command.codes) > MAX_ITEMS:
        raise InvalidInput(field="items", limit=MAX_ITEMS)
    if set(command.codes) - set(tx.conn.scalars(select(item_version.c.code).distinct())):
        raise InvalidInput(field="items")
    grant = ItemGrant.MANDATORY if command.mandatory else ItemGrant.OPTIONAL
    new = [
        code
        for code in sorted(set(command.codes))
        if not may_accept(tx.conn, command.outlet_id, code, tx.now_ms)
    ]
    for code in new:
        set_item_grant(tx, SetItemGrant(command.origin, command.outlet_id, code, grant))
    return len(new)
