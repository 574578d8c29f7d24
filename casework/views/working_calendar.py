"""The working calendar as stored."""

from sqlalchemy import Connection, select

from casework.calendar import WorkingCalendar
from casework.store import schema_org as s


def working_calendar(conn: Connection) -> WorkingCalendar:
    rows = conn.execute(select(s.calendar_day.c.day, s.calendar_day.c.working))
    return WorkingCalendar({row.day: row.working for row in rows})
