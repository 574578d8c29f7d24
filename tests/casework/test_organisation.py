"""A city's outlets, windows, groups, staff and posts: opened, changed, closed, each change an entry."""

import json

import pytest
from sqlalchemy import insert, select, update

from casework.actions.add_staff import AddStaff, add_staff
from casework.actions.certify import Certify, EndCertificate, certify, end_certificate
from casework.actions.change_group import ChangeGroup, change_group
from casework.actions.change_outlet import ChangeOutlet, change_outlet
from casework.actions.change_staff import ChangeStaff, change_staff
from casework.actions.change_window import ChangeWindow, change_window
from casework.actions.close_group import CloseGroup, close_group
from casework.actions.close_outlet import CloseOutlet, close_outlet
from casework.actions.close_staff import CloseStaff, close_staff
from casework.actions.close_window import CloseWindow, close_window
from casework.actions.end_post import EndPost, end_post
from casework.actions.grant_items import GrantItems, grant_items
from casework.actions.grant_post import GrantPost, grant_post
from casework.actions.note_opening_check import NoteOpeningCheck, note_opening_check
from casework.actions.open_group import OpenGroup, open_group
from casework.actions.open_outlet import OpenOutlet, open_outlet
from casework.actions.open_window import OpenWindow, open_window
from casework.actions.reset_password import ResetPassword, reset_password
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actions.set_roster import SetRoster, set_roster
from casework.actor import SYSTEM, Actor, Role
from casework.calendar import day_of
from casework.clock import ManualClock
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.model.organisation import EmployerKind, OpeningCheck
from casework.model.outlet import OutletKind, WindowProfile
from casework.policy.organisation_refusals import (
    AlreadyClosed,
    EmployerMayNot,
    LastAdministrator,
    NameTaken,
    OwnAccount,
    PlaceNeeded,
    PostsExclude,
    StillInUse,
)
from casework.policy.posts import POSTS, exclude_each_other
from casework.seed import LOGINS, SeedDemo, seed_demo
from casework.store import schema_org as s
from casework.store.schema_case import cases
from casework.store.schema_log import entry
from casework.views.grants import certified_groups, may_accept
from casework.views.opening import clerks_of, outlet_day
from casework.views.posts import posts_held
from scenes.kernel import kernel

ORIGIN = "hall.example/log"
DAY_MS = 24 * 3_600_000


class City:
    """A seeded kernel, and the administrator who changes it."""

    def __init__(self, k):
        self.k = k
        hashes = dict.fromkeys(LOGINS, "argon2-of-nothing")
        self.seeded = k.writer.run_sync(seed_demo, SeedDemo(hashes), actor=SYSTEM)
        self.admin = self.seeded.actors["admin"]
        self.outlet = self.do(open_outlet, OpenOutlet(ORIGIN, "新网点", OutletKind.POST)).id

    def do(self, action, command, actor=None):
        return self.k.writer.run_sync(action, command, actor=actor or self.admin)

    def read(self, query, *args):
        with self.k.store.reading() as conn:
            return query(conn, *args)

    def entries(self):
        with self.k.store.reading() as conn:
            rows = conn.execute(
                select(entry.c.type, entry.c.body)
                .where(entry.c.chain == f"log:{ORIGIN}")
                .order_by(entry.c.seq)
            )
            return [(row.type, json.loads(row.body)) for row in rows]

    def window(self, number="1", outlet=None):
        command = OpenWindow(
            ORIGIN, outlet or self.outlet, number, f"{number}号窗口", WindowProfile.ONE_PC
        )
        return self.do(open_window, command).id

    def person(self, number="701", kind=EmployerKind.BANK, outlet="here"):
        place = self.outlet if outlet == "here" else outlet
        command = AddStaff(
            ORIGIN, number, f"柜员{number}", "示范银行", kind, "hash", outlet_id=place
        )
        return self.do(add_staff, command).id

    def post(self, staff, role, post="岗位"):
        return self.do(grant_post, GrantPost(ORIGIN, staff, role, post)).id

    def held(self, staff):
        return [post.role for post in self.read(posts_held, staff, self.k.clock.wall_ms())]


@pytest.fixture
def city(tmp_path):
    with kernel(tmp_path, clock=ManualClock()) as k:
        yield City(k)


def test_every_change_writes_one_entry_of_ids_and_codes_alone(city):
    window = city.window()
    staff = city.person()
    grant = city.post(staff, Role.CLERK, "综合柜员")
    city.do(change_outlet, ChangeOutlet(ORIGIN, city.outlet, "改名网点", OutletKind.STREET))
    city.do(
        change_window,
        ChangeWindow(ORIGIN, window, "一号", WindowProfile.TABLET, accepts=True, issues=False),
    )
    city.do(grant_items, GrantItems(ORIGIN, city.outlet, ("SB-001",)))
    city.do(set_item_grant, SetItemGrant(ORIGIN, city.outlet, "SB-001", ItemGrant.NONE))
    city.do(reset_password, ResetPassword(ORIGIN, staff, "other-hash"))
    city.do(end_post, EndPost(ORIGIN, grant))
    city.do(close_staff, CloseStaff(ORIGIN, staff))
    city.do(close_window, CloseWindow(ORIGIN, window))
    city.do(close_outlet, CloseOutlet(ORIGIN, city.outlet))
    types = [type_ for type_, _body in city.entries()]
    assert types == [
        "org.outlet_opened",
        "org.window_opened",
        "org.staff_added",
        "org.post_granted",
        "org.outlet_changed",
        "org.window_changed",
        "catalogue.grant_set",
        "catalogue.grant_set",
        "org.password_reset",
        "org.post_ended",
        "org.staff_closed",
        "org.window_closed",
        "org.outlet_closed",
    ]
    written = json.dumps([body for _type, body in city.entries()], ensure_ascii=False)
    for word in ("网点", "柜员", '"701"', "银行", '-hash"', "一号"):
        assert word not in written
    assert {body["actor"] for _type, body in city.entries()} == {city.admin.id}


COMMANDS = [
    (open_outlet, lambda c: OpenOutlet(ORIGIN, "乙", OutletKind.BANK)),
    (change_outlet, lambda c: ChangeOutlet(ORIGIN, c.outlet, "乙", OutletKind.BANK)),
    (close_outlet, lambda c: CloseOutlet(ORIGIN, c.outlet)),
    (open_window, lambda c: OpenWindow(ORIGIN, c.outlet, "9", "九", WindowProfile.ONE_PC)),
    (close_window, lambda c: CloseWindow(ORIGIN, c.seeded.windows["bank/3"])),
    (open_group, lambda c: OpenGroup(ORIGIN, "talent", "人才")),
    (change_group, lambda c: ChangeGroup(ORIGIN, "insurance", "社保")),
    (close_group, lambda c: CloseGroup(ORIGIN, "insurance")),
    (
        add_staff,
        lambda c: AddStaff(ORIGIN, "9", "柜员09", "示范", EmployerKind.BANK, "h", "", c.outlet),
    ),
    (
        change_staff,
        lambda c: ChangeStaff(
            ORIGIN, c.seeded.actors["clerk4"].id, "柜", "示", EmployerKind.BANK, c.outlet
        ),
    ),
    (close_staff, lambda c: CloseStaff(ORIGIN, c.seeded.actors["clerk4"].id)),
    (reset_password, lambda c: ResetPassword(ORIGIN, c.seeded.actors["clerk4"].id, "h")),
    (
        grant_post,
        lambda c: GrantPost(ORIGIN, c.seeded.actors["clerk4"].id, Role.OUTLET_LEAD, "客服经理"),
    ),
    (end_post, lambda c: EndPost(ORIGIN, c.seeded.actors["clerk4"].post)),
    (certify, lambda c: Certify(ORIGIN, c.seeded.actors["reviewer3"].id, "insurance")),
    (
        end_certificate,
        lambda c: EndCertificate(ORIGIN, c.seeded.actors["reviewer3"].id, "employment"),
    ),
    (grant_items, lambda c: GrantItems(ORIGIN, c.outlet, ("SB-001",))),
    (
        set_item_grant,
        lambda c: SetItemGrant(ORIGIN, c.seeded.outlets["bank"], "SB-001", ItemGrant.NONE),
    ),
]


@pytest.mark.parametrize(("action", "command"), COMMANDS, ids=[one[0].__name__ for one in COMMANDS])
@pytest.mark.parametrize("login", ["clerk1", "reviewer1", "lead", "auditor"])
def test_only_an_administrator_changes_the_organisation(city, action, command, login):
    before = city.entries()
    with pytest.raises(NotAllowed):
        city.do(action, command(city), city.seeded.actors[login])
    assert city.entries() == before


def test_names_are_used_once_while_they_are_open(city):
    with pytest.raises(NameTaken):
        city.do(open_outlet, OpenOutlet(ORIGIN, " 新网点 ", OutletKind.BANK))
    city.window("1")
    with pytest.raises(NameTaken):
        city.window("1")
    city.person("701")
    with pytest.raises(NameTaken) as refused:
        city.person("701")
    assert refused.value.details == {"field": "number"}
    city.do(open_group, OpenGroup(ORIGIN, "talent", "人才服务"))
    with pytest.raises(NameTaken):
        city.do(open_group, OpenGroup(ORIGIN, "talent", "别的"))


def test_a_login_may_not_be_a_colleagues_number(city):
    command = AddStaff(
        ORIGIN, "702", "柜员702", "示范", EmployerKind.BANK, "h", login="101", outlet_id=city.outlet
    )
    with pytest.raises(NameTaken):
        city.do(add_staff, command)


def test_an_outlet_closes_when_nobody_works_there(city):
    window, staff = city.window(), city.person()
    with pytest.raises(StillInUse) as refused:
        city.do(close_outlet, CloseOutlet(ORIGIN, city.outlet))
    assert refused.value.details == {"reason": "windows"}
    city.do(close_window, CloseWindow(ORIGIN, window))
    with pytest.raises(StillInUse) as refused:
        city.do(close_outlet, CloseOutlet(ORIGIN, city.outlet))
    assert refused.value.details == {"reason": "staff"}
    city.do(close_staff, CloseStaff(ORIGIN, staff))
    city.do(close_outlet, CloseOutlet(ORIGIN, city.outlet))
    for again in (
        lambda: city.do(close_outlet, CloseOutlet(ORIGIN, city.outlet)),
        lambda: city.window("2"),
        lambda: city.do(close_window, CloseWindow(ORIGIN, window)),
    ):
        with pytest.raises(AlreadyClosed):
            again()
    assert city.do(open_outlet, OpenOutlet(ORIGIN, "新网点", OutletKind.POST)).id != city.outlet


def test_a_window_with_an_open_case_stays_open(city):
    window = city.window()

    def put(tx, _command):
        tx.conn.execute(
            insert(cases).values(
                id="01JCASE0000000000000000001",
                number="20261122000001",
                item_version_id=city.seeded.items[0],
                item_code=city.seeded.items[0].split("@")[0],
                group_code="insurance",
                state="draft",
                version=1,
                outlet_id=city.outlet,
                window_id=window,
                first_asked_by="x",
                owner="x",
                opened_at_ms=0,
            )
        )

    city.do(put, None)
    with pytest.raises(StillInUse) as refused:
        city.do(close_window, CloseWindow(ORIGIN, window))
    assert refused.value.details == {"reason": "cases"}

    def complete(tx, _command):
        tx.conn.execute(update(cases).where(cases.c.window_id == window).values(state="completed"))

    city.do(complete, None)
    city.do(close_window, CloseWindow(ORIGIN, window))


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


def test_a_group_in_use_stays(city):
    with pytest.raises(StillInUse):
        city.do(close_group, CloseGroup(ORIGIN, "insurance"))
    city.do(open_group, OpenGroup(ORIGIN, "talent", "人才服务"))
    city.do(close_group, CloseGroup(ORIGIN, "talent"))
    with pytest.raises(AlreadyClosed):
        city.do(change_group, ChangeGroup(ORIGIN, "talent", "人才"))


@pytest.mark.parametrize("name", ["", "  ", "长" * 81, "a\u202eb"])
def test_names_have_limits(city, name):
    with pytest.raises(InvalidInput):
        city.do(open_outlet, OpenOutlet(ORIGIN, name, OutletKind.BANK))


# The outlet's day


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


def test_staff_rows_before_had_no_first_password(city):
    with city.k.store.reading() as conn:
        rows = conn.execute(select(s.staff.c.login, s.staff.c.password_to_change)).all()
    assert not any(row.password_to_change for row in rows)
    staff = city.person()
    with city.k.store.reading() as conn:
        assert conn.scalar(select(s.staff.c.password_to_change).where(s.staff.c.id == staff))
