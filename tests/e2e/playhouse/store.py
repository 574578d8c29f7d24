"""What a node's database says, read without disturbing it."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from playhouse.node import LiveNode


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The newest call: `legs` are leg ids by seat (window, citizen, hall)."""

    id: str
    state: str
    end_reason: str | None
    legs: dict[str, str]


@contextlib.contextmanager
def reading(node: LiveNode) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(f"file:{node.data.database}?mode=ro", uri=True)) as db:
        yield db


def newest_call(node: LiveNode) -> CallFacts:
    with reading(node) as db:
        call, state, reason = db.execute(
            "SELECT id, state, end_reason FROM call ORDER BY requested_ms DESC LIMIT 1"
        ).fetchone()
        legs = dict(db.execute("SELECT seat, id FROM leg WHERE call_id = ?", (call,)).fetchall())
    return CallFacts(call, state, reason, legs)


def open_recordings(node: LiveNode) -> list[str]:
    """Calls whose recording has no end in the store."""
    with reading(node) as db:
        return [
            row[0] for row in db.execute("SELECT call_id FROM recording WHERE ended_ms IS NULL")
        ]


def lost_acts(node: LiveNode, opened: list[str]) -> list[str]:
    """Cases of which the opening was acknowledged, but is not in the store, or has no entry."""
    with reading(node) as db:
        cases = {row[0] for row in db.execute("SELECT id FROM cases")}
        chains = {
            row[0] for row in db.execute("SELECT chain FROM entry WHERE type = 'desk.case.opened'")
        }
    return [one for one in opened if one not in cases or f"case:{one}" not in chains]


def facts_on_chain(node: LiveNode, call: str, type_: str) -> list[dict[str, object]]:
    """Facts of every entry of this type on the call's chain, oldest first."""
    with reading(node) as db:
        rows = db.execute(
            "SELECT body FROM entry WHERE chain = ? AND type = ? ORDER BY seq",
            (f"call:{call}", type_),
        )
        return [json.loads(body)["facts"] for (body,) in rows]
