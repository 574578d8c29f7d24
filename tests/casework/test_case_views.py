"""What pages read: lists, the case page, the timeline, and who sees what."""

import dataclasses
import itertools
import json

import pytest
from sqlalchemy import text

from casework.actions.hand_back import HandBack, hand_back
from casework.actions.take_case import TakeCase, take_case
from casework.actor import SYSTEM, Actor, Role
from casework.errors import NotFound
from casework.keys.key_file import KeyKind
from casework.policy.case_visibility import sees_case
from casework.store import schema_case as s
from casework.store.base import metadata
from casework.store.case_rows import load_case
from casework.views.case_lines import case_lines
from casework.views.case_page import case_page
from casework.views.grants import certified_groups
from casework.views.organisation import window_place, windows_of_outlet
from casework.views.pool import held_by, pool_count, pool_list
from casework.views.timeline import EntryStatus, case_timeline
from casework.views.visible_cases import visible_case, visible_cases
from scenes.case_scene import CALL_ITEM, DESK_ITEM, an_id_number


def test_the_pool_shows_masked_lines_in_order(desk, store, keys, clock):
    reviewer = desk.city.actors["reviewer3"]  # certified for employment alone
    first = desk.accepted("SK-001")
    clock.advance(1)
    second = desk.accepted("SK-001")
    desk.accepted()
    with store.reading() as conn:
        lines = pool_list(conn, keys, reviewer.id, clock.wall_ms())
        assert [line.case_id for line in lines] == [first, second]
        assert pool_count(conn, reviewer.id, clock.wall_ms()) == 2
        assert {line.applicant for line in lines} == {"群*甲"}
        assert lines[0].item_name == "社会保障卡补换"
        assert lines[0].outlet_name == "示范银行第一支行"
    desk.run(take_case, TakeCase(first), reviewer)
    with store.reading() as conn:
        assert [line.case_id for line in held_by(conn, keys, reviewer.id)] == [first]


def test_the_case_page_masks_what_is_personal(desk, store, keys):
    case_id = desk.in_review("SB-009")
    desk.decided(case_id)
    with store.reading() as conn:
        page = case_page(conn, keys, case_id)
    shown = {value.field: value for value in (*page.applicant, *page.form)}
    assert shown["applicant.id_number"].masked
    assert shown["applicant.name"].shown == "群*甲"
    assert shown["form.new_value"].shown == "示范内容"
    assert an_id_number() not in repr(page)
    assert page.decision.transaction_number == "RS20250001"
    assert [value.field for value in page.decision.after] == ["after.value"]
    assert [slot.enough for slot in page.materials] == [True, True]
    assert [one.code for one in page.signatures] == ["application_signature"]
    assert {card.number for card in page.people.values()} == {"101", "01"}


def test_an_erased_case_has_no_name_in_lists(desk, store, keys, clock):
    case_id = desk.accepted()
    keys.destroy(KeyKind.CASE, case_id)
    with store.reading() as conn:
        assert case_lines(conn, keys, s.cases.c.id == case_id)[0].applicant == ""


def test_one_timeline_of_all_acts(desk, store):
    case_id = desk.in_review()
    with store.reading() as conn:
        lines = case_timeline(conn, case_id)
    assert [line.seq for line in lines] == list(range(len(lines)))
    assert lines[0].kind == "desk.case.opened"
    assert (lines[0].number, lines[0].name, lines[0].role) == ("101", "柜员01", "clerk")
    assert (lines[-1].kind, lines[-1].number) == ("desk.case.taken", "01")
    signed = next(line for line in lines if line.kind == "desk.application.signed")
    assert (signed.role, signed.number) == ("citizen", "")
    assert {line.status for line in lines} == {EntryStatus.RECORDED}
    assert {line.call_id for line in lines} == {None}


def test_the_rule_of_sight_is_the_same_in_python_and_in_sql(desk, store, clock):
    cases = [
        desk.opened(),
        desk.filled(CALL_ITEM),
        desk.accepted("SK-001"),
        desk.in_review(),
        desk.in_review(reviewer=desk.city.actors["reviewer2"]),
    ]
    desk.decided(cases[3])
    desk.run(hand_back, HandBack(cases[3]), SYSTEM)
    screen = desk.screen
    actors = [
        *desk.city.actors.values(),
        screen,
        dataclasses.replace(screen, window=desk.city.windows["bank/2"]),
        Actor("nobody", Role.REVIEWER),
        SYSTEM,
    ]
    seen_by_some = 0
    with store.reading() as conn:
        for actor, case_id in itertools.product(actors, cases):
            case = load_case(conn, case_id)
            groups = certified_groups(conn, actor.id, clock.wall_ms())
            rule = visible_cases(conn, actor, clock.wall_ms()) & (s.cases.c.id == case_id)
            in_sql = conn.scalar(s.cases.select().with_only_columns(s.cases.c.id).where(rule))
            assert (in_sql is not None) is sees_case(actor, case, groups), (actor, case)
            seen_by_some += in_sql is not None
    assert 0 < seen_by_some < len(actors) * len(cases)


def test_what_one_may_not_see_is_not_there(desk, store, clock):
    case_id = desk.opened()
    with store.reading() as conn:
        assert visible_case(conn, desk.clerk, case_id, clock.wall_ms()).id == case_id
        for actor in (desk.city.actors["clerk3"], desk.reviewer):
            with pytest.raises(NotFound):
                visible_case(conn, actor, case_id, clock.wall_ms())
        with pytest.raises(NotFound):
            visible_case(conn, desk.clerk, "nothing", clock.wall_ms())


def test_windows(desk, store):
    with store.reading() as conn:
        place = window_place(conn, desk.clerk.window)
        assert (place.number, place.profile, place.outlet_kind) == ("1", "one_pc", "bank")
        profiles = [one.profile for one in windows_of_outlet(conn, desk.clerk.outlet)]
        with pytest.raises(NotFound):
            window_place(conn, "nothing")
    assert profiles == ["one_pc", "tablet", "remote_citizen"]


def test_the_state_tables_hold_no_personal_value(desk, k, tmp_path):
    desk.decided(desk.in_review(DESK_ITEM))
    with k.store.reading() as conn:
        rows = [
            [str(value) for value in row]
            for table in metadata.sorted_tables
            for row in conn.execute(text(f'SELECT * FROM "{table.name}"'))
        ]
    everything = json.dumps(rows, ensure_ascii=False)
    assert "柜员01" in everything
    for secret in ("群众甲", an_id_number(), "13900000001", "9999000000000001"):
        assert secret not in everything
