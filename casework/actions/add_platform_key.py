"""A public key of a platform is registered, beside those that hold already."""

import re
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from casework.actions.steps.org_act import administer, note
from casework.actions.steps.platform_rows import open_platform
from casework.errors import InvalidInput
from casework.launch.platform_key import read_key
from casework.policy.organisation_refusals import NameTaken
from casework.store import schema_launch as s
from casework.store.tx import Tx
from casework.views.grants import in_force

MAX_KEYS = 8
"""That hold at a time: an old and a new one, and room for a platform of several machines."""
_KID = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True, slots=True)
class AddPlatformKey:
    """`key` is PEM or JWK; `kid` what the platform calls it in the header, the key's thumbprint if empty."""

    origin: str
    platform_id: str
    key: str
    kid: str = ""


def add_platform_key(tx: Tx, command: AddPlatformKey) -> str:
    """The `kid`, which is never used again. Raises NotAllowed, NotFound, AlreadyClosed, InvalidInput,
    NameTaken, PlatformKeyUnfit.
    """
    administer(tx)
    open_platform(tx, command.platform_id)
    key = read_key(command.key)
    kid = command.kid or key.thumbprint
    if _KID.fullmatch(kid) is None:
        raise InvalidInput(field="kid", limit=80)
    mine = s.platform_key.c.platform_id == command.platform_id
    known = select(s.platform_key.c.kid).where(mine, s.platform_key.c.kid == kid)
    if tx.conn.scalar(known) is not None:
        raise NameTaken(field="kid")
    holding = select(func.count()).where(mine, in_force(s.platform_key, tx.now_ms))
    if (tx.conn.scalar(holding) or 0) >= MAX_KEYS:
        raise InvalidInput(f"at most {MAX_KEYS} keys hold at a time", field="key", limit=MAX_KEYS)
    tx.conn.execute(
        insert(s.platform_key).values(
            platform_id=command.platform_id, kid=kid, jwk=key.text, from_ms=tx.now_ms
        )
    )
    facts = {"platform": command.platform_id, "kid": kid, "thumbprint": key.thumbprint}
    note(tx, command.origin, "org.platform_key_added", facts)
    return kid
