"""Since when a call has been in its state, whatever was done to the wall clock meanwhile."""

from sqlalchemy import Connection, select

from casework.store import schema_call as s


def began_ms(conn: Connection, call_id: str, since_ms: int, *, now_ms: int, mono_ms: int) -> int:
    """On the wall clock as it stands now: `since_ms` is what it showed then, and it may have been set
    since. The monotonic clock knows how long ago that was; after a restart of the machine it has begun
    anew, and then only the wall clock is left.
    """
    from_mono_ms: int | None = conn.scalar(
        select(s.interval.c.from_mono_ms).where(
            s.interval.c.subject == f"call:{call_id}", s.interval.c.to_ms.is_(None)
        )
    )
    if from_mono_ms is None or from_mono_ms > mono_ms:
        return since_ms
    return now_ms - (mono_ms - from_mono_ms)
