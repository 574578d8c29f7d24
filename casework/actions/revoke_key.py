"""A key signs no more: revoked by the person it belongs to, or by a duty lead."""

from dataclasses import dataclass

from sqlalchemy import update

from audit.act import ENROLLED_TYPE, REVOKED_TYPE
from casework.actor import Role
from casework.errors import NotAllowed, NotFound
from casework.model.actor_key import RevokeReason
from casework.store import schema_actor as s
from casework.store.tx import Tx
from casework.views.key_entries import key_entry

_FOR_OTHERS = frozenset({Role.DUTY_LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """`origin` is the log's."""

    origin: str
    key_id: str
    reason: RevokeReason


@dataclass(frozen=True, slots=True)
class RevokedKey:
    id: str


def revoke_key(tx: Tx, command: RevokeKey) -> RevokedKey:
    """Revoking a revoked key changes nothing. Raises NotFound, NotAllowed.

    What the key signed before stands: its entries lie at smaller indices of the log. Whose key it is, and
    whether it holds, the log says, so that one that somebody enrolled past the desk can be revoked, too.
    """
    known = key_entry(tx.conn, ENROLLED_TYPE, command.key_id)
    if known is None:
        raise NotFound("no such key")
    if tx.actor.id != known.person and tx.actor.role not in _FOR_OTHERS:
        raise NotAllowed(reason="role_may_not")
    if known.revoked_at_ms is not None:
        return RevokedKey(known.id)
    # The reason stays in the database: the log's chain has no key under which it could be committed.
    tx.entry(
        REVOKED_TYPE,
        f"log:{command.origin}",
        plain={"actor": known.person, "key": known.id},
    )
    # Under whatever log it signed: a verifier goes by the entry.
    tx.conn.execute(
        update(s.actor_key)
        .where(s.actor_key.c.id == known.id)
        .values(revoked_at_ms=tx.now_ms, revoked_by=tx.actor.id, reason=command.reason)
    )
    tx.emit(f"staff:{known.person}", "staff.key_revoked", {"key": known.id})
    return RevokedKey(known.id)
