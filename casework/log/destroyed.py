"""Which keys the log says were destroyed: what no restored key file may bring back."""

from sqlalchemy import Connection, select

from audit.entry import Entry
from audit.tiles import TileReader
from casework.keys.key_file import KeyKind
from casework.store import schema_log as s

DESTROYED = {KeyKind.CASE: "keys.case.destroyed", KeyKind.CALL: "keys.call.destroyed"}
"""Type of the entry on the chain whose key is gone."""
_TYPES = frozenset(DESTROYED.values())
_SOME = tuple(f'"{type_}"'.encode() for type_ in _TYPES)

DestroyedKey = tuple[KeyKind, str]


def destroyed_in_database(conn: Connection) -> set[DestroyedKey]:
    rows = conn.execute(select(s.entry.c.chain).where(s.entry.c.type.in_(_TYPES)))
    return {_key_of(row.chain) for row in rows}


def destroyed_in_log(reader: TileReader) -> set[DestroyedKey]:
    """Reads every entry. A database that was restored may be behind its log."""
    found = set()
    for body in reader.entries():
        # Parsing costs fifty times as much as looking; a type in some other place is no harm here.
        if any(type_ in body for type_ in _SOME):
            entry = Entry.decode(body)
            if entry.type in _TYPES:
                found.add(_key_of(entry.chain))
    return found


def _key_of(chain: str) -> DestroyedKey:
    kind, _, id_ = chain.partition(":")
    return KeyKind(kind), id_
