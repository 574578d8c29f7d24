"""More tracks are expected in the recording from now on."""

from collections.abc import Iterable

from sqlalchemy import select, update

from casework.model.call import Site
from casework.ports import TrackSource
from casework.store import schema_call as s
from casework.store.tx import Tx


def expect_tracks(tx: Tx, call_id: str, site: Site, sources: Iterable[TrackSource]) -> None:
    """Adds them to the recording and to its chain (`rec.expect`); nothing if they stand there, or
    if no recorder was armed yet: then `rec.start` will name them.
    """
    known = tx.conn.scalar(select(s.recording.c.tracks).where(s.recording.c.call_id == call_id))
    if known is None:
        return
    more = [
        track
        for source in sources
        if (track := {"site": site.value, "source": source.value}) not in known
    ]
    if not more:
        return
    tx.conn.execute(
        update(s.recording).where(s.recording.c.call_id == call_id).values(tracks=[*known, *more])
    )
    tx.entry("rec.expect", f"call:{call_id}", plain={"tracks": more})
