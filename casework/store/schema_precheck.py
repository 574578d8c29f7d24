"""Table of opinions on a draft's materials (casework.model.opinion). The words stand sealed in the entry
`entry_seq` of the case's chain.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table

from casework.store.base import metadata

ULID = String(26)

# The newest opinion on a material in one call; who changes his mind writes over it, the entries stay.
case_opinion = Table(
    "case_opinion",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("call_id", ULID, ForeignKey("call.id"), primary_key=True),
    Column("code", String(60), primary_key=True),
    Column("opinion", String(10), nullable=False),
    Column("reviewer_id", ULID, nullable=False),
    Column("noted_at_ms", BigInteger, nullable=False),
    Column("entry_seq", BigInteger, nullable=False),
)
