"""Whether an auditor has said why he looks: the log entry of his own viewing.

A page that shows a case, or plays a recording, names that entry by its number. So nothing but the
log itself remembers the permission, and it ends by itself.
"""

from enum import StrEnum

from sqlalchemy import Connection

from audit.entry import Entry
from backoffice_console.errors import ViewingNeeded
from casework.actor import Actor
from casework.store.reading import entries_of

VIEWING_LIVES_MS = 60 * 60_000


class Viewed(StrEnum):
    """What was opened, by the type of the entry that says so."""

    CASE = "desk.case.viewed"
    RECORDING = "desk.recording.viewed"


def require_viewing(
    conn: Connection, actor: Actor, what: Viewed, object_id: str, entry_seq: int, now_ms: int
) -> None:
    """Raises ViewingNeeded unless entry `entry_seq` of the object's chain is a viewing by this
    actor, at most an hour ago.
    """
    chain = f"{'case' if what is Viewed.CASE else 'call'}:{object_id}"
    found = next(iter(entries_of(conn, chain, after=entry_seq - 1)), None)
    if found is None or found.seq != entry_seq or found.type != what:
        raise ViewingNeeded
    if now_ms - found.t_ms > VIEWING_LIVES_MS or Entry.decode(found.body).actor != actor.id:
        raise ViewingNeeded
