"""A city's outlets, windows and groups: opened, changed, closed, each change an entry."""

import json

import pytest
from sqlalchemy import insert, update

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
from casework.actions.open_group import OpenGroup, open_group
from casework.actions.open_outlet import OpenOutlet, open_outlet
from casework.actions.open_window import OpenWindow, open_window
from casework.actions.reset_password import ResetPassword, reset_password
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.actor import Role
from casework.errors import InvalidInput, NotAllowed
from casework.model.organisation import EmployerKind
from casework.model.outlet import OutletKind, WindowProfile
from casework.policy.organisation_refusals import (
    AlreadyClosed,
    NameTaken,
    StillInUse,
)
from casework.store.schema_case import cases
from scenes.organisation import ORIGIN


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
