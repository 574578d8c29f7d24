"""An outlet's day: its opening checks and who sits where."""

import pytest

from casework.actions.note_opening_check import NoteOpeningCheck, note_opening_check
from casework.actions.set_roster import SetRoster, set_roster
from casework.actor import Actor, Role
from casework.calendar import day_of
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.organisation import OpeningCheck
from casework.policy.organisation_refusals import (
    NameTaken,
)
from casework.views.opening import clerks_of, outlet_day
from scenes.organisation import DAY_MS, ORIGIN


@pytest.fixture
def lead(city):
    staff = city.person("710")
    return Actor(staff, Role.OUTLET_LEAD, city.post(staff, Role.OUTLET_LEAD), city.outlet)


def day(city):
    now = city.k.clock.wall_ms()
    return city.read(outlet_day, city.outlet, day_of(now), now, 3_600_000)


def test_a_window_is_ready_when_all_three_checks_passed_today(city, lead):
    window = city.window()
    assert not day(city)[0].ready
    for check in OpeningCheck:
        city.do(note_opening_check, NoteOpeningCheck(ORIGIN, window, check, passed=True), lead)
    assert day(city)[0].ready
    failed = NoteOpeningCheck(ORIGIN, window, OpeningCheck.PRINT, passed=False)
    city.do(note_opening_check, failed, lead)
    line = day(city)[0]
    assert not line.ready
    assert (line.done(OpeningCheck.PRINT).passed, line.done(OpeningCheck.KIT).by_number) == (
        False,
        "710",
    )
    city.k.clock.advance(DAY_MS)
    assert day(city)[0].checks == ()


def test_checks_are_noted_at_ones_own_outlet(city, lead):
    elsewhere = NoteOpeningCheck(
        ORIGIN, city.seeded.windows["bank/1"], OpeningCheck.KIT, passed=True
    )
    with pytest.raises(NotFound):
        city.do(note_opening_check, elsewhere, lead)
    for login in ("reviewer1", "admin", "lead"):
        with pytest.raises(NotAllowed):
            city.do(note_opening_check, elsewhere, city.seeded.actors[login])
    city.do(note_opening_check, elsewhere, city.seeded.actors["clerk1"])


def test_the_lead_writes_the_roster_of_the_outlet(city, lead):
    first, second = city.window("1"), city.window("2")
    clerk = city.person("711")
    today = day_of(city.k.clock.wall_ms())
    sit = SetRoster(ORIGIN, first, today, clerk)
    with pytest.raises(NotFound):
        city.do(set_roster, sit, lead)
    grant = city.post(clerk, Role.CLERK)
    city.do(set_roster, sit, lead)
    assert [line.staff_number for line in day(city)] == ["711", ""]
    assert [one.number for one in city.read(clerks_of, city.outlet, city.k.clock.wall_ms())] == [
        "711"
    ]
    with pytest.raises(NameTaken):
        city.do(set_roster, SetRoster(ORIGIN, second, today, clerk), lead)
    city.do(set_roster, SetRoster(ORIGIN, first, today, None), lead)
    city.do(set_roster, SetRoster(ORIGIN, second, today, clerk), lead)
    assert [line.staff_number for line in day(city)] == ["", "711"]
    with pytest.raises(NotAllowed):
        city.do(set_roster, sit, Actor(clerk, Role.CLERK, grant, city.outlet, first))
    city.k.clock.advance(DAY_MS)
    with pytest.raises(InvalidInput):
        city.do(set_roster, sit, lead)
