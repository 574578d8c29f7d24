"""What a node's store says of its calls, read without disturbing it."""

import contextlib
import sqlite3
from collections.abc import Iterator

from bench.live.node import LiveNode
from casework.model.call import OVER, CallState


def open_calls(node: LiveNode) -> dict[str, CallState]:
    """Calls that are not over, with their states."""
    with _reading(node) as db:
        rows = db.execute("SELECT id, state FROM call").fetchall()
    states = {str(call): CallState(state) for call, state in rows}
    return {call: state for call, state in states.items() if state not in OVER}


def open_recordings(node: LiveNode) -> list[str]:
    """Calls whose recording has no end."""
    with _reading(node) as db:
        rows = db.execute("SELECT call_id FROM recording WHERE ended_ms IS NULL")
        return [str(row[0]) for row in rows]


def open_legs(node: LiveNode) -> list[str]:
    """Legs that are not closed though their call is over."""
    with _reading(node) as db:
        rows = db.execute(
            "SELECT leg.id, call.state FROM leg JOIN call ON call.id = leg.call_id"
            " WHERE leg.state != 'closed'"
        ).fetchall()
    return [str(leg) for leg, state in rows if CallState(state) in OVER]


def last_logged(node: LiveNode, call: str) -> int | None:
    """Number of the last durable event that is in the log; None for a call that was never armed."""
    with _reading(node) as db:
        row = db.execute("SELECT last_n FROM recording WHERE call_id = ?", (call,)).fetchone()
    return None if row is None else int(row[0])


@contextlib.contextmanager
def _reading(node: LiveNode) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(f"file:{node.data.database}?mode=ro", uri=True)) as db:
        yield db
