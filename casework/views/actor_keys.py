"""Keys of members of staff, as enrolled and revoked."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select

from audit.act import KeyKind
from audit.assertion import RelyingParty
from casework.model.actor_key import ActorKey, AuthenticatorKey, RevokeReason
from casework.store import schema_actor as s


def actor_key(conn: Connection, origin: str, key_id: str) -> ActorKey | None:
    statement = _of(origin).where(s.actor_key.c.id == key_id)
    row = conn.execute(statement).one_or_none()
    return None if row is None else _key(row)


def keys_of(conn: Connection, origin: str, staff_id: str) -> tuple[ActorKey, ...]:
    """Of one person, oldest first, revoked ones too."""
    rows = conn.execute(_of(origin).where(s.actor_key.c.staff_id == staff_id)).all()
    return tuple(map(_key, rows))


def kind_of(conn: Connection, key_id: str) -> str:
    """Of the key that signed an entry; "" for one that is no person's."""
    return conn.scalar(select(s.actor_key.c.kind).where(s.actor_key.c.id == key_id).limit(1)) or ""


def authenticators_of(conn: Connection, origin: str, staff_id: str) -> tuple[ActorKey, ...]:
    """Keys of one person that authenticators hold and that were not revoked."""
    keys = keys_of(conn, origin, staff_id)
    return tuple(key for key in keys if key.authenticator and key.revoked_at_ms is None)


def _of(origin: str) -> Select[Any]:
    table = s.actor_key
    return select(table).where(table.c.origin == origin).order_by(table.c.entry_seq)


def _key(row: Row[Any]) -> ActorKey:
    return ActorKey(
        origin=row.origin,
        id=row.id,
        staff_id=row.staff_id,
        kind=KeyKind(row.kind),
        public_key=row.public_key,
        entry_seq=row.entry_seq,
        enrolled_at_ms=row.enrolled_at_ms,
        used_at_ms=row.used_at_ms,
        revoked_at_ms=row.revoked_at_ms,
        reason=None if row.reason is None else RevokeReason(row.reason),
        authenticator=None
        if row.rp_id is None
        else AuthenticatorKey(
            RelyingParty(row.rp_id, row.web_origin), row.credential_id, row.counter
        ),
    )
