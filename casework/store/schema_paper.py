"""Tables of printed papers. What stands on a copy is sealed in the entry `entry_seq` of the case's chain."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, String, Table

from casework.store.base import metadata

ULID = String(26)

# Templates by which papers were printed, each kept once: a printed copy can be made again.
paper_template = Table(
    "paper_template",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("source", LargeBinary, nullable=False),
    Column("first_used_ms", BigInteger, nullable=False),
)

# One row a printed copy. `round` numbers the notice that was printed, and is 0 for papers that a case has
# once; `copy` counts from 1 for each kind and round.
case_paper = Table(
    "case_paper",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("copy", Integer, primary_key=True),
    Column("size", String(10), nullable=False),
    Column("template_sha256", String(64), ForeignKey("paper_template.sha256"), nullable=False),
    Column("printed_by", ULID, nullable=False),
    Column("printed_at_ms", BigInteger, nullable=False),
    Column("entry_seq", BigInteger, nullable=False),
)
