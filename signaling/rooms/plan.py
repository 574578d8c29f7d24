"""What a room ought to be like, as the store says: read anew whenever anything changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from casework.model.call import (
    WITH_MEDIA,
    CallState,
    LegState,
    NoticeAnswer,
    Site,
)
from casework.model.call_session import CallSession, Leg
from casework.policy.admission import admitted, all_agreed, forwards_between_sites
from casework.ports import TrackKind, TrackSource
from casework.store import schema_call as s
from casework.views.calls import call_of, legs_of, persons_of
from casework.views.lines import UNMEASURED, LegLine, lines_of
from casework.worker_link.messages import Route

NEEDS_ROOM = WITH_MEDIA | {CallState.OFFERED}


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """`lines` are those of legs whose line was measured. `last_n` is the last durable event of the
    recorder that is committed, None before the recorder was armed; `recording_ended` when its
    `rec.end` is.
    """

    call: CallSession
    legs: tuple[Leg, ...]
    agreed: bool
    withdrawn: bool
    last_n: int | None
    recording_ended: bool
    lines: Mapping[str, LegLine] = field(default_factory=dict)

    @property
    def needs_room(self) -> bool:
        """A call that rang and was not answered keeps its room while it waits: a recording ends
        once, and whatever a later answer brought would come after that end.
        """
        return self.call.state in NEEDS_ROOM or self._waits_again

    @property
    def _waits_again(self) -> bool:
        armed = self.last_n is not None and not self.recording_ended
        return armed and self.call.state is CallState.QUEUED

    @property
    def settled(self) -> bool:
        """Nothing is left to do for the desk: no media and no open recording."""
        return not self.needs_room and (self.last_n is None or self.recording_ended)

    def admits(self, leg: Leg) -> tuple[TrackSource, ...]:
        if leg.state is LegState.CLOSED:
            return ()
        return admitted(self.call.profile, leg.seat, self.call.state, agreed=self.agreed)

    def line(self, leg_id: str) -> LegLine:
        return self.lines.get(leg_id, UNMEASURED)

    @property
    def missed(self) -> tuple[Leg, ...]:
        """Legs whose tracks the recording ought to hold: none of a call that nobody took."""
        return self.legs if self.call.accepted_ms is not None else ()

    def routes(self) -> tuple[Route, ...]:
        """Cells that differ from the default, which forwards everything between the sites. On hold
        the hall is cut off; a citizen elsewhere and the clerk go on seeing each other.
        """
        held = not forwards_between_sites(self.call.state)
        return tuple(
            Route(source_leg=source.id, to_leg=to.id, kind=kind, forward=False)
            for source in self.legs
            for to in self.legs
            if source is not to
            for kind in TrackKind
            if (held and _is_across(source, to)) or self._is_too_much(kind, to)
        )

    def _is_too_much(self, kind: TrackKind, to: Leg) -> bool:
        return kind is TrackKind.VIDEO and not self.line(to.id).down.moves


def _is_across(source: Leg, to: Leg) -> bool:
    """Whether one of the two is in the hall and the other is not."""
    return (source.site is Site.HALL) is not (to.site is Site.HALL)


def read_plan(conn: Connection, call_id: str) -> RoomPlan:
    """Raises NotFound."""
    call = call_of(conn, call_id)
    persons = persons_of(conn, call_id)
    recording = conn.execute(
        select(s.recording.c.last_n, s.recording.c.ended_ms).where(s.recording.c.call_id == call_id)
    ).one_or_none()
    return RoomPlan(
        call=call,
        legs=tuple(legs_of(conn, call_id)),
        agreed=all_agreed((person.kind, person.answer) for person in persons),
        withdrawn=any(person.answer is NoticeAnswer.WITHDRAWN for person in persons),
        last_n=None if recording is None else recording.last_n,
        recording_ended=recording is not None and recording.ended_ms is not None,
        lines=lines_of(conn, call_id),
    )


def unsettled_calls(conn: Connection) -> list[str]:
    """Calls that need a room, and calls that are over but whose recording has no end yet."""
    live = conn.scalars(select(s.call.c.id).where(s.call.c.state.in_(sorted(NEEDS_ROOM))))
    unended = conn.scalars(select(s.recording.c.call_id).where(s.recording.c.ended_ms.is_(None)))
    return sorted({*live, *unended})


def acknowledged(conn: Connection) -> dict[str, int]:
    """The last committed durable event of every recording that has not ended."""
    rows = conn.execute(
        select(s.recording.c.call_id, s.recording.c.last_n).where(s.recording.c.ended_ms.is_(None))
    )
    return {row.call_id: row.last_n for row in rows}
