"""Takes over where a platform's fields belong: all that a file says, or nothing when one row does not fit."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert

from casework.actions.steps.org_act import administer, note
from casework.actions.steps.platform_rows import mapping_of, open_platform
from casework.calendar import day_of
from casework.catalogue.faults import BadRow
from casework.catalogue.stored_item import item_in_force
from casework.launch.mapping import ItemMapping, content_of, sha256_of
from casework.launch.mapping_file import faults_against
from casework.policy.refusals import ItemNotInForce
from casework.store import schema_launch as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SaveMappings:
    """`mappings` come from a report without bad rows; items that it does not name keep theirs."""

    origin: str
    platform_id: str
    mappings: tuple[ItemMapping, ...]


@dataclass(frozen=True, slots=True)
class SavedMappings:
    """Codes of items. When `bad_rows` has any nothing was saved; their `file` is the item's code."""

    saved: tuple[str, ...]
    unchanged: tuple[str, ...]
    bad_rows: tuple[BadRow, ...]


def save_mappings(tx: Tx, command: SaveMappings) -> SavedMappings:
    """Held against the items that are in force today. Raises NotAllowed, NotFound, AlreadyClosed."""
    administer(tx)
    open_platform(tx, command.platform_id)
    bad_rows = [row for mapping in command.mappings for row in _faults(tx, mapping)]
    if bad_rows:
        return SavedMappings((), (), tuple(bad_rows))
    saved: list[str] = []
    unchanged: list[str] = []
    for mapping in command.mappings:
        changed = _save(tx, command, mapping)
        (saved if changed else unchanged).append(mapping.item)
    return SavedMappings(tuple(saved), tuple(unchanged), ())


def _faults(tx: Tx, mapping: ItemMapping) -> Iterable[BadRow]:
    today = day_of(tx.now_ms)
    try:
        item = item_in_force(tx.conn, mapping.item, today)
    except ItemNotInForce:
        return [BadRow(mapping.item, "item", "not in force", "unknown_item")]
    return faults_against(mapping, item, today)


def _save(tx: Tx, command: SaveMappings, mapping: ItemMapping) -> bool:
    content = content_of(mapping)
    known = mapping_of(tx.conn, command.platform_id, mapping.item)
    if known is not None and known[0] == content:
        return False
    tx.conn.execute(
        delete(s.platform_mapping).where(
            s.platform_mapping.c.platform_id == command.platform_id,
            s.platform_mapping.c.item_code == mapping.item,
        )
    )
    sha256 = sha256_of(content)
    tx.conn.execute(
        insert(s.platform_mapping).values(
            platform_id=command.platform_id,
            item_code=mapping.item,
            content=content,
            sha256=sha256,
            saved_by=tx.actor.id,
            saved_ms=tx.now_ms,
        )
    )
    facts = {"platform": command.platform_id, "item": mapping.item, "sha256": sha256}
    note(tx, command.origin, "org.platform_mapping_saved", facts)
    return True
