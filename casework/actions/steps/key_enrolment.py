"""A key becomes its person's: the entry on the log's own chain, and the row. Not an action."""

from dataclasses import dataclass

from sqlalchemy import insert

from audit import act
from audit.act import KeyKind
from audit.note import encode_base64
from casework.actor import Role
from casework.errors import NotAllowed
from casework.model.actor_key import AuthenticatorKey
from casework.policy.signing_refusals import KeyRevoked, KeyTaken, TooManyKeys
from casework.store import schema_actor as s
from casework.store.tx import Tx
from casework.views.actor_keys import actor_key, keys_of
from casework.views.known_keys import ACTORS, is_taken

MAX_KEYS = 20
"""Of one person that hold at a time: browsers she works at, not a way to fill the log."""


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    id: str


def enrol(
    tx: Tx,
    origin: str,
    kind: KeyKind,
    public_key: bytes,
    held: AuthenticatorKey | None = None,
) -> EnrolledKey:
    """`public_key` (SPKI, DER) was checked; `held` belongs to the kind `webauthn`.

    Raises NotAllowed, KeyTaken, KeyRevoked, TooManyKeys.
    """
    if tx.actor.role is not Role.REVIEWER:
        raise NotAllowed(reason="role_may_not")
    key_id = act.key_id(public_key)
    known = actor_key(tx.conn, origin, key_id)
    if known is not None:
        if known.staff_id != tx.actor.id:
            raise KeyTaken
        if known.revoked_at_ms is not None:
            raise KeyRevoked
        return EnrolledKey(key_id)
    if is_taken(tx.conn, key_id, ACTORS, origin):
        raise KeyTaken
    own = keys_of(tx.conn, origin, tx.actor.id)
    if sum(key.revoked_at_ms is None for key in own) >= MAX_KEYS:
        raise TooManyKeys(limit=MAX_KEYS)
    site = {} if held is None else {"rp_id": held.party.id, "web_origin": held.party.web_origin}
    entry = tx.entry(
        act.ENROLLED_TYPE,
        f"log:{origin}",
        plain={
            "actor": tx.actor.id,
            "key": key_id,
            "kind": kind,
            "public_key": encode_base64(public_key),
            **site,
        },
    )
    tx.conn.execute(
        insert(s.actor_key).values(
            origin=origin,
            id=key_id,
            staff_id=tx.actor.id,
            kind=kind,
            public_key=public_key,
            entry_seq=entry.seq,
            enrolled_at_ms=tx.now_ms,
            **site,
            credential_id=held.credential_id if held else None,
            counter=held.counter if held else None,
        )
    )
    tx.emit(f"staff:{tx.actor.id}", "staff.key_enrolled", {"key": key_id})
    return EnrolledKey(key_id)
