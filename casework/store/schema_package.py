"""Evidence packages that were sealed: enough to write each of them again, byte for byte."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
)

from casework.store.base import metadata

# `checkpoint` is the signed note under which the package's entries are proved, `seal_checkpoint`
# the one of its seal, kept when the seal was first proved. `chains` is [[chain, entries], ...].
# `instructions` is the version of `audit.package.instructions`, `time_stamp` an RFC 3161 response
# over `checkpoint`.
package = Table(
    "package",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("case_id", String(26), ForeignKey("cases.id"), nullable=False, index=True),
    Column("form", String(10), nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at_ms", BigInteger, nullable=False),
    Column("chains", JSON, nullable=False),
    Column("checkpoint", LargeBinary, nullable=False),
    Column("seal_seq", BigInteger, nullable=False),
    Column("seal_checkpoint", LargeBinary),
    Column("instructions", Integer, nullable=False, server_default="1"),
    Column("time_stamp", LargeBinary),
)
