"""A group of reviewers: the items of one branch of work go to those certified for it."""

import re
from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.steps.org_act import administer, clean, note
from casework.errors import InvalidInput
from casework.policy.organisation_refusals import NameTaken
from casework.store import schema_org as s
from casework.store.tx import Tx

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """`code` is what items name; it stays for ever."""

    origin: str
    code: str
    name: str


def open_group(tx: Tx, command: OpenGroup) -> None:
    """Raises NotAllowed, InvalidInput, NameTaken, for the code of a closed group as well."""
    administer(tx)
    name = clean(command.name, "name")
    if _CODE.fullmatch(command.code) is None:
        raise InvalidInput(field="code", limit=40)
    centre_id = tx.conn.scalar(select(s.centre.c.id).limit(1))
    if centre_id is None:
        raise InvalidInput("there is no centre yet", field="centre")
    table = s.reviewer_group
    if tx.conn.scalar(select(table.c.code).where(table.c.code == command.code)) is not None:
        raise NameTaken(field="code")
    refuse_taken_name(tx, name)
    tx.conn.execute(insert(table).values(code=command.code, centre_id=centre_id, name=name))
    note(tx, command.origin, "org.group_opened", {"group": command.code})


def refuse_taken_name(tx: Tx, name: str, besides: str = "") -> None:
    table = s.reviewer_group
    same = (table.c.name == name) & table.c.closed_ms.is_(None) & (table.c.code != besides)
    if tx.conn.scalar(select(table.c.code).where(same)) is not None:
        raise NameTaken(field="name")
