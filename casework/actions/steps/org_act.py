"""What every change of the organisation begins and ends with. Not an action."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Table, select

from audit.canonical import JsonValue
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.policy.organisation_refusals import AlreadyClosed
from casework.store.engine import locked
from casework.store.tx import Tx

MAX_NAME = 80


def administer(tx: Tx) -> None:
    """Raises NotAllowed for anyone but an administrator and the program itself."""
    if tx.actor.role not in {Role.ADMIN, Role.SYSTEM}:
        raise NotAllowed(reason="role_may_not")


def clean(value: str, field: str, limit: int = MAX_NAME) -> str:
    """`value` without spaces around it; raises InvalidInput when nothing is left, or too much."""
    text = " ".join(value.split())
    if not text or len(text) > limit or not text.isprintable():
        raise InvalidInput(field=field, limit=limit)
    return text


def locked_row(tx: Tx, table: Table, id_: str, *, key: str = "id") -> Row[Any]:
    """The row for a change; raises NotFound."""
    row = tx.conn.execute(locked(select(table).where(table.c[key] == id_))).one_or_none()
    if row is None:
        raise NotFound("no such row of the organisation")
    return row


def open_row(tx: Tx, table: Table, id_: str, *, key: str = "id") -> Row[Any]:
    """As `locked_row`; raises AlreadyClosed as well."""
    row = locked_row(tx, table, id_, key=key)
    if row.closed_ms is not None:
        raise AlreadyClosed
    return row


def note(tx: Tx, origin: str, type_: str, facts: Mapping[str, JsonValue]) -> None:
    """The act's entry on the log's own chain: ids and codes. Names, logins and passwords stay out."""
    tx.entry(type_, f"log:{origin}", plain=facts)
