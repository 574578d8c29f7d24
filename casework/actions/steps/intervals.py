"""Intervals are stored, not only time stamps: how long something was in a state."""

from sqlalchemy import insert, update

from casework.store import schema_call as s
from casework.store.tx import Tx


def begin_interval(tx: Tx, subject: str, state: str, reason: str | None = None) -> None:
    """Ends the running interval of `subject` (`call:ID`, `leg:ID`, `staff:ID`) and begins one."""
    end_interval(tx, subject)
    tx.conn.execute(
        insert(s.interval).values(
            subject=subject,
            state=state,
            reason=reason,
            from_ms=tx.now_ms,
            from_mono_ms=tx.mono_ms,
        )
    )


def end_interval(tx: Tx, subject: str) -> None:
    tx.conn.execute(
        update(s.interval)
        .where(s.interval.c.subject == subject, s.interval.c.to_ms.is_(None))
        .values(to_ms=tx.now_ms, to_mono_ms=tx.mono_ms)
    )
