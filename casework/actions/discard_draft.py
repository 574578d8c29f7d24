"""Forgets a draft; nothing of it was ever in force."""

from dataclasses import dataclass

from sqlalchemy import delete

from casework.actions.steps.catalogue_act import require_catalogue_post
from casework.catalogue.stored_item import load_draft
from casework.errors import VersionConflict
from casework.store import schema_catalogue as s
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    code: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DiscardedDraft:
    code: str


def discard_draft(tx: Tx, command: DiscardDraft) -> DiscardedDraft:
    """Raises NotAllowed, NotFound, VersionConflict when the draft was replaced meanwhile."""
    require_catalogue_post(tx, "discard_draft")
    draft = load_draft(tx.conn, command.code)
    if draft.sha256 != command.sha256:
        raise VersionConflict("the draft was replaced", version=draft.item.version)
    tx.conn.execute(delete(s.item_draft).where(s.item_draft.c.code == command.code))
    return DiscardedDraft(command.code)
