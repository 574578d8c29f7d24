"""A draft becomes a version of the catalogue on a day; cases that are open keep theirs."""

import dataclasses
import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete

from casework.actions.publish_item import PublishedItem, PublishItem, publish_item
from casework.actions.steps.catalogue_act import require_catalogue_post
from casework.calendar import day_of
from casework.catalogue.stored_item import load_draft
from casework.errors import InvalidInput, VersionConflict
from casework.store import schema_catalogue as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class PublishDraft:
    """`sha256` is the draft's that was looked at; `origin` names the log that is told."""

    origin: str
    code: str
    sha256: str
    effective_from: dt.date


def publish_draft(tx: Tx, command: PublishDraft) -> PublishedItem:
    """Raises NotAllowed, NotFound, VersionConflict when the draft changed meanwhile or is not the
    next version any more, InvalidInput for a day that has been: what held then cannot change.
    """
    require_catalogue_post(tx, "publish_draft")
    draft = load_draft(tx.conn, command.code)
    if draft.sha256 != command.sha256:
        raise VersionConflict("the draft was replaced", version=draft.item.version)
    if command.effective_from < day_of(tx.now_ms):
        raise InvalidInput("a version takes effect today at the earliest", field="effective_from")
    item = dataclasses.replace(draft.item, effective_from=command.effective_from)
    published = publish_item(tx, PublishItem(item))
    tx.conn.execute(delete(s.item_draft).where(s.item_draft.c.code == command.code))
    tx.entry(
        "catalogue.item_published",
        f"log:{command.origin}",
        plain={
            "item": item.id,
            "sha256": published.sha256,
            "effective_from": item.effective_from.isoformat(),
        },
    )
    return published
