"""Identifiers and numbers read aloud."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import ManualClock, SystemClock
from casework.ids import MAX_SERIAL, case_number, is_case_number, is_id, new_id

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
SERIALS = st.integers(1, MAX_SERIAL)


def test_ids_are_ulids_in_order():
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    assert sorted(id_[:10] for id_ in ids) == [id_[:10] for id_ in ids]
    assert all(is_id(id_) for id_ in ids)


@pytest.mark.parametrize("text", ["", "x", "01arz3ndektsv4rrffq69g5fav", "0" * 27, "I" * 26])
def test_other_texts_are_no_ids(text):
    assert not is_id(text)


@given(DAYS, SERIALS)
def test_a_case_number_holds_day_and_serial(day, serial):
    number = case_number(day, serial)
    assert number[:14] == f"{day:%Y%m%d}{serial:06d}"
    assert len(number) == 16
    assert is_case_number(number)


@given(DAYS, SERIALS, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_shows(day, serial, place, shift):
    number = case_number(day, serial)
    digit = (int(number[place]) + shift) % 10
    assert not is_case_number(number[:place] + str(digit) + number[place + 1 :])


@given(DAYS, SERIALS, st.integers(0, 14))
def test_swapped_neighbours_show(day, serial, place):
    number = case_number(day, serial)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not is_case_number(swapped)


@pytest.mark.parametrize("text", ["", "1", "2026051100000198", "２" * 16, "2026023100000110"])
def test_other_texts_are_no_case_numbers(text):
    assert not is_case_number(text)


@pytest.mark.parametrize("serial", [0, -1, MAX_SERIAL + 1])
def test_serials_have_a_range(serial):
    with pytest.raises(ValueError, match="outside"):
        case_number(date(2026, 5, 11), serial)


def test_clocks():
    clock = SystemClock()
    assert clock.mono_ms() <= clock.mono_ms()
    assert clock.wall_ms() > 1_700_000_000_000
    manual = ManualClock()
    before = manual.wall_ms(), manual.mono_ms()
    manual.advance(5)
    assert (manual.wall_ms(), manual.mono_ms()) == (before[0] + 5, before[1] + 5)
    manual.set_wall(0)
    assert (manual.wall_ms(), manual.mono_ms()) == (0, before[1] + 5)
