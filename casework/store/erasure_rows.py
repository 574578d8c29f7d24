"""Rows of `erasure` as the model's dataclass, and what an erasure reaches."""

from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from casework.errors import NotFound
from casework.model.erasure import Erasure, ErasureReason, ErasureStatus
from casework.store import schema_call, schema_case, schema_log
from casework.store.engine import locked
from casework.store.schema_erasure import erasure

_ENDED = (ErasureStatus.DONE, ErasureStatus.CONFIRMED)


def lock_erasure(conn: Connection, erasure_id: str) -> Erasure:
    """Locked until the end of the transaction; raises NotFound."""
    row = conn.execute(locked(select(erasure).where(erasure.c.id == erasure_id))).one_or_none()
    if row is None:
        raise NotFound("no such request to destroy keys")
    return _erasure(row)


def erasures_of(conn: Connection, case_id: str) -> list[Erasure]:
    """Oldest first."""
    rows = conn.execute(select(erasure).where(erasure.c.case_id == case_id).order_by(erasure.c.id))
    return [_erasure(row) for row in rows]


def erasures_in(conn: Connection, *states: ErasureStatus) -> list[Erasure]:
    """Oldest first."""
    rows = conn.execute(select(erasure).where(erasure.c.status.in_(states)).order_by(erasure.c.id))
    return [_erasure(row) for row in rows]


def update_erasure(conn: Connection, erasure_id: str, **values: object) -> None:
    conn.execute(update(erasure).where(erasure.c.id == erasure_id).values(**values))


def running_calls(conn: Connection, case_id: str) -> list[str]:
    """Calls of the case that go on, or whose recorder has not said its last."""
    call, link, recording = schema_call.call, schema_call.call_case, schema_call.recording
    writes = recording.c.call_id.is_not(None) & recording.c.ended_ms.is_(None)
    rows = conn.execute(
        select(call.c.id)
        .join(link, link.c.call_id == call.c.id)
        .outerjoin(recording, recording.c.call_id == call.c.id)
        .where(link.c.case_id == case_id, or_(call.c.ended_ms.is_(None), writes))
    )
    return [row.id for row in rows]


def split_calls(conn: Connection, case_id: str) -> tuple[list[str], list[str]]:
    """Calls of the case: those that no other case needs any more, and those that one does."""
    link = schema_call.call_case
    mine = select(link.c.call_id).where(link.c.case_id == case_id)
    erased = select(erasure.c.case_id).where(erasure.c.status.in_(_ENDED))
    shared = set(
        conn.scalars(
            select(link.c.call_id).where(
                link.c.call_id.in_(mine),
                link.c.case_id != case_id,
                link.c.case_id.not_in(erased),
            )
        )
    )
    calls = sorted(conn.scalars(mine))
    return [one for one in calls if one not in shared], sorted(shared)


def forget_values(conn: Connection, case_id: str, chains: list[str]) -> tuple[int, int]:
    """Deletes sealed values of these chains, and what finds or describes the case's person; how
    many values, and how many rows of the blind index, there were.
    """
    payload, index = schema_log.payload, schema_case.case_index
    values = conn.execute(delete(payload).where(payload.c.chain.in_(chains))).rowcount
    found_by = conn.execute(delete(index).where(index.c.case_id == case_id)).rowcount
    rating = schema_case.case_rating
    conn.execute(delete(rating).where(rating.c.case_id == case_id))
    return values, found_by


def _erasure(row: Row[Any]) -> Erasure:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public way to a row's mapping
    values["reason"] = ErasureReason(values["reason"])
    values["status"] = ErasureStatus(values["status"])
    values["calls"] = tuple(values["calls"])
    return Erasure(**values)
