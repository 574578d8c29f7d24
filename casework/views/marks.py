"""Reads which marks of a call count."""

from sqlalchemy import Connection, func, select

from casework.model.call import CallState
from casework.model.call_session import CallSession
from casework.store import schema_call as s


def evidence_from(conn: Connection, call: CallSession) -> int:
    """From which millisecond of the monotonic clock marks count: where the interruption began that
    took away what was before. Not asked of the wall clock, which somebody may set.
    """
    if call.evidence_from_ms is None:
        return 0
    began: int | None = conn.scalar(
        select(func.max(s.interval.c.from_mono_ms)).where(
            s.interval.c.subject == f"call:{call.id}",
            s.interval.c.state == CallState.INTERRUPTED,
            s.interval.c.from_ms == call.evidence_from_ms,
        )
    )
    return began or 0
