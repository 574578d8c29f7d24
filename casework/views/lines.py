"""Reads of the quality facts of a call."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.model.line import LineLevel, Rung
from casework.store import schema_call as s
from casework.store.schema_line import leg_line


@dataclass(frozen=True, slots=True)
class LegLine:
    """`level` is None before anything was measured."""

    level: LineLevel | None = None
    up: Rung = Rung.FULL
    down: Rung = Rung.FULL


UNMEASURED = LegLine()


def lines_of(conn: Connection, call_id: str) -> Mapping[str, LegLine]:
    """By leg id; a leg of which nothing is known yet is not there."""
    rows = conn.execute(
        select(leg_line.c.leg_id, leg_line.c.level, leg_line.c.up, leg_line.c.down)
        .join(s.leg, s.leg.c.id == leg_line.c.leg_id)
        .where(s.leg.c.call_id == call_id)
    )
    return {
        row.leg_id: LegLine(
            LineLevel(row.level) if row.level else None, Rung(row.up), Rung(row.down)
        )
        for row in rows
    }
