"""A platform's key holds until a moment: at once when it was lost, later when a new one takes over."""

from dataclasses import dataclass

from sqlalchemy import select, update

from audit.canonical import JsonValue
from casework.actions.steps.org_act import administer, note
from casework.actions.steps.platform_rows import open_platform
from casework.errors import InvalidInput, NotFound
from casework.policy.organisation_refusals import AlreadyClosed
from casework.store import schema_launch as s
from casework.store.engine import locked
from casework.store.tx import Tx


@dataclass(frozen=True, slots=True)
class EndPlatformKey:
    """`until_ms` is the first moment at which it does not hold; None is now."""

    origin: str
    platform_id: str
    kid: str
    until_ms: int | None = None


def end_platform_key(tx: Tx, command: EndPlatformKey) -> None:
    """An end that is still to come may be brought forward, never put off. Raises NotAllowed, NotFound,
    AlreadyClosed, InvalidInput.
    """
    administer(tx)
    open_platform(tx, command.platform_id)
    mine = (s.platform_key.c.platform_id == command.platform_id) & (
        s.platform_key.c.kid == command.kid
    )
    row = tx.conn.execute(locked(select(s.platform_key).where(mine))).one_or_none()
    if row is None:
        raise NotFound("no such key of the platform")
    if row.until_ms is not None and row.until_ms <= tx.now_ms:
        raise AlreadyClosed
    until_ms = tx.now_ms if command.until_ms is None else command.until_ms
    if until_ms < tx.now_ms or (row.until_ms is not None and until_ms > row.until_ms):
        raise InvalidInput(field="until")
    tx.conn.execute(update(s.platform_key).where(mine).values(until_ms=until_ms))
    facts: dict[str, JsonValue] = {
        "platform": command.platform_id,
        "kid": command.kid,
        "until_ms": until_ms,
    }
    note(tx, command.origin, "org.platform_key_ended", facts)
