"""What an outlet may accept 下沉事项: items given to it, or taken back."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from audit.canonical import JsonValue
from casework.actions.steps.org_act import administer, note, open_row
from casework.errors import InvalidInput, NotFound
from casework.ids import new_id
from casework.store import schema_org as s
from casework.store.schema_catalogue import item_version
from casework.store.tx import Tx
from casework.views.grants import in_force, may_accept

MAX_ITEMS = 2_000


@dataclass(frozen=True, slots=True)
class GrantItems:
    """`codes` of items; `mandatory` 约束性, else 选择性."""

    origin: str
    outlet_id: str
    codes: tuple[str, ...]
    mandatory: bool = True


def grant_items(tx: Tx, command: GrantItems) -> int:
    """How many are new; one that the outlet has already is passed over. Raises NotAllowed, NotFound,
    AlreadyClosed, InvalidInput for an item that the catalogue does not have.
    """
    administer(tx)
    open_row(tx, s.outlet, command.outlet_id)
    if len(command.codes) > MAX_ITEMS:
        raise InvalidInput(field="items", limit=MAX_ITEMS)
    known = set(tx.conn.scalars(select(item_version.c.code).distinct()))
    if set(command.codes) - known:
        raise InvalidInput(field="items")
    new = [
        code
        for code in sorted(set(command.codes))
        if not may_accept(tx.conn, command.outlet_id, code, tx.now_ms)
    ]
    if not new:
        return 0
    tx.conn.execute(
        insert(s.outlet_item),
        [
            {
                "id": new_id(),
                "outlet_id": command.outlet_id,
                "item_code": code,
                "mandatory": command.mandatory,
                "from_ms": tx.now_ms,
            }
            for code in new
        ],
    )
    facts: dict[str, JsonValue] = {"outlet": command.outlet_id, "mandatory": command.mandatory}
    note(tx, command.origin, "org.items_granted", {**facts, "count": len(new)})
    return len(new)


@dataclass(frozen=True, slots=True)
class EndItem:
    origin: str
    outlet_id: str
    code: str


def end_item(tx: Tx, command: EndItem) -> None:
    """Cases that are open go on. Raises NotAllowed, NotFound."""
    administer(tx)
    table = s.outlet_item
    this = (
        (table.c.outlet_id == command.outlet_id)
        & (table.c.item_code == command.code)
        & in_force(table, tx.now_ms)
    )
    if tx.conn.scalar(select(table.c.id).where(this).limit(1)) is None:
        raise NotFound("the outlet does not have this item")
    tx.conn.execute(update(table).where(this).values(until_ms=tx.now_ms))
    facts = {"outlet": command.outlet_id, "item": command.code}
    note(tx, command.origin, "org.item_ended", facts)
