"""Reads of the quality facts of a call."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from casework.model.call import LegState, Seat
from casework.model.line import LineLevel, Rung
from casework.policy.admission import shows_the_citizen
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.schema_line import leg_line
from casework.views.calls import call_of, legs_of


@dataclass(frozen=True, slots=True)
class LegLine:
    """`level` is None before anything was measured. `line_up` is how far the line itself goes down,
    `up` what is carried: when somebody chose sound alone, no picture, however good the line is.
    """

    level: LineLevel | None = None
    line_up: Rung = Rung.FULL
    down: Rung = Rung.FULL
    sound_only: bool = False

    @property
    def up(self) -> Rung:
        if self.sound_only and self.line_up is not Rung.TELEPHONE:
            return Rung.AUDIO_FIRST
        return self.line_up


UNMEASURED = LegLine()


def sound_subject(call_id: str) -> str:
    """Whose interval says how long somebody wanted sound alone."""
    return f"sound:{call_id}"


def is_sound_only(conn: Connection, call_id: str) -> bool:
    return (
        conn.scalar(
            select(s.interval.c.position).where(
                s.interval.c.subject == sound_subject(call_id), s.interval.c.to_ms.is_(None)
            )
        )
        is not None
    )


def lines_of(conn: Connection, call_id: str) -> Mapping[str, LegLine]:
    """By leg id; a leg of which nothing is known yet is not there."""
    chosen = is_sound_only(conn, call_id)
    rows = conn.execute(
        select(s.leg.c.id, leg_line.c.level, leg_line.c.up, leg_line.c.down)
        .join(leg_line, s.leg.c.id == leg_line.c.leg_id, isouter=True)
        .where(s.leg.c.call_id == call_id)
    )
    return {
        row.id: LegLine(
            LineLevel(row.level) if row.level else None,
            Rung(row.up or Rung.FULL),
            Rung(row.down or Rung.FULL),
            chosen,
        )
        for row in rows
        if chosen or row.up
    }


def citizen_in_view(conn: Connection, call_id: str) -> bool:
    """Whether the picture that shows the citizen moves all the way to the hall.

    Where no camera is the citizen's own, any camera of the counter may show the citizen. Only a leg
    that is connected shows anybody; a picture that was once asked for is missed until it is back.
    """
    profile = call_of(conn, call_id).profile
    lines = lines_of(conn, call_id)
    legs = legs_of(conn, call_id)
    there = [
        leg
        for leg in legs
        if leg.state is LegState.CONNECTED
        and any(shows_the_citizen(profile, leg.site, source) for source in leg.required)
    ]
    own = [leg for leg in there if TrackSource.CITIZEN_CAMERA in leg.required]
    tracks = conn.scalar(select(s.recording.c.tracks).where(s.recording.c.call_id == call_id)) or ()
    asked = {
        track["source"]
        for track in tracks
        if shows_the_citizen(profile, track["site"], track["source"])
    }
    if (asked and not there) or (TrackSource.CITIZEN_CAMERA in asked and not own):
        return False
    sent = all(lines.get(leg.id, UNMEASURED).up.moves for leg in own or there)
    shown = all(lines.get(leg.id, UNMEASURED).down.moves for leg in legs if leg.seat is Seat.HALL)
    return sent and shown
