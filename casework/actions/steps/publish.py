"""Tells pages what an act changed: the difference of snapshots, so that no act can forget a field.

Every act on a call or on presence runs its writes inside `publishing`. The queue is numbered again
at the end, since most of them may move it; an act on what goes on in a taken call says that it does
not, for nobody waits behind those.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import insert, select, update

from casework.errors import NotFound
from casework.model.merge_patch import JsonObject, merge_diff
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.hall import hall_state, places
from casework.views.snapshots import snapshot

HALL_ID = 1
SHARED = ("hall", "queue")


@contextmanager
def publishing(tx: Tx, kind: str, *streams: str, moves_queue: bool = True) -> Iterator[None]:
    """Emits one event `kind` on every one of `streams`, `hall` and `queue` that the block changed.
    Without `moves_queue` the block changes neither whom the hall has nor who waits for it, and the
    two are not even looked at: that is half of the work.

    The event's data is the RFC 7396 merge patch from the snapshot before to the one after; a call
    that is born in the block begins from nothing. Nothing is emitted if the block raises.
    """
    watched = tuple(dict.fromkeys((*streams, *(SHARED if moves_queue else ()))))
    before = {stream: _before(tx, stream) for stream in watched}
    yield
    if moves_queue:
        _number_queue(tx, skip=set(watched))
        _refresh_hall(tx)
    for stream in watched:
        patch = merge_diff(before[stream], snapshot(tx.conn, stream))
        if patch:
            tx.emit(stream, kind, patch)


def _before(tx: Tx, stream: str) -> JsonObject:
    try:
        return snapshot(tx.conn, stream)
    except NotFound:
        return {}


def tell_if_hall_is_empty(tx: Tx) -> bool:
    """Alerts the duty lead when nobody at the hall is on duty; returns whether it did."""
    empty = hall_state(tx.conn, tx.now_ms).on_duty == 0
    if empty:
        tx.emit("hall", "hall.empty", {})
    return empty


def _number_queue(tx: Tx, *, skip: set[str]) -> None:
    """Writes place and expected wait of every waiting call and tells the calls that moved."""
    waiting = places(tx.conn, tx.now_ms)
    here = {place.call_id for place in waiting}
    numbered = tx.conn.execute(
        select(s.call.c.id, s.call.c.place, s.call.c.expected_wait_ms).where(
            s.call.c.place.is_not(None) | s.call.c.id.in_(here)
        )
    )
    old = {row.id: (row.place, row.expected_wait_ms) for row in numbered}
    new = {place.call_id: (place.place, place.expected_wait_ms) for place in waiting}
    for call_id in sorted(old.keys() | new.keys()):
        now = new.get(call_id, (None, None))
        if old.get(call_id) == now:
            continue
        tx.conn.execute(
            update(s.call)
            .where(s.call.c.id == call_id)
            .values(place=now[0], expected_wait_ms=now[1])
        )
        if f"call:{call_id}" not in skip:
            tx.emit(f"call:{call_id}", "call.place", {"place": now[0], "expected_wait_ms": now[1]})


def _refresh_hall(tx: Tx) -> None:
    now = hall_state(tx.conn, tx.now_ms)
    values = {
        "on_duty": now.on_duty,
        "free": now.free,
        "waiting": now.waiting,
        "expected_wait_ms": now.expected_wait_ms,
    }
    if tx.conn.execute(update(s.hall).values(**values)).rowcount == 0:
        tx.conn.execute(insert(s.hall).values(id=HALL_ID, **values))
