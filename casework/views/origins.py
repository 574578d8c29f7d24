"""Where materials come from that nobody brought, from the entries that carry it sealed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from casework.keys.key_ring import KeyRing
from casework.model.material import Material
from casework.views.sealed_values import sealed_fields


@dataclass(frozen=True, slots=True)
class Origin:
    """Of shared data issuer, number and last day (ISO, empty where it does not end); of a material taken
    over the number of the case that it was brought for.
    """

    issuer: str = ""
    number: str = ""
    valid_until: str = ""
    case_number: str = ""


def origins_of(
    conn: Connection, keys: KeyRing, chain: str, materials: Iterable[Material]
) -> dict[str, Origin]:
    """By id of the material. Raises KeyDestroyed."""
    return {
        one.id: _origin(conn, keys, chain, one.origin_seq)
        for one in materials
        if one.origin_seq is not None
    }


def _origin(conn: Connection, keys: KeyRing, chain: str, seq: int) -> Origin:
    sealed = sealed_fields(conn, keys, chain, seq)
    statement, origin = sealed.get("statement"), sealed.get("origin")
    if isinstance(statement, dict):
        return Origin(
            issuer=str(statement.get("issuer") or ""),
            number=str(statement.get("number") or ""),
            valid_until=str(statement.get("valid_until") or ""),
        )
    return Origin(case_number=str(origin.get("number") or "") if isinstance(origin, dict) else "")
