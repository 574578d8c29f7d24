"""Reads of the quality facts of a call."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.model.call import Seat
from casework.model.line import LineLevel, Rung
from casework.policy.admission import shows_the_citizen
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.schema_line import leg_line
from casework.views.calls import call_of, legs_of


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


def citizen_in_view(conn: Connection, call_id: str) -> bool:
    """Whether the picture that shows the citizen moves all the way to the hall.

    Where no camera is the citizen's own, any camera of the counter may show the citizen.
    """
    profile = call_of(conn, call_id).profile
    lines = lines_of(conn, call_id)
    legs = legs_of(conn, call_id)
    there = [
        leg
        for leg in legs
        if any(shows_the_citizen(profile, leg.site, source) for source in leg.required)
    ]
    own = [leg for leg in there if TrackSource.CITIZEN_CAMERA in leg.required]
    sent = all(lines.get(leg.id, UNMEASURED).up.moves for leg in own or there)
    shown = all(lines.get(leg.id, UNMEASURED).down.moves for leg in legs if leg.seat is Seat.HALL)
    return sent and shown
