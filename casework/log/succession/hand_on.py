"""The database's part of a succession: one transaction."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select, update

from audit import merkle
from audit.act import KeyKind
from audit.entry import Entry
from audit.successor import SUCCESSOR_TYPE, Successor
from casework.store import schema_actor, schema_log
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class HandOn:
    """To the log `origin`, by whose first entry `successor` is told. `earlier` are the entries that the
    log before begins with, where it followed others itself.
    """

    origin: str
    successor: Successor
    earlier: tuple[bytes, ...] = ()


def hand_on(tx: Tx, command: HandOn) -> bool:
    """Writes `log.successor` and makes every entry wait for the log again, that one first. Security keys
    that persons enrolled sign on for the new log; a key in a browser, like a window's, is one log's. False,
    and nothing is changed, if this was done before.
    """
    chain, table, key = f"log:{command.origin}", schema_log.entry, schema_actor.actor_key
    if tx.head(chain) is not None:
        return False
    tx.conn.execute(update(table).values(log_index=None))
    # Entries are logged by position: what names the logs before comes ahead of what was in them.
    for body in reversed(command.earlier):
        _bring_back(tx, body)
    position = _before_all(tx)
    tx.entry(SUCCESSOR_TYPE, chain, plain=command.successor.facts())
    tx.conn.execute(update(table).where(table.c.chain == chain).values(position=position))
    held = key.c.kind == KeyKind.WEBAUTHN
    tx.conn.execute(update(key).where(held).values(origin=command.origin))
    return True


def _before_all(tx: Tx) -> int:
    first = tx.conn.scalar(select(func.min(schema_log.entry.c.position)))
    return 0 if first is None else first - 1


def _bring_back(tx: Tx, body: bytes) -> None:
    """The first entry of a chain, unless the database has it."""
    entry, leaf = Entry.decode(body), merkle.leaf_hash(body).hex()
    if tx.head(entry.chain) is not None:
        return
    tx.conn.execute(
        insert(schema_log.entry).values(
            position=_before_all(tx),
            chain=entry.chain,
            seq=entry.seq,
            type=entry.type,
            t_ms=entry.t,
            leaf_hash=leaf,
            body=body,
        )
    )
    tx.conn.execute(
        insert(schema_log.chain).values(chain=entry.chain, next_seq=entry.seq + 1, head=leaf)
    )
