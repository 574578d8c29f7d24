"""Which calls have news: what wakes the keepers of their rooms.

What a room's plan reads is changed by acts that put an event on the call's stream in the same
transaction (`casework.actions.steps.publish`), or by the keeper's own hand: its lease, the number of
a recorder's fact, the page that sits down. A test plays acts at random against that rule.

**No wake-up is lost.** The outbox is read on from where it was last read to, and that place moves
only after the keepers of all calls found there were woken. A bell that rang unheard, a commit of
another process, a store that could not be read for a while: the next look finds all of it, whatever
made it look, and one is due every `LOOK_AGAIN_S`. The bus has no part in this: it may lose events, be
wiped or be away. A worker that comes back wakes every keeper besides, and a keeper looks by itself
every few seconds.

All calls are counted only at the start, when a call has news that nobody keeps, after a keeper has
ended (news may have come while it did) and every `COUNT_AGAIN_S`: the count looks at every recording
that there ever was.

A measurement (health that is as it was, figures of a line) is no event and wakes nobody: N calls that
are measured every second must not be N times N plans.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from casework.store import schema_log as s

LOOK_AGAIN_S = 1.0
COUNT_AGAIN_S = 5.0
OF_CALLS = frozenset({"call", "hall", "queue", "window", "staff"})
"""Kinds of streams that acts on calls, presence and windows put their events on. The desk's own everyday,
cases and their lists, wakes nobody who looks after calls.
"""
_CALL = "call:"


@dataclass(frozen=True, slots=True)
class CallNews:
    """`position` is how far the outbox was read."""

    position: int
    calls: frozenset[str]


def news_after(conn: Connection, position: int | None) -> CallNews:
    """Calls with an event behind `position`; None is the outbox's present end, where nothing is new.

    Positions are the commit order because there is one writer (`casework.log.sequenced.waiting`).
    """
    newest = conn.scalar(select(func.max(s.outbox.c.position))) or 0
    if position is None:
        return CallNews(newest, frozenset())
    streams = conn.scalars(
        select(s.outbox.c.stream)
        .where(s.outbox.c.position > position, s.outbox.c.stream.startswith(_CALL))
        .distinct()
    )
    return CallNews(newest, frozenset(stream.removeprefix(_CALL) for stream in streams))
