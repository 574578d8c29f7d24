"""Terms of working days."""

import datetime as dt

import pytest

from casework.calendar import CHINA, WorkingCalendar, day_of

FRIDAY = dt.date(2025, 9, 26)
CALENDAR = WorkingCalendar(
    {dt.date(2025, 9, 28): True}  # the Sunday worked before the National Day week
    | {dt.date(2025, 10, day): False for day in range(1, 9)}
    | {dt.date(2025, 10, 11): True}
)


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (0, FRIDAY),
        (1, dt.date(2025, 9, 28)),
        (3, dt.date(2025, 9, 30)),
        (4, dt.date(2025, 10, 9)),
        (6, dt.date(2025, 10, 11)),
        (7, dt.date(2025, 10, 13)),
    ],
)
def test_the_last_day_of_a_term(count, last):
    assert CALENDAR.add_working_days(FRIDAY, count) == last


def test_a_term_ends_with_its_last_day_in_china():
    start = dt.datetime(2025, 9, 26, 23, 30, tzinfo=CHINA)
    due_ms = CALENDAR.due_ms(int(start.timestamp() * 1000), 1)
    due = dt.datetime.fromtimestamp(due_ms / 1000, CHINA)
    assert due.replace(microsecond=0).isoformat() == "2025-09-28T23:59:59+08:00"


def test_the_day_is_the_day_in_china():
    utc = dt.datetime(2025, 9, 26, 17, tzinfo=dt.UTC)
    assert day_of(int(utc.timestamp() * 1000)) == dt.date(2025, 9, 27)
