"""Signing keys as a page lists them: one's own, or everybody's for the duty lead.

They are those of the log's entries. What the table says beside them is shown, and where it says something
else that is shown, too: a row is easily written by whoever can write the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, true

from audit.act import ENROLLED_TYPE, KeyKind
from backoffice_console.views.places import StaffShown, staff_shown
from casework.model.key_finding import KeyFinding
from casework.store import schema_actor as s
from casework.views.key_entries import KeyEntry, key_entries, key_entries_of

MAX_OTHERS = 500
"""Those that hold are all shown, and whatever was found; of the others the newest."""


@dataclass(frozen=True, slots=True)
class SigningKeyLine:
    """`id` is what entries name the key by; times are wall milliseconds. `revoked_ms` and the owner are as the
    log says, if it says anything. `former`: a browser's key of a log before this one, for which it never signs.
    """

    id: str
    owner: StaffShown
    kind: str
    enrolled_ms: int
    used_ms: int | None
    revoked_ms: int | None
    reason: str | None
    finding: KeyFinding | None
    former: bool = False


def signing_keys(
    conn: Connection, origin: str, staff_id: str | None = None
) -> Sequence[SigningKeyLine]:
    """Findings first, then those that hold, newest first, then the others; of `staff_id` alone if it is
    given.
    """
    if staff_id is None:
        entries = key_entries(conn, ENROLLED_TYPE)
        rows = _rows(conn, origin, true())
    else:
        rows = _rows(conn, origin, s.actor_key.c.staff_id == staff_id)
        entries = key_entries_of(conn, ENROLLED_TYPE, staff_id, rows)
        rows |= _rows(conn, origin, s.actor_key.c.id.in_(entries))
    before = {one.id: one.chain for one in entries.values() if _is_former(one, origin)}
    for chain in set(before.values()):
        those = s.actor_key.c.id.in_([key for key in before if before[key] == chain])
        rows = _rows(conn, chain.removeprefix("log:"), those) | rows
    owners = {one.person for one in entries.values()} | {row.staff_id for row in rows.values()}
    people = {owner: staff_shown(conn, owner) for owner in owners}
    lines = [_line(people, entries.get(key), rows.get(key), origin) for key in {**entries, **rows}]
    lines.sort(key=lambda line: -line.enrolled_ms)
    found = [line for line in lines if line.finding]
    whole = [line for line in lines if not line.finding]
    holding = [line for line in whole if line.revoked_ms is None and not line.former]
    others = [line for line in whole if line.revoked_ms is not None or line.former]
    return [*found, *holding, *others[:MAX_OTHERS]]


def _is_former(entry: KeyEntry, origin: str) -> bool:
    return entry.kind != KeyKind.WEBAUTHN and entry.chain != f"log:{origin}"


def _rows(conn: Connection, origin: str, of: ColumnElement[bool]) -> dict[str, Row[Any]]:
    found = conn.execute(select(s.actor_key).where(s.actor_key.c.origin == origin, of))
    return {row.id: row for row in found}


def _line(
    people: Mapping[str, StaffShown], entry: KeyEntry | None, row: Row[Any] | None, origin: str
) -> SigningKeyLine:
    if entry is not None:
        return SigningKeyLine(
            entry.id,
            people[entry.person],
            entry.kind,
            entry.enrolled_at_ms,
            None if row is None else row.used_at_ms,
            entry.revoked_at_ms,
            None if row is None else row.reason,
            _finding(entry, row, origin),
            _is_former(entry, origin),
        )
    if row is None:
        raise ValueError("neither entry nor row")
    return SigningKeyLine(
        row.id,
        people[row.staff_id],
        row.kind,
        row.enrolled_at_ms,
        row.used_at_ms,
        row.revoked_at_ms,
        row.reason,
        KeyFinding.NO_ENTRY,
    )


def _finding(entry: KeyEntry, row: Row[Any] | None, origin: str) -> KeyFinding | None:
    if row is None:
        return KeyFinding.NO_ROW
    if row.staff_id != entry.person:
        return KeyFinding.OTHER_PERSON
    if (row.revoked_at_ms is None) != (entry.revoked_at_ms is None):
        return KeyFinding.OTHER_STATE
    if row.revoked_at_ms is None and row.origin == origin and _is_former(entry, origin):
        return KeyFinding.OTHER_LOG
    return None
