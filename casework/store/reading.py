"""Reads of the log tables; each takes a Connection of `Store.reading` or `Store.read`."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, select

from audit.canonical import JsonValue
from casework.errors import NotFound
from casework.keys.key_ring import KeyRing, Sealed, unseal
from casework.store import schema_log as s
from casework.store.prepared import Prepared

MAX_EVENTS = 1_000

LAST_SEQ = Prepared(select(s.stream.c.last_seq).where(s.stream.c.stream == bindparam("stream")))


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one stream; `seq` counts from 1 without gaps, `t_ms` is wall time."""

    stream: str
    seq: int
    kind: str
    data: dict[str, JsonValue]
    t_ms: int


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An audit entry as committed; `body` is the leaf, `log_index` None until it is in the log."""

    position: int
    chain: str
    seq: int
    type: str
    t_ms: int
    leaf_hash: str
    body: bytes
    log_index: int | None


def stream_seq(conn: Connection, stream: str) -> int:
    """Number of the newest event, 0 if there is none. Read it in the same block as the state it
    belongs to: snapshot and `events_after(seq)` then fit together.
    """
    found = LAST_SEQ.one(conn, stream=stream)
    return 0 if found is None else int(found[0])


def events_after(
    conn: Connection, stream: str, seq: int, *, limit: int = MAX_EVENTS
) -> list[Event]:
    """Events of `stream` with a greater number, in order, at most `limit`."""
    rows = conn.execute(
        select(s.outbox)
        .where(s.outbox.c.stream == stream, s.outbox.c.seq > seq)
        .order_by(s.outbox.c.seq)
        .limit(limit)
    )
    return [event_of(row) for row in rows]


def event_of(row: Row[tuple[object, ...]]) -> Event:
    return Event(row.stream, row.seq, row.kind, json.loads(row.data), row.t_ms)


def entries_of(conn: Connection, chain: str, *, after: int = -1) -> list[StoredEntry]:
    """Entries of a chain with a greater seq, in order."""
    rows = conn.execute(
        select(s.entry)
        .where(s.entry.c.chain == chain, s.entry.c.seq > after)
        .order_by(s.entry.c.seq)
    )
    return [entry_of(row) for row in rows]


def entry_of(row: Row[tuple[object, ...]]) -> StoredEntry:
    return StoredEntry(
        row.position, row.chain, row.seq, row.type, row.t_ms, row.leaf_hash, row.body, row.log_index
    )


def committed_value(conn: Connection, keys: KeyRing, chain: str, seq: int, field: str) -> JsonValue:
    """The plaintext behind a commitment; raises NotFound, KeyDestroyed or SealBroken."""
    row = conn.execute(
        select(s.payload.c.nonce, s.payload.c.ciphertext).where(
            s.payload.c.chain == chain, s.payload.c.seq == seq, s.payload.c.field == field
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"no committed value {field}")
    place = ("payload", chain, str(seq), field)
    value: JsonValue = json.loads(
        unseal(keys.chain_key(chain), place, Sealed(row.nonce, row.ciphertext))
    )
    return value
