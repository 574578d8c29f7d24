"""The working calendar: which days count, and when a term of working days ends.

Monday to Friday work, unless `exceptions` say otherwise: public holidays, and the weekends worked
in exchange for them, which the State Council announces year by year. Terms are counted in China
Standard Time; the day on which a term begins does not count, and it ends with its last day.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """`exceptions` maps a day to whether it is worked."""

    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)

    def works(self, day: dt.date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """The `count`-th working day after `day`; `day` itself when `count` is zero."""
        while count > 0:
            day += dt.timedelta(days=1)
            count -= self.works(day)
        return day

    def working_days_between(self, first: dt.date, last: dt.date) -> int:
        """How many working days come after `first`, up to and with `last`."""
        days = (first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(self.works(day) for day in days)

    def due_ms(self, start_ms: int, working_days: int) -> int:
        """Wall milliseconds of the last instant of a term that began at `start_ms`."""
        last = self.add_working_days(day_of(start_ms), working_days)
        midnight = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), CHINA)
        return int(midnight.timestamp() * 1000) - 1


def day_of(wall_ms: int) -> dt.date:
    """The day in China at this instant."""
    return dt.datetime.fromtimestamp(wall_ms / 1000, CHINA).date()


def instant(wall_ms: int) -> str:
    """This instant as people in China write it, to the second."""
    at = dt.datetime.fromtimestamp(wall_ms / 1000, CHINA)
    return at.strftime("%Y-%m-%d %H:%M:%S +08:00")
