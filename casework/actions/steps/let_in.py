"""Applies the admission rule to one leg. Not an action itself: acts call it."""

from sqlalchemy import update

from casework.actions.steps.expect_tracks import expect_tracks
from casework.model.call import LegState
from casework.model.call_session import CallSession, Leg
from casework.policy.admission import admitted, all_agreed
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.tx import Tx
from casework.views.calls import persons_of


def let_in(tx: Tx, call: CallSession, leg: Leg) -> tuple[TrackSource, ...]:
    """What of the leg is let in as things stand now; written where that has changed. The caller
    publishes it.

    From its first admission on the leg's tracks are expected in the recording: a leg that only waits
    for the call to be taken is missed by nobody.
    """
    persons = persons_of(tx.conn, call.id)
    agreed = all_agreed((person.kind, person.answer) for person in persons)
    now = (
        ()
        if leg.state is LegState.CLOSED
        else admitted(call.profile, leg.seat, call.state, agreed=agreed)
    )
    if now == leg.admitted:
        return now
    tx.conn.execute(update(s.leg).where(s.leg.c.id == leg.id).values(admitted=list(now)))
    tx.entry(
        "desk.leg.admitted",
        f"call:{call.id}",
        plain={"leg": leg.id, "sources": [source.value for source in now]},
    )
    if now:
        expect_tracks(tx, call.id, leg.site, sorted(leg.required))
    return now
