"""What a derived view says, in the language of the house: names of lanes, marks, gaps.

A lane is named by post and number; no name of a person stands in it.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from backoffice_console.views.recording_shown import recording_shown
from backoffice_console.words import GAP_CAUSES, MARKS, SOURCES, word
from casework.model.call import Seat
from casework.model.call_session import Leg
from casework.ports import GapCause, TrackSource
from casework.views.calls import legs_of
from casework.views.organisation import staff_cards
from portal.i18n import N_, _
from portal.settings import PortalSettings
from recording.compose.program import Lane, Program, Words, captions_of, lanes_of
from recording.timeline import Timeline

_DERIVED = N_("Derived view, not the original evidence")


def program_of(conn: Connection, call_id: str, timeline: Timeline) -> Program:
    """Everything that is shown of the call."""
    words = Words(
        # In both languages, whichever the reader has: the line must be understood.
        derived=f"{_(_DERIVED)} / {_DERIVED}",
        not_recorded=_("Not recorded"),
        missing=_("Missing in the recording: %(cause)s"),
        gap=_("Gap in the recording: %(name)s, %(cause)s, %(seconds)s s"),
        causes={cause: word(GAP_CAUSES, cause) for cause in GapCause},
    )
    names = _names(conn, call_id, timeline)
    marks = [
        (mark.at_ms, word(MARKS, mark.kind))
        for mark in recording_shown(conn, call_id, timeline).marks
    ]
    return Program(
        call=call_id,
        timeline=timeline,
        names=names,
        captions=captions_of(timeline, names, marks, words),
        words=words,
        time_zone=PortalSettings().time_zone,
    )


def _names(conn: Connection, call_id: str, timeline: Timeline) -> Mapping[Lane, str]:
    """The citizen first, then the counter, the hall last, as in the player."""
    legs = {leg.id: leg for leg in legs_of(conn, call_id)}
    cards = staff_cards(conn, {leg.staff_id for leg in legs.values() if leg.staff_id})
    numbers = {id_: card.number for id_, card in cards.items()}
    lanes = sorted(lanes_of(timeline), key=lambda lane: _rank(legs.get(lane[0]), lane[1]))
    return {(leg, source): _name(legs.get(leg), source, numbers) for leg, source in lanes}


def _rank(leg: Leg | None, source: TrackSource) -> tuple[bool, bool, str]:
    at_hall = leg is not None and leg.seat is Seat.HALL
    return (at_hall, source is not TrackSource.CITIZEN_CAMERA, source)


def _name(leg: Leg | None, source: TrackSource, numbers: Mapping[str, str]) -> str:
    sound = source is TrackSource.MICROPHONE
    if leg is None or source in {TrackSource.CITIZEN_CAMERA, TrackSource.DOCUMENT_CAMERA}:
        return word(SOURCES, source)
    if source is TrackSource.SCREEN:
        return _("Reviewer's screen") if leg.seat is Seat.HALL else _("Clerk's screen")
    if leg.seat is Seat.CITIZEN:
        return _("Citizen, sound") if sound else _("Citizen's screen")
    if leg.seat is Seat.WINDOW and sound:
        return _("Counter, sound")
    if leg.seat is Seat.HALL:
        who = _("Reviewer, sound") if sound else _("Reviewer")
    else:
        who = _("Clerk")
    return f"{who} {numbers.get(leg.staff_id or '', '')}".rstrip()
