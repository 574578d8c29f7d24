"""Whose the cases of a list are: masked names, of as many cases as a list has by one statement."""

from collections.abc import Sequence

from sqlalchemy import Connection, literal, or_, select

from audit import canonical
from casework.errors import KeyDestroyed
from casework.keys.key_ring import KeyRing, Sealed, unseal
from casework.model.masking import mask_name
from casework.store import schema_case as s
from casework.store import schema_log as log
from casework.store.dialects import among, texts
from casework.store.prepared import Prepared

_FIELDS = ("applicant.name", "applicant.organisation")
_given = or_(*(log.payload.c.field == name for name in _FIELDS))
NAMES = Prepared(
    lambda conn: (
        select(
            s.cases.c.id,
            log.payload.c.chain,
            log.payload.c.seq,
            log.payload.c.field,
            log.payload.c.nonce,
            log.payload.c.ciphertext,
        )
        .join(
            log.payload,
            (log.payload.c.chain == literal("case:") + s.cases.c.id)
            & (log.payload.c.seq == s.cases.c.applicant_seq)
            & _given,
        )
        .where(among(conn, s.cases.c.id, "ids"))
    )
)
"""Of the cases `ids`, for `masked_applicants`."""


def masked_applicants(conn: Connection, keys: KeyRing, case_ids: Sequence[str]) -> dict[str, str]:
    """By case; a case before identity, or one whose key is destroyed, is left out."""
    if not case_ids:
        return {}
    found: dict[str, dict[str, str]] = {}
    for case_id, chain, seq, field, nonce, ciphertext in NAMES.rows(
        conn, ids=texts(conn, case_ids)
    ):
        try:
            key = keys.chain_key(chain)
        except KeyDestroyed:
            continue
        place = ("payload", chain, str(seq), field)
        value = canonical.decode(unseal(key, place, Sealed(nonce, ciphertext)))
        found.setdefault(case_id, {})[field] = str(value)
    return {
        case_id: said.get("applicant.organisation") or mask_name(said.get("applicant.name", ""))
        for case_id, said in found.items()
    }
