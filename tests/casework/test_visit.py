"""Visits: seven timed steps, one visit at a window, several cases in one visit."""

import asyncio
import itertools
import random
from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.actions.begin_step import BeginStep, begin_step
from casework.actions.call_visit import CallVisit, call_visit
from casework.actions.close_window import CloseWindow, close_window
from casework.actions.complete_case import CompleteCase, complete_case
from casework.actions.end_visit import EndVisit, end_visit
from casework.actions.miss_visit import MissVisit, miss_visit
from casework.actions.open_case import OpenCase, open_case
from casework.actions.open_visit import OpenVisit, open_visit
from casework.actions.rate_case import RateCase, rate_case
from casework.actions.receive_visit import ReceiveVisit, receive_visit
from casework.actor import SYSTEM, Actor, Role
from casework.errors import (
    DomainError,
    IdempotencyConflict,
    NotAllowed,
    NotFound,
    VersionConflict,
)
from casework.model.case import Priority, Road
from casework.model.rating import RatingGivenBy, RatingLevel
from casework.model.visit import MAX_CALLS, VisitEnd, VisitStep
from casework.policy.organisation_refusals import StillInUse
from casework.policy.visit_refusals import (
    NobodyWaits,
    StepNotHere,
    VisitOver,
    VisitTaken,
    WindowServes,
)
from casework.store import schema_log, schema_visit
from casework.store.visit_rows import load_visit
from casework.views.visits import outlet_visits, shown_visit, visit_by_number, waiting_visits
from scenes.case_scene import DESK_ITEM, INSTANT_ITEM

ORIGIN = "hall.example/log"
MINUTE = 60_000
DAY = 24 * 60 * MINUTE


class Hall:
    """The acts of one outlet: an usher, and two windows with a clerk each."""

    def __init__(self, desk):
        self.desk = desk
        self.first = desk.clerk
        self.second = replace(desk.city.actors["clerk2"], window=desk.city.windows["bank/2"])
        self.usher = desk.city.actors["usher1"]

    def opened(self, *, wait=True, priority=None):
        visit = self.desk.run(open_visit, OpenVisit(ORIGIN, priority), self.usher)
        if wait:
            self.step(visit.visit_id, VisitStep.WAIT)
        return visit.visit_id

    def step(self, visit_id, step, actor=None, version=None):
        command = BeginStep(ORIGIN, visit_id, step, version)
        return self.desk.run(begin_step, command, actor or self.usher)

    def call(self, visit_id=None, actor=None, version=None):
        command = CallVisit(ORIGIN, visit_id, version)
        return self.desk.run(call_visit, command, actor or self.first)

    def receive(self, visit_id, actor=None):
        return self.desk.run(receive_visit, ReceiveVisit(ORIGIN, visit_id), actor or self.first)

    def miss(self, visit_id, actor=None):
        return self.desk.run(miss_visit, MissVisit(ORIGIN, visit_id), actor or self.first)

    def end(self, visit_id, actor=None, *, left=False):
        return self.desk.run(end_visit, EndVisit(ORIGIN, visit_id, left), actor or self.first)

    def served(self):
        visit_id = self.opened()
        self.call(visit_id)
        self.receive(visit_id)
        return visit_id

    def shown(self, visit_id):
        with self.desk.kernel.store.reading() as conn:
            return shown_visit(conn, visit_id)

    def waiting(self):
        with self.desk.kernel.store.reading() as conn:
            found = waiting_visits(conn, self.first.outlet, self.desk.kernel.clock.wall_ms())
        return [one.visit_id for one in found]


@pytest.fixture
def hall(desk):
    return Hall(desk)


def test_the_seven_steps_are_intervals_that_follow_each_other(hall, clock):
    visit_id = hall.opened(wait=False)
    for step in (VisitStep.CONSULT, VisitStep.FILL, VisitStep.WAIT):
        clock.advance(MINUTE)
        hall.step(visit_id, step)
    clock.advance(5 * MINUTE)
    hall.call(visit_id)
    clock.advance(MINUTE)
    hall.receive(visit_id)
    clock.advance(10 * MINUTE)
    hall.step(visit_id, VisitStep.RATE, hall.first)
    clock.advance(MINUTE)
    hall.end(visit_id)
    shown = hall.shown(visit_id)
    assert [one.step for one in shown.steps] == list(VisitStep)
    assert all(a.until_ms == b.from_ms for a, b in zip(shown.steps, shown.steps[1:], strict=False))
    lengths = [(one.until_ms - one.from_ms) // MINUTE for one in shown.steps]
    assert lengths == [1, 1, 1, 5, 1, 10, 1]
    assert [one.window for one in shown.steps] == ["", "", "", "", "1", "1", "1"]
    assert (shown.visit.end, shown.visit.window_id) == (VisitEnd.WITHOUT_CASE, None)


def test_numbers_count_by_outlet_and_day(hall, clock, k):
    numbers = [hall.shown(hall.opened()).visit.number for _ in range(2)]
    elsewhere = Actor("usher-2", Role.USHER, None, hall.desk.city.outlets["community"])
    other = hall.desk.run(open_visit, OpenVisit(ORIGIN), elsewhere)
    assert [*numbers, other.number] == ["A001", "A002", "A001"]
    clock.advance(DAY)
    assert hall.shown(hall.opened()).visit.number == "A001"
    with k.store.reading() as conn:
        now_ms = clock.wall_ms()
        typed = [visit_by_number(conn, hall.first.outlet, said, now_ms) for said in (" a1", "A001")]
        assert typed[0] == typed[1] is not None
        for odd in ("", "A", "A9999999", "002", "A\u0661"):
            visit_by_number(conn, hall.first.outlet, odd, now_ms)
        assert visit_by_number(conn, hall.first.outlet, "A002", now_ms) is None


def test_of_two_windows_that_call_one_visit_one_gets_it(hall, k):
    visit_id = hall.opened()

    async def both():
        return await asyncio.gather(
            *(
                k.writer.run(call_visit, CallVisit(ORIGIN, visit_id), actor=actor)
                for actor in (hall.first, hall.second)
            ),
            return_exceptions=True,
        )

    got = asyncio.run(both())
    refused = [one for one in got if isinstance(one, VisitTaken)]
    assert len(refused) == 1
    winner = hall.shown(visit_id).window
    assert refused[0].details == {"window": winner}
    assert [one.step for one in hall.shown(visit_id).steps].count(VisitStep.CALL) == 1


def test_two_windows_that_call_the_next_get_different_ones(hall, k):
    waiting = [hall.opened(), hall.opened()]

    async def both():
        return await asyncio.gather(
            *(
                k.writer.run(call_visit, CallVisit(ORIGIN), actor=actor)
                for actor in (hall.first, hall.second)
            )
        )

    assert sorted(one.visit_id for one in asyncio.run(both())) == sorted(waiting)


def test_a_window_serves_one_visit(hall):
    here = hall.served()
    other = hall.opened()
    for call in (other, None):
        with pytest.raises(WindowServes) as refused:
            hall.call(call)
        assert refused.value.details == {"number": "A001"}
    with pytest.raises(WindowServes):
        hall.desk.run(open_visit, OpenVisit(ORIGIN, here=True))
    hall.end(here)
    assert hall.call().visit_id == other


def test_priority_is_called_first_then_who_waited_longest(hall, clock):
    order = []
    for priority in (None, None, Priority.ELDERLY, None):
        clock.advance(MINUTE)
        order.append(hall.opened(priority=priority))
    assert hall.waiting() == [order[2], order[0], order[1], order[3]]
    assert hall.call().visit_id == order[2]


def test_a_window_at_which_a_visit_stands_is_not_closed(hall):
    visit_id = hall.served()
    closing = CloseWindow(ORIGIN, hall.first.window)
    with pytest.raises(StillInUse) as refused:
        hall.desk.run(close_window, closing, SYSTEM)
    assert refused.value.details == {"reason": "visits"}
    hall.end(visit_id)
    hall.desk.run(close_window, closing, SYSTEM)


def test_nobody_waits(hall):
    hall.opened(wait=False)
    with pytest.raises(NobodyWaits):
        hall.call()


def test_who_does_not_come_waits_behind_the_others_and_is_called_no_fourth_time(hall, clock):
    late, other = hall.opened(), hall.opened()
    for _ in range(MAX_CALLS - 1):
        clock.advance(MINUTE)
        hall.call(late)
        assert hall.call(late).step is VisitStep.CALL  # again, by the same window
        hall.miss(late)
        assert hall.waiting() == [other, late]
    hall.call(late)
    hall.miss(late)
    assert hall.shown(late).visit.end is VisitEnd.MISSED
    assert hall.shown(late).visit.misses == MAX_CALLS
    with pytest.raises(VisitOver):
        hall.call(late)


def test_a_missed_visit_may_be_called_by_another_window(hall):
    visit_id = hall.opened()
    hall.call(visit_id)
    hall.miss(visit_id)
    assert hall.call(visit_id, hall.second).window_id == hall.second.window


@pytest.mark.parametrize(
    ("act", "standing"),
    [
        (lambda hall, visit: hall.step(visit, VisitStep.HANDLE), False),
        (lambda hall, visit: hall.step(visit, VisitStep.CALL), False),
        (lambda hall, visit: hall.step(visit, VisitStep.RATE), False),
        (lambda hall, visit: hall.step(visit, VisitStep.GUIDE, hall.first), True),
        (lambda hall, visit: hall.receive(visit), False),
        (lambda hall, visit: hall.miss(visit), False),
        (lambda hall, visit: hall.miss(visit), True),
        (lambda hall, visit: hall.call(visit), True),
    ],
)
def test_a_step_begins_only_where_it_can(hall, act, standing):
    visit_id = hall.served() if standing else hall.opened()
    before = hall.shown(visit_id)
    with pytest.raises(StepNotHere):
        act(hall, visit_id)
    assert hall.shown(visit_id) == before


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.CLERK, Role.USHER}])
def test_only_ushers_and_clerks_have_to_do_with_visits(hall, role):
    other = Actor("x", role, None, hall.first.outlet, hall.first.window)
    with pytest.raises(NotAllowed):
        hall.desk.run(open_visit, OpenVisit(ORIGIN), other)
    visit_id = hall.opened()
    for act in (hall.call, hall.end, hall.receive, hall.miss):
        with pytest.raises(NotAllowed):
            act(visit_id, other)


def test_an_usher_calls_nobody_and_has_no_window(hall):
    visit_id = hall.opened()
    with pytest.raises(NotAllowed):
        hall.call(visit_id, hall.usher)
    with pytest.raises(NotAllowed):
        hall.desk.run(open_visit, OpenVisit(ORIGIN, here=True), hall.usher)


def test_another_outlet_does_not_find_the_visit(hall):
    visit_id = hall.opened()
    with pytest.raises(NotFound):
        hall.call(visit_id, hall.desk.city.actors["clerk3"])


def test_what_stands_at_a_window_is_that_windows_alone(hall):
    visit_id = hall.served()
    for act in (
        lambda: hall.step(visit_id, VisitStep.WAIT),
        lambda: hall.end(visit_id, hall.second),
        lambda: hall.receive(visit_id, hall.second),
    ):
        with pytest.raises(VisitTaken) as refused:
            act()
        assert refused.value.details == {"window": "1"}


def test_a_stale_page_is_refused_and_a_repeated_request_acts_once(hall, k):
    visit_id = hall.opened()
    seen = hall.shown(visit_id).visit.version
    hall.step(visit_id, VisitStep.CONSULT)
    with pytest.raises(VersionConflict):
        hall.call(visit_id, version=seen)
    run = k.writer.run_sync
    command = OpenVisit(ORIGIN)
    first = run(open_visit, command, actor=hall.usher, idempotency_key="key")
    assert run(open_visit, command, actor=hall.usher, idempotency_key="key") == first
    with pytest.raises(IdempotencyConflict):
        run(open_visit, OpenVisit(ORIGIN, Priority.URGENT), actor=hall.usher, idempotency_key="key")


def test_a_step_that_runs_already_is_not_begun_again(hall, k):
    visit_id = hall.opened()
    before = hall.shown(visit_id)
    assert hall.step(visit_id, VisitStep.WAIT).version == before.visit.version
    assert hall.shown(visit_id) == before
    hall.call(visit_id)
    once = hall.receive(visit_id)
    assert hall.receive(visit_id) == once


def test_the_next_day_ends_what_nobody_ended(hall, clock):
    at_window, waiting = hall.served(), hall.opened()
    clock.advance(DAY)
    new = hall.opened()
    assert [hall.shown(one).visit.end for one in (at_window, waiting)] == [VisitEnd.DAY_OVER] * 2
    assert hall.waiting() == [new]
    assert hall.call().visit_id == new


def test_cases_opened_at_the_window_belong_to_the_visit_that_stands_there(hall, desk):
    alone = desk.opened()
    visit_id = hall.opened(priority=Priority.ELDERLY)
    hall.call(visit_id)
    first, second = desk.opened(), desk.opened(INSTANT_ITEM)
    at_second = desk.run(open_case, OpenCase(DESK_ITEM), hall.second).case_id
    assert [one.case_id for one in hall.shown(visit_id).cases] == [first, second]
    assert hall.shown(visit_id).step is VisitStep.HANDLE
    assert (desk.case(first).visit_id, desk.case(first).priority) == (visit_id, Priority.ELDERLY)
    assert desk.case(alone).visit_id is desk.case(at_second).visit_id is None
    hall.end(visit_id)
    assert hall.shown(visit_id).visit.end is VisitEnd.SERVED
    assert desk.case(desk.opened()).visit_id is None


def test_a_case_is_not_added_to_the_visit_of_yesterday(hall, desk, clock):
    visit_id = hall.served()
    clock.advance(DAY)
    assert desk.case(desk.opened()).visit_id is None
    assert hall.shown(visit_id).cases == ()


def test_the_rating_of_the_last_case_ends_the_step(hall, desk, clock):
    visit_id = hall.served()
    cases = []
    for _ in range(2):
        cases.append(desk.accepted(INSTANT_ITEM, Road.WINDOW))
        assert hall.shown(visit_id).step is VisitStep.HANDLE
        desk.run(complete_case, CompleteCase(cases[-1]))
        assert hall.shown(visit_id).step is VisitStep.RATE
    rating = RateCase(cases[0], RatingLevel.VERY_SATISFIED, RatingGivenBy.OWN_INPUT)
    desk.run(rate_case, rating, desk.screen)
    assert hall.shown(visit_id).step is VisitStep.RATE
    clock.advance(MINUTE)
    desk.run(rate_case, replace(rating, case_id=cases[1]), desk.screen)
    shown = hall.shown(visit_id)
    assert shown.step is None
    last = shown.steps[-1]
    assert (last.step, last.until_ms - last.from_ms) == (VisitStep.RATE, MINUTE)
    assert shown.visit.ended_ms is None
    hall.end(visit_id)
    assert hall.shown(visit_id).steps == shown.steps


def test_the_rating_of_a_case_whose_visit_is_over_changes_nothing(hall, desk):
    visit_id = hall.served()
    case_id = desk.accepted(INSTANT_ITEM, Road.WINDOW)
    hall.end(visit_id)
    before = hall.shown(visit_id)
    desk.run(complete_case, CompleteCase(case_id))
    rating = RateCase(case_id, RatingLevel.SATISFIED, RatingGivenBy.OWN_INPUT)
    desk.run(rate_case, rating, desk.screen)
    assert hall.shown(visit_id).steps == before.steps


def test_entries_name_no_person_and_stand_on_the_log_s_chain(hall, k):
    visit_id = hall.served()
    hall.end(visit_id)
    with k.store.reading() as conn:
        rows = conn.execute(
            select(schema_log.entry.c.type)
            .where(schema_log.entry.c.chain == f"log:{ORIGIN}")
            .order_by(schema_log.entry.c.seq)
        )
        kinds = [row.type for row in rows if row.type.startswith("visit.")]
    assert kinds == [
        "visit.opened",
        "visit.step_begun",
        "visit.called",
        "visit.received",
        "visit.ended",
    ]


def test_the_day_adds_up_and_has_its_medians(hall, clock, k):
    today = None
    for minutes in (2, 4, 9):
        visit_id = hall.opened()
        clock.advance(minutes * MINUTE)
        hall.call(visit_id)
        clock.advance(MINUTE)
        hall.miss(visit_id)
        clock.advance(MINUTE)
        hall.call(visit_id)
        hall.receive(visit_id)
        hall.end(visit_id)
        today = hall.shown(visit_id).visit.day
    running = hall.opened()
    with k.store.reading() as conn:
        day = outlet_visits(conn, hall.first.outlet, today)
    assert day.visits[0].visit.id == running
    assert day.visits[0].step is VisitStep.WAIT
    assert [one.times[VisitStep.WAIT] // MINUTE for one in day.visits[1:]] == [10, 5, 3]
    assert day.medians[VisitStep.WAIT] == 5 * MINUTE
    assert VisitStep.RATE not in day.medians


def test_whatever_happens_time_never_runs_in_two_steps(hall, clock, k):
    """Random acts of three people on three visits; after each the intervals are whole."""
    chance = random.Random(7)
    visits = [hall.opened(wait=False) for _ in range(3)]
    acts = (
        lambda visit, who: hall.step(visit, chance.choice(list(VisitStep)), who),
        hall.call,
        lambda _visit, who: hall.call(None, who),
        hall.receive,
        hall.miss,
        lambda visit, who: hall.end(visit, who) if chance.random() < 0.05 else None,
    )
    done = refused = 0
    for _ in range(250):
        clock.advance(chance.choice([0, 1, MINUTE]))
        who = chance.choice([hall.usher, hall.first, hall.second])
        try:
            chance.choice(acts)(chance.choice(visits), who)
            done += 1
        except DomainError:
            refused += 1
        with k.store.reading() as conn:
            standing = [one for v in visits if (one := load_visit(conn, v).window_id)]
            rows = conn.execute(
                select(schema_visit.visit_step).order_by(
                    schema_visit.visit_step.c.visit_id, schema_visit.visit_step.c.number
                )
            ).all()
        assert len(standing) == len(set(standing))
        for visit_id in visits:
            mine = [row for row in rows if row.visit_id == visit_id]
            assert all(row.until_ms is not None for row in mine[:-1])
            assert all(a.until_ms <= b.from_ms for a, b in itertools.pairwise(mine))
    assert done > 30
    assert refused > 30
