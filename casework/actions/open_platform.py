"""An intake platform of the city is registered: from now on it has a name and may get keys."""

import re
from dataclasses import dataclass

from sqlalchemy import insert, select

from casework.actions.steps.org_act import administer, clean, note
from casework.errors import InvalidInput
from casework.ids import new_id
from casework.policy.organisation_refusals import NameTaken
from casework.store import schema_launch as s
from casework.store.tx import Tx

_ISSUER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:/_-]{0,119}")


@dataclass(frozen=True, slots=True)
class OpenPlatform:
    """`issuer` is what the platform writes into `iss`; it stays for ever."""

    origin: str
    name: str
    issuer: str


def open_platform(tx: Tx, command: OpenPlatform) -> str:
    """The platform's id. Raises NotAllowed, InvalidInput, NameTaken, for a closed platform's issuer as well."""
    administer(tx)
    name = clean(command.name, "name")
    if _ISSUER.fullmatch(command.issuer) is None:
        raise InvalidInput(field="issuer", limit=120)
    for column, value, field in (
        (s.platform.c.issuer, command.issuer, "issuer"),
        (s.platform.c.name, name, "name"),
    ):
        if tx.conn.scalar(select(s.platform.c.id).where(column == value)) is not None:
            raise NameTaken(field=field)
    platform_id = new_id()
    tx.conn.execute(
        insert(s.platform).values(
            id=platform_id, name=name, issuer=command.issuer, opened_ms=tx.now_ms
        )
    )
    note(tx, command.origin, "org.platform_opened", {"platform": platform_id})
    return platform_id
