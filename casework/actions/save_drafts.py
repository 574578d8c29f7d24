"""Takes a checked import into the drafts: all of it, or nothing when one row does not fit."""

from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from casework.actions.steps.catalogue_act import require_catalogue_post
from casework.catalogue.faults import BadRow
from casework.catalogue.item import ItemVersion
from casework.catalogue.stored_item import content_of, sha256_of
from casework.store import schema_catalogue as s
from casework.store import schema_org as org
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SaveDrafts:
    """`items` come from a report without bad rows, at most one version a code."""

    items: tuple[ItemVersion, ...]


@dataclass(frozen=True, slots=True)
class SavedDrafts:
    """`drafts` are codes that wait now; `unchanged` are in the catalogue as they came. When
    `bad_rows` has any nothing was saved; their `file` is the item's code.
    """

    drafts: tuple[str, ...]
    unchanged: tuple[str, ...]
    bad_rows: tuple[BadRow, ...]


def save_drafts(tx: Tx, command: SaveDrafts) -> SavedDrafts:
    """A draft of the same item is replaced. Raises NotAllowed.

    A file names the version it will become, the next one: who changed an older version than the
    newest is told so, instead of undoing what somebody else published meanwhile.
    """
    require_catalogue_post(tx, "save_drafts")
    drafts: list[ItemVersion] = []
    unchanged: list[str] = []
    bad_rows: list[BadRow] = []
    for item in command.items:
        fault = _fault(tx, item)
        if fault == "":
            drafts.append(item)
        elif fault is None:
            unchanged.append(item.code)
        else:
            where = "group" if fault == "unknown_group" else "version"
            bad_rows.append(BadRow(item.code, where, fault.replace("_", " "), fault))
    if bad_rows:
        return SavedDrafts((), (), tuple(bad_rows))
    for item in drafts:
        tx.conn.execute(delete(s.item_draft).where(s.item_draft.c.code == item.code))
        tx.conn.execute(
            insert(s.item_draft).values(
                code=item.code,
                version=item.version,
                name=item.name,
                content=content_of(item).decode(),
                sha256=sha256_of(item),
                saved_by=tx.actor.id,
                saved_at_ms=tx.now_ms,
            )
        )
    return SavedDrafts(tuple(item.code for item in drafts), tuple(unchanged), ())


def _fault(tx: Tx, item: ItemVersion) -> str | None:
    """Nothing ("") for a new version, None for one that is published just so, or a fault's code."""
    known = tx.conn.scalar(select(s.item_version.c.sha256).where(s.item_version.c.id == item.id))
    if known is not None:
        return None if known == sha256_of(item) else "version_published"
    newest = tx.conn.scalar(
        select(func.max(s.item_version.c.version)).where(s.item_version.c.code == item.code)
    )
    if item.version != (newest or 0) + 1:
        return "version_not_next"
    group = tx.conn.scalar(
        select(org.reviewer_group.c.code).where(org.reviewer_group.c.code == item.group)
    )
    return "" if group is not None else "unknown_group"
