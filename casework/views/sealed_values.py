"""Values sealed in entries of a case's chain, opened with the key ring.

A group of values is committed as fields `PREFIX.CODE` of one entry, so that each can be disclosed
alone.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select

from audit import canonical
from audit.canonical import JsonValue
from casework.keys.key_ring import KeyRing, Sealed, unseal
from casework.store import schema_log as s
from casework.store.prepared import Prepared


def prefixed(prefix: str, values: Mapping[str, str]) -> dict[str, JsonValue]:
    """The non-empty `values` as committed fields of an entry."""
    return {f"{prefix}.{code}": value for code, value in values.items() if value}


def sealed_values(
    conn: Connection, keys: KeyRing, chain: str, seq: int | None, prefix: str
) -> dict[str, str]:
    """The text values of a group by code; empty when `seq` is None. Raises KeyDestroyed."""
    if seq is None:
        return {}
    start = f"{prefix}."
    opened = sealed_fields(conn, keys, chain, seq)
    return {
        field.removeprefix(start): value
        for field, value in opened.items()
        if field.startswith(start) and isinstance(value, str)
    }


def sealed_fields(conn: Connection, keys: KeyRing, chain: str, seq: int) -> dict[str, JsonValue]:
    """Every sealed value of one entry. Raises KeyDestroyed, also where the values went with it."""
    key = keys.chain_key(chain)
    return {
        field: canonical.decode(
            unseal(key, ("payload", chain, str(seq), field), Sealed(nonce, ciphertext))
        )
        for field, nonce, ciphertext in SEALED.rows(conn, chain=chain, seq=seq)
    }


SEALED = Prepared(
    select(s.payload.c.field, s.payload.c.nonce, s.payload.c.ciphertext)
    .where(s.payload.c.chain == bindparam("chain"), s.payload.c.seq == bindparam("seq"))
    .order_by(s.payload.c.field)
)
"""For `sealed_fields`, of which a case page opens a dozen."""
