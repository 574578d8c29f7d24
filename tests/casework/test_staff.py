"""People of a city and their posts: who may hold what, where, and until when."""

import pytest
from sqlalchemy import select

from casework.actions.add_staff import AddStaff, add_staff
from casework.actions.certify import Certify, certify
from casework.actions.change_staff import ChangeStaff, change_staff
from casework.actions.close_staff import CloseStaff, close_staff
from casework.actions.end_post import EndPost, end_post
from casework.actions.grant_items import GrantItems, grant_items
from casework.actions.grant_post import GrantPost, grant_post
from casework.actions.reset_password import ResetPassword, reset_password
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actor import SYSTEM, Actor, Role
from casework.errors import InvalidInput
from casework.model.organisation import EmployerKind
from casework.policy.organisation_refusals import (
    AlreadyClosed,
    EmployerMayNot,
    LastAdministrator,
    NameTaken,
    OwnAccount,
    PlaceNeeded,
    PostsExclude,
)
from casework.policy.posts import POSTS, exclude_each_other
from casework.store import schema_org as s
from casework.views.grants import certified_groups, may_accept
from scenes.organisation import DAY_MS, ORIGIN


def test_a_login_may_not_be_a_colleagues_number(city):
    command = AddStaff(
        ORIGIN, "702", "柜员702", "示范", EmployerKind.BANK, "h", login="101", outlet_id=city.outlet
    )
    with pytest.raises(NameTaken):
        city.do(add_staff, command)


def test_posts_that_exclude_each_other_are_not_held_together(city):
    pairs = {
        frozenset({a, b}) for a in POSTS for b in POSTS if a != b and not exclude_each_other((a, b))
    }
    assert pairs == {
        frozenset({Role.CLERK, Role.OUTLET_LEAD}),
        frozenset({Role.USHER, Role.OUTLET_LEAD}),
        frozenset({Role.REVIEWER, Role.DUTY_LEAD}),
    }
    hall = city.person("801", EmployerKind.BUREAU, None)
    city.post(hall, Role.REVIEWER)
    for role in (Role.AUDITOR, Role.ADMIN):
        with pytest.raises(PostsExclude):
            city.post(hall, role)
    city.post(hall, Role.DUTY_LEAD)
    with pytest.raises(NameTaken):
        city.post(hall, Role.REVIEWER)
    assert city.held(hall) == [Role.REVIEWER, Role.DUTY_LEAD]


def test_a_post_needs_its_place_and_its_employer(city):
    banker = city.person("702", EmployerKind.BANK)
    for role in (Role.REVIEWER, Role.DUTY_LEAD, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(EmployerMayNot):
            city.post(banker, role)
    posted = city.person("703", EmployerKind.BUREAU)
    with pytest.raises(PlaceNeeded):
        city.post(posted, Role.REVIEWER)
    hall = city.person("803", EmployerKind.BUREAU, None)
    with pytest.raises(PlaceNeeded):
        city.post(hall, Role.CLERK)
    with pytest.raises(EmployerMayNot):
        city.person("804", EmployerKind.BANK, None)
    with pytest.raises(InvalidInput):
        city.post(hall, Role.CITIZEN)


def test_nobody_changes_his_own_account(city):
    mine = city.admin.id
    for action, command in (
        (grant_post, GrantPost(ORIGIN, mine, Role.AUDITOR, "稽核")),
        (end_post, EndPost(ORIGIN, city.admin.post)),
        (close_staff, CloseStaff(ORIGIN, mine)),
        (reset_password, ResetPassword(ORIGIN, mine, "h")),
        (certify, Certify(ORIGIN, mine, "insurance")),
        (change_staff, ChangeStaff(ORIGIN, mine, "管", "局", EmployerKind.BUREAU)),
    ):
        with pytest.raises(OwnAccount):
            city.do(action, command)


def test_the_last_administrator_stays(city):
    second = city.person("805", EmployerKind.BUREAU, None)
    city.post(second, Role.ADMIN)
    other = Actor(second, Role.ADMIN)
    city.do(end_post, EndPost(ORIGIN, city.admin.post), other)
    with pytest.raises(LastAdministrator):
        city.do(close_staff, CloseStaff(ORIGIN, second), SYSTEM)
    assert city.held(second) == [Role.ADMIN]


def test_a_move_ends_the_posts_at_the_former_outlet(city):
    staff = city.person()
    city.post(staff, Role.CLERK)
    move = ChangeStaff(
        ORIGIN, staff, "柜员701", "示范银行", EmployerKind.BANK, city.seeded.outlets["bank"]
    )
    city.do(change_staff, move)
    assert city.held(staff) == []
    city.post(staff, Role.CLERK)
    assert city.held(staff) == [Role.CLERK]


def test_whoever_leaves_has_no_post_and_no_certificate(city):
    hall = city.person("806", EmployerKind.BUREAU, None)
    city.post(hall, Role.REVIEWER)
    city.do(certify, Certify(ORIGIN, hall, "insurance"))
    now = city.k.clock.wall_ms()
    assert city.read(certified_groups, hall, now) == {"insurance"}
    city.do(close_staff, CloseStaff(ORIGIN, hall))
    assert city.held(hall) == []
    assert city.read(certified_groups, hall, now) == frozenset()
    with pytest.raises(AlreadyClosed):
        city.post(hall, Role.REVIEWER)


def test_a_dated_post_ends_by_itself(city):
    staff = city.person()
    until = city.k.clock.wall_ms() + DAY_MS
    city.do(grant_post, GrantPost(ORIGIN, staff, Role.CLERK, "综合柜员", until))
    assert city.held(staff) == [Role.CLERK]
    city.k.clock.advance(DAY_MS)
    assert city.held(staff) == []


def test_items_are_given_once_and_taken_back(city):
    give = GrantItems(ORIGIN, city.outlet, ("SB-001", "SB-002", "SB-001"))
    assert city.do(grant_items, give) == 2
    assert city.do(grant_items, give) == 0
    now = city.k.clock.wall_ms()
    assert city.read(may_accept, city.outlet, "SB-001", now)
    city.do(set_item_grant, SetItemGrant(ORIGIN, city.outlet, "SB-001", ItemGrant.NONE))
    assert not city.read(may_accept, city.outlet, "SB-001", now)
    with pytest.raises(InvalidInput):
        city.do(grant_items, GrantItems(ORIGIN, city.outlet, ("XX-999",)))


def test_staff_rows_before_had_no_first_password(city):
    with city.k.store.reading() as conn:
        rows = conn.execute(select(s.staff.c.login, s.staff.c.password_to_change)).all()
    assert not any(row.password_to_change for row in rows)
    staff = city.person()
    with city.k.store.reading() as conn:
        assert conn.scalar(select(s.staff.c.password_to_change).where(s.staff.c.id == staff))
