"""An outlet gets another name or kind."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.open_outlet import refuse_taken
from casework.actions.steps.org_act import administer, clean, note, open_row
from casework.model.outlet import OutletKind
from casework.store import schema_org as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ChangeOutlet:
    origin: str
    outlet_id: str
    name: str
    kind: OutletKind


def change_outlet(tx: Tx, command: ChangeOutlet) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput, NameTaken."""
    administer(tx)
    open_row(tx, s.outlet, command.outlet_id)
    name = clean(command.name, "name")
    refuse_taken(tx, name, besides=command.outlet_id)
    table = s.outlet
    tx.conn.execute(
        update(table).where(table.c.id == command.outlet_id).values(name=name, kind=command.kind)
    )
    facts = {"outlet": command.outlet_id, "kind": command.kind.value}
    note(tx, command.origin, "org.outlet_changed", facts)
