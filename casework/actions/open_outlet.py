"""A new outlet joins the centre; its windows and staff follow."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.steps.org_act import administer, clean, note
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.model.outlet import OutletKind
from casework.policy.organisation_refusals import NameTaken
from casework.store import schema_org as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class OpenOutlet:
    """`origin` is the log's."""

    origin: str
    name: str
    kind: OutletKind


@dataclass(frozen=True, slots=True)
class OpenedOutlet:
    id: str


def open_outlet(tx: Tx, command: OpenOutlet) -> OpenedOutlet:
    """Raises NotAllowed, InvalidInput, NameTaken among the outlets that are open."""
    administer(tx)
    name = clean(command.name, "name")
    centre_id = tx.conn.scalar(select(s.centre.c.id).limit(1))
    if centre_id is None:
        raise InvalidInput("there is no centre yet", field="centre")
    refuse_taken(tx, name)
    outlet_id = new_id()
    row = {"id": outlet_id, "centre_id": centre_id, "name": name, "kind": command.kind}
    tx.conn.execute(insert(s.outlet).values(**row, active=True))
    note(tx, command.origin, "org.outlet_opened", {"outlet": outlet_id, "kind": command.kind.value})
    return OpenedOutlet(outlet_id)


def refuse_taken(tx: Tx, name: str, besides: str = "") -> None:
    taken = tx.conn.scalar(
        select(s.outlet.c.id).where(
            s.outlet.c.name == name, s.outlet.c.closed_ms.is_(None), s.outlet.c.id != besides
        )
    )
    if taken is not None:
        raise NameTaken(field="name")
