"""逾期未补正，视为撤回: off by default, only past the term, only when the citizen was told for certain."""

from itertools import count

import pytest

from audit.entry import Entry
from casework.actions.expire_leases import ExpireLeases, expire_leases
from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.lapse_cases import LapseCases, lapse_cases
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.supply_supplement import PointAnswer, SupplySupplement, supply_supplement
from casework.actor import SYSTEM
from casework.calendar import WorkingCalendar
from casework.errors import InvalidInput, NotAllowed
from casework.model.case import TERMINAL_STATES, CaseState
from casework.model.supplement import GENERAL, NoticePoint, NoticeReason
from casework.policy.refusals import StateForbids
from casework.store.reading import entries_of, events_after
from casework.views.case_snapshot import case_snapshot
from casework.views.sealed_values import sealed_fields
from casework.views.supplement_term import supplement_term
from scenes.call_case import CallCase
from scenes.case_scene import CALL_ITEM, DESK_ITEM, a_stored
from scenes.lapsing import RULE, TERM, publish_lapsing

POINT = NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明缴费中断的原因。")
DAY_MS = 86_400_000


@pytest.fixture
def lapsing(desk):
    publish_lapsing(desk, DESK_ITEM)
    return desk


def told(desk, *, before=False, days=TERM) -> str:
    """A case whose list was handed over and signed for."""
    case_id = desk.filled() if before else desk.in_review()
    writer = desk.clerk if before else desk.reviewer
    desk.run(require_supplement, RequireSupplement(case_id, (POINT,), days), writer)
    desk.run(give_notice, GiveNotice(case_id, a_stored(case_id)))
    return case_id


def lapse(desk) -> tuple[str, ...]:
    return desk.run(lapse_cases, LapseCases(), SYSTEM)


def after_the_term(clock, days=TERM) -> None:
    """One millisecond after the last instant of a term that began now."""
    clock.advance(WorkingCalendar().due_ms(clock.wall_ms(), days) + 1 - clock.wall_ms())


def entries(desk, case_id):
    with desk.kernel.store.reading() as conn:
        return [Entry.decode(one.body) for one in entries_of(conn, f"case:{case_id}")]


@pytest.mark.parametrize("before", [False, True], ids=["in review", "before acceptance"])
def test_it_lapses_the_moment_the_last_day_is_over_and_not_before(lapsing, clock, before):
    case_id = told(lapsing, before=before)
    after_the_term(clock)
    clock.advance(-1)
    assert lapse(lapsing) == ()
    clock.advance(1)
    assert lapse(lapsing) == (case_id,)
    case = lapsing.case(case_id)
    assert (case.state, case.closed_at_ms) == (CaseState.LAPSED, clock.wall_ms())
    assert case.state in TERMINAL_STATES
    assert lapse(lapsing) == ()


def test_it_is_one_act_with_an_entry_that_tells_the_rule_to_who_has_the_key(lapsing, clock):
    case_id = told(lapsing)
    before = lapsing.case(case_id)
    seen = len(entries(lapsing, case_id))
    after_the_term(clock)
    lapse(lapsing)
    (entry,) = entries(lapsing, case_id)[seen:]
    assert (entry.type, entry.actor, lapsing.case(case_id).version) == (
        "desk.case.lapsed",
        SYSTEM.id,
        before.version + 1,
    )
    assert entry.facts["round"] == 1
    with lapsing.kernel.store.reading() as conn:
        said = sealed_fields(conn, lapsing.kernel.keys, entry.chain, entry.seq)
        rebuilt = case_snapshot(conn, case_id)
        (event,) = events_after(conn, f"case:{case_id}", 0)[-1:]
    assert said["basis"] == {"act": RULE.act, "article": RULE.article}
    assert RULE.act not in entry.encode().decode()
    assert (event.data["state"], rebuilt["state"]) == ("lapsed", "lapsed")


def test_an_item_without_the_rule_waits_as_long_as_it_takes(desk, clock):
    case_id = told(desk)
    clock.advance(400 * DAY_MS)
    assert lapse(desk) == ()
    desk.run(supply_supplement, SupplySupplement(case_id, (PointAnswer(1, "停工。"),)))
    assert desk.case(case_id).state is CaseState.ACCEPTED


def test_a_case_keeps_the_version_under_which_it_was_opened(desk, clock):
    earlier = told(desk)
    publish_lapsing(desk, DESK_ITEM)
    later = told(desk)
    clock.advance(400 * DAY_MS)
    assert lapse(desk) == (later,)
    assert desk.case(earlier).state is CaseState.SUPPLEMENT_REQUIRED


def test_nothing_lapses_that_nobody_was_told(lapsing, clock):
    case_id = lapsing.in_review()
    lapsing.run(require_supplement, RequireSupplement(case_id, (POINT,), TERM), lapsing.reviewer)
    clock.advance(400 * DAY_MS)
    assert lapse(lapsing) == ()
    lapsing.run(give_notice, GiveNotice(case_id, a_stored(case_id)))
    assert lapse(lapsing) == ()
    after_the_term(clock)
    assert lapse(lapsing) == (case_id,)


@pytest.mark.parametrize("recorded", [True, False])
def test_what_was_told_in_a_call_counts_where_the_recording_has_it(k, recorded):
    scene = CallCase(k, founded=lambda desk: publish_lapsing(desk, CALL_ITEM))
    desk, clock = scene.desk, k.clock
    told_ms = clock.mono_ms()
    command = RequireSupplement(scene.case_id, (POINT,), TERM, call_id=scene.call_id)
    desk.run(require_supplement, command, desk.reviewer)
    clock.advance(2_000)
    facts = count(5)
    if not recorded:
        scene.gap(next(facts), told_ms - 500, told_ms + 500)
    scene.end()
    for part in (1, 2, 3):
        scene.part_ends(next(facts), part)
    scene.recording_ends(next(facts))
    after_the_term(clock)
    assert lapse(desk) == ((scene.case_id,) if recorded else ())


def test_a_supplement_that_came_in_time_goes_on(lapsing, clock):
    case_id = told(lapsing)
    lapsing.run(supply_supplement, SupplySupplement(case_id, (PointAnswer(1, "停工。"),)))
    clock.advance(400 * DAY_MS)
    assert lapse(lapsing) == ()
    assert lapsing.case(case_id).state is CaseState.ACCEPTED


def test_a_lapsed_case_takes_nothing_any_more(lapsing, clock):
    case_id = told(lapsing)
    after_the_term(clock)
    lapse(lapsing)
    with pytest.raises(StateForbids):
        lapsing.run(supply_supplement, SupplySupplement(case_id, (PointAnswer(1, "停工。"),)))
    assert lapsing.run(expire_leases, ExpireLeases(), SYSTEM).released == ()


def test_only_the_program_lets_cases_lapse(lapsing, clock):
    told(lapsing)
    clock.advance(400 * DAY_MS)
    for who in (lapsing.clerk, lapsing.reviewer, lapsing.city.actors["lead"]):
        with pytest.raises(NotAllowed):
            lapsing.run(lapse_cases, LapseCases(), who)


def test_a_list_has_the_items_term_or_a_longer_one(lapsing):
    case_id = lapsing.in_review()
    with pytest.raises(InvalidInput):
        lapsing.run(
            require_supplement, RequireSupplement(case_id, (POINT,), TERM - 1), lapsing.reviewer
        )
    longer = RequireSupplement(case_id, (POINT,), TERM + 5)
    assert lapsing.run(require_supplement, longer, lapsing.reviewer).round == 1


def test_the_term_is_the_items_and_else_the_centres(desk):
    old = desk.filled()
    publish_lapsing(desk, DESK_ITEM)
    new = desk.filled()
    with desk.kernel.store.reading() as conn:
        assert (supplement_term(conn, old, 7), supplement_term(conn, new, 7)) == (7, TERM)
