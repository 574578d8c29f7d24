"""Puts a new version of a service item into the catalogue; open cases keep theirs."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from casework.actions.steps.catalogue_act import require_catalogue_post
from casework.catalogue.item import ItemVersion
from casework.catalogue.pinyin import initials_of, pinyin_of
from casework.catalogue.stored_item import content_of, sha256_of
from casework.errors import InvalidInput, VersionConflict
from casework.store import schema_catalogue as s
from casework.store import schema_org as org
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PublishItem:
    item: ItemVersion


@dataclass(frozen=True, slots=True)
class PublishedItem:
    item_version_id: str
    sha256: str


def publish_item(tx: Tx, command: PublishItem) -> PublishedItem:
    """Publishing the same content again changes nothing. Raises NotAllowed, VersionConflict when
    the version exists with other content or is not the next, InvalidInput for an unknown group.
    """
    item = command.item
    require_catalogue_post(tx, "publish_item")
    sha256 = sha256_of(item)
    known = tx.conn.scalar(select(s.item_version.c.sha256).where(s.item_version.c.id == item.id))
    if known == sha256:
        return PublishedItem(item.id, sha256)
    newest = tx.conn.scalar(
        select(func.max(s.item_version.c.version)).where(s.item_version.c.code == item.code)
    )
    if known is not None or item.version <= (newest or 0):
        raise VersionConflict("a published version never changes", version=newest or 0)
    group = tx.conn.scalar(
        select(org.reviewer_group.c.code).where(org.reviewer_group.c.code == item.group)
    )
    if group is None:
        raise InvalidInput("no such reviewer group", field="group")
    tx.conn.execute(
        insert(s.item_version).values(
            id=item.id,
            code=item.code,
            version=item.version,
            name=item.name,
            initials=initials_of(item.name),
            pinyin=pinyin_of(item.name),
            group_code=item.group,
            effective_from=item.effective_from,
            content=content_of(item).decode(),
            sha256=sha256,
            published_by=tx.actor.id,
            published_at_ms=tx.now_ms,
        )
    )
    return PublishedItem(item.id, sha256)
