"""What the database knows of the log: which entries wait, and the index of those that are in it."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, update

from casework.store import schema_log as s
from casework.store.reading import StoredEntry, entry_of
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SetLogIndexes:
    """Entries at `positions` have the log's indices from `first` on, in this order."""

    first: int
    positions: tuple[int, ...]


def set_log_indexes(tx: Tx, command: SetLogIndexes) -> None:
    """An action of the sequencer. Raises ValueError, and changes nothing, if an entry is gone or
    has an index already: then somebody else wrote here.
    """
    table = s.entry
    statement = (
        update(table)
        .where(table.c.position == bindparam("at"), table.c.log_index.is_(None))
        .values(log_index=bindparam("index"))
    )
    rows = [
        {"at": position, "index": command.first + n} for n, position in enumerate(command.positions)
    ]
    if rows and tx.conn.execute(statement, rows).rowcount != len(rows):
        raise ValueError("an entry is gone or stands in the log already")


def waiting(conn: Connection, *, limit: int) -> list[StoredEntry]:
    """Entries that are not known to be in the log, in commit order.

    `position` is the commit order because there is one writer. Several writers (PostgreSQL) hand
    out positions before they commit: there this read must stop at the oldest running transaction.
    """
    rows = conn.execute(
        select(s.entry)
        .where(s.entry.c.log_index.is_(None))
        .order_by(s.entry.c.position)
        .limit(limit)
    )
    return [entry_of(row) for row in rows]


def count_waiting(conn: Connection, *, limit: int) -> int:
    """How many wait, counted up to `limit`."""
    some = select(s.entry.c.position).where(s.entry.c.log_index.is_(None)).limit(limit).subquery()
    return conn.scalar(select(func.count()).select_from(some)) or 0


def known_size(conn: Connection) -> int:
    """The log's size as far as the database knows."""
    last = conn.scalar(select(func.max(s.entry.c.log_index)))
    return 0 if last is None else last + 1


def leaf_at(conn: Connection, index: int) -> str | None:
    """Leaf hash (lower hex) of the entry at this index of the log, None if unknown."""
    return conn.scalar(select(s.entry.c.leaf_hash).where(s.entry.c.log_index == index))
