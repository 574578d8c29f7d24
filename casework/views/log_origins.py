"""The log and those before it."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from audit.successor import SUCCESSOR_TYPE, Successor
from casework.store import schema_log as s


@dataclass(frozen=True, slots=True)
class LogOrigins:
    """`first_entries` are the leaves of the successors that the log begins with, and of the entry
    after them if there is one yet; `before` is what the successors say, the nearest log first.
    """

    origin: str
    first_entries: tuple[bytes, ...]
    before: tuple[Successor, ...]

    def steps_to(self, origin: str) -> int | None:
        """How many logs back: by so many places entries of that log stand further on in this one.
        None if it is none of them.
        """
        names = [self.origin, *(one.origin for one in self.before)]
        return names.index(origin) if origin in names else None


def log_origins(conn: Connection, origin: str) -> LogOrigins:
    """Of the log that is written now, whose name is `origin`."""
    bodies: list[bytes] = []
    while True:
        row = conn.execute(
            select(s.entry.c.type, s.entry.c.body).where(s.entry.c.log_index == len(bodies))
        ).one_or_none()
        if row is not None:
            bodies.append(row.body)
        if row is None or row.type != SUCCESSOR_TYPE:
            break
    before = [Successor.of(body) for body in bodies]
    return LogOrigins(origin, tuple(bodies), tuple(one for one in before if one is not None))
