"""Tables about materials besides their versions. What was promised stands in the item version, who
promised in the entries; here stand ids, states and times.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from casework.store.base import metadata

ULID = String(26)

# One row a promise (告知承诺) that was signed; `material_id` is the picture of the signature.
case_commitment = Table(
    "case_commitment",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("case_id", ULID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("code", String(60), nullable=False),
    Column("material_id", ULID, nullable=False),
    Column("state", String(20), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("verify_by_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
    Column("ended_by", String(40)),
    Index("ix_case_commitment_state", "state", "verify_by_ms"),
)

# One row a paper original that the office took in; `holder` is the member of staff who has it now.
case_original = Table(
    "case_original",
    metadata,
    Column("id", ULID, primary_key=True),
    Column("case_id", ULID, ForeignKey("cases.id"), nullable=False, index=True),
    Column("code", String(60), nullable=False),
    Column("state", String(20), nullable=False),
    Column("place", String(20), nullable=False),
    Column("holder", ULID),
    Column("taken_at_ms", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("entry_seq", BigInteger, nullable=False),
)
