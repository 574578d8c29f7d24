"""Tables of the one-time notice and its supplement (casework.model.supplement). Words stand in none of
them: a column ending in `_seq` names the entry on the case's chain that carries them sealed.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, String, Table

from casework.store.base import metadata

ULID = String(26)

# One row a notice; `round` counts from 1. `from_state` is where the case stood when it was written,
# `receipt_id` the material that shows the citizen's signature for the paper.
case_notice = Table(
    "case_notice",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("from_state", String(30), nullable=False),
    Column("written_by", ULID, nullable=False),
    Column("written_at_ms", BigInteger, nullable=False),
    Column("entry_seq", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("days", Integer, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("channel", String(20)),
    Column("told_by", ULID),
    Column("told_at_ms", BigInteger),
    Column("call_id", ULID),
    Column("receipt_id", ULID),
    Column("ended_at_ms", BigInteger),
    Column("answer_seq", BigInteger),
)

# One row a point of the list; `answered` is filled by the acts that answer it.
case_notice_point = Table(
    "case_notice_point",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("round", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("target", String(80), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("answered", String(20)),
)

# A further round that was asked for; without a duty lead's leave there is none.
case_notice_leave = Table(
    "case_notice_leave",
    metadata,
    Column("case_id", ULID, ForeignKey("cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("asked_by", ULID, nullable=False),
    Column("asked_at_ms", BigInteger, nullable=False),
    Column("asked_seq", BigInteger, nullable=False),
    Column("answer", String(10)),
    Column("answered_by", ULID),
    Column("answered_at_ms", BigInteger),
    Column("answered_seq", BigInteger),
)
