"""What windows' devices said in the requests that became calls, as their entries tell it."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from audit import device
from audit.entry import Entry
from casework.store import schema_call, schema_log


def request_of(conn: Connection, call_id: str) -> Entry:
    """The entry that the call's chain begins with."""
    table = schema_log.entry
    body = conn.scalars(
        select(table.c.body).where(table.c.chain == f"call:{call_id}", table.c.seq == 0)
    ).one()
    return Entry.decode(body)


def requests_of(conn: Connection, window_id: str, key_id: str, limit: int) -> Iterator[Entry]:
    """Those that the device signed among the newest `limit` calls of its window, newest first."""
    table = schema_call.call
    calls = conn.scalars(
        select(table.c.id)
        .where(table.c.window_id == window_id)
        .order_by(table.c.requested_ms.desc(), table.c.id.desc())
        .limit(limit)
    )
    for call_id in calls.all():
        entry = request_of(conn, call_id)
        if entry.akey == key_id:
            yield entry


def number_said(entry: Entry, name: str) -> int:
    """`counter` or `answered` of a signed request; the desk held it against the form before."""
    said = entry.facts[device.FACT]
    value = said[name] if isinstance(said, dict) else None
    if not isinstance(value, int):
        raise TypeError(f"a signed request without {name}")
    return value
