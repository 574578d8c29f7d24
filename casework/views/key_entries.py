"""Keys of actors and devices, as entries of the log enrolled and revoked them. Tables say the same; whoever
may write the database can make a table say less, and of an entry that is logged only that it is gone.

Such entries hold their facts in the clear and in canonical form, so the database itself finds those that
name a key or a person; only these are decoded.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, false, or_, select, true

from audit import act, canonical, device
from audit.entry import Entry
from audit.errors import MalformedError
from casework.store import schema_log as s
from casework.store.dialects import holds_bytes

_REVOKED_BY = {act.REVOKED_TYPE: act.ENROLLED_TYPE, device.REVOKED_TYPE: device.ENROLLED_TYPE}

MOST_ASKED = 100
"""Keys that one query looks for; whoever asks for more reads all."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """The enrolment of the key `id`; the first counts, as it does for a verifier. `person` is whose it is,
    "" of a device. Times are wall milliseconds.
    """

    id: str
    type: str
    chain: str
    seq: int
    person: str
    kind: str
    enrolled_at_ms: int
    revoked_at_ms: int | None
    body: bytes
    log_index: int | None


def key_entries(conn: Connection, enrolled_type: str) -> Mapping[str, KeyEntry]:
    """By the key's id, in the order of the log; of this log and of those before it."""
    return _joined(_read(conn, true()), enrolled_type)


def key_entry(conn: Connection, enrolled_type: str, key_id: str) -> KeyEntry | None:
    """The same of one key."""
    return _joined(_read(conn, _names("key", key_id)), enrolled_type).get(key_id)


def key_entries_of(
    conn: Connection, enrolled_type: str, person: str, also: Collection[str] = ()
) -> Mapping[str, KeyEntry]:
    """The same of the keys that are `person`'s, and of those with the ids `also`."""
    named = _read(conn, _names("actor", person))
    asked = {one.id for one in named if one.type == enrolled_type and one.person == person}
    asked.update(also)
    those = or_(false(), *(_names("key", one) for one in asked))
    read = _read(conn, those if len(asked) <= MOST_ASKED else true())
    found = _joined(read, enrolled_type).items()
    return {key: one for key, one in found if one.person == person or key in also}


def is_enrolled_somewhere(conn: Connection, key_id: str) -> bool:
    """Whether any log enrolled this key, for a person or a device; revoked ones too."""
    enrolled = set(_REVOKED_BY.values())
    named = _read(conn, _names("key", key_id))
    return any(one.id == key_id and one.type in enrolled for one in named)


def _joined(entries: Iterable[KeyEntry], enrolled_type: str) -> Mapping[str, KeyEntry]:
    found: dict[str, KeyEntry] = {}
    for one in entries:
        if one.type == enrolled_type:
            found.setdefault(one.id, one)
        elif _REVOKED_BY.get(one.type) == enrolled_type and one.id in found:
            known = found[one.id]
            if known.revoked_at_ms is None:
                found[one.id] = replace(known, revoked_at_ms=one.enrolled_at_ms)
    return found


def _names(fact: str, value: str) -> ColumnElement[bool]:
    """Of every entry whose `fact` has this value, as there is one way to write that; also of some others,
    in which it stands elsewhere.
    """
    try:
        member = canonical.encode({fact: value})[1:-1]
    except MalformedError:
        return false()
    return holds_bytes(s.entry.c.body, member)


def _read(conn: Connection, narrower: ColumnElement[bool]) -> list[KeyEntry]:
    """What cannot be read as an entry about a key, its verifier finds."""
    table = s.entry
    rows = conn.execute(
        select(table.c.body, table.c.log_index)
        .where(s.OF_KEYS, narrower)
        .order_by(table.c.position)
    )
    found = []
    for row in rows:
        with suppress(MalformedError):
            entry = Entry.decode(row.body)
            facts = {name: value for name, value in entry.facts.items() if isinstance(value, str)}
            found.append(
                KeyEntry(
                    facts.get("key", ""),
                    entry.type,
                    entry.chain,
                    entry.seq,
                    facts.get("actor", ""),
                    facts.get("kind", ""),
                    entry.t,
                    None,
                    row.body,
                    row.log_index,
                )
            )
    return found
