"""A member of staff makes a browser's key known as hers; from then on it signs her decisions."""

from dataclasses import dataclass

from sqlalchemy import insert

from audit import act
from audit.act import KeyKind
from audit.errors import MalformedError
from audit.note import decode_base64
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.policy.signing_refusals import KeyRevoked, KeyTaken, TooManyKeys
from casework.store import schema_actor as s
from casework.store.tx import Tx
from casework.views.actor_keys import actor_key, keys_of

MAX_KEYS = 20
"""Of one person that hold at a time: browsers she works at, not a way to fill the log."""


@dataclass(frozen=True, slots=True)
class EnrolKey:
    """`origin` is the log's; `public_key` SubjectPublicKeyInfo in base64."""

    origin: str
    kind: KeyKind
    public_key: str


@dataclass(frozen=True, slots=True)
class EnrolledKey:
    id: str


def enrol_key(tx: Tx, command: EnrolKey) -> EnrolledKey:
    """Enrolling a key again that holds changes nothing.

    Raises NotAllowed, InvalidInput, KeyTaken, KeyRevoked, TooManyKeys.
    """
    if tx.actor.role is not Role.REVIEWER:
        raise NotAllowed(reason="role_may_not")
    try:
        public_key = decode_base64(command.public_key)
        act.check_public_key(public_key)
    except MalformedError as error:
        raise InvalidInput(str(error), field="public_key") from error
    key_id = act.key_id(public_key)
    known = actor_key(tx.conn, command.origin, key_id)
    if known is not None:
        if known.staff_id != tx.actor.id:
            raise KeyTaken
        if known.revoked_at_ms is not None:
            raise KeyRevoked
        return EnrolledKey(key_id)
    own = keys_of(tx.conn, command.origin, tx.actor.id)
    if sum(key.revoked_at_ms is None for key in own) >= MAX_KEYS:
        raise TooManyKeys(limit=MAX_KEYS)
    entry = tx.entry(
        act.ENROLLED_TYPE,
        f"log:{command.origin}",
        plain={
            "actor": tx.actor.id,
            "key": key_id,
            "kind": command.kind,
            "public_key": command.public_key,
        },
    )
    tx.conn.execute(
        insert(s.actor_key).values(
            origin=command.origin,
            id=key_id,
            staff_id=tx.actor.id,
            kind=command.kind,
            public_key=public_key,
            entry_seq=entry.seq,
            enrolled_at_ms=tx.now_ms,
        )
    )
    tx.emit(f"staff:{tx.actor.id}", "staff.key_enrolled", {"key": key_id})
    return EnrolledKey(key_id)
