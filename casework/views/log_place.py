"""Where an entry stands in the log: what a paper says of it, to be held against the log years later."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.model.case import Case
from casework.store import schema_log as s


@dataclass(frozen=True, slots=True)
class LogPlace:
    """`leaf_hash` is lower hex."""

    index: int
    leaf_hash: str


def decision_place(conn: Connection, case: Case) -> LogPlace | None:
    """Of the entry that decided the case; None without a decision, or before it is in the log."""
    row = conn.execute(
        select(s.entry.c.log_index, s.entry.c.leaf_hash).where(
            s.entry.c.chain == case.chain,
            s.entry.c.seq == case.decision_seq,
            s.entry.c.log_index.is_not(None),
        )
    ).one_or_none()
    return None if row is None else LogPlace(row.log_index, row.leaf_hash)
