"""A group of reviewers gets another name."""

from dataclasses import dataclass

from sqlalchemy import update

from casework.actions.open_group import refuse_taken_name
from casework.actions.steps.org_act import administer, clean, note, open_row
from casework.store import schema_org as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    origin: str
    code: str
    name: str


def change_group(tx: Tx, command: ChangeGroup) -> None:
    """Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput, NameTaken."""
    administer(tx)
    table = s.reviewer_group
    open_row(tx, table, command.code, key="code")
    name = clean(command.name, "name")
    refuse_taken_name(tx, name, besides=command.code)
    tx.conn.execute(update(table).where(table.c.code == command.code).values(name=name))
    note(tx, command.origin, "org.group_changed", {"group": command.code})
