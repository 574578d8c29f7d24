"""Importing, publishing and closing items, and who may accept them."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy import func, select

from casework.actions.close_item import CloseItem, close_item
from casework.actions.discard_draft import DiscardDraft, discard_draft
from casework.actions.open_case import OpenCase, open_case
from casework.actions.publish_draft import PublishDraft, publish_draft
from casework.actions.save_drafts import SaveDrafts, save_drafts
from casework.actions.set_item_grant import ItemGrant, SetItemGrant, set_item_grant
from casework.calendar import day_of
from casework.catalogue.item_out import catalogue_yaml
from casework.catalogue.loader import load_catalogue, read_catalogue
from casework.catalogue.stored_item import item_in_force, load_draft, load_item, sha256_of
from casework.errors import InvalidInput, NotAllowed, NotFound, VersionConflict
from casework.policy.refusals import ItemNotGranted, ItemNotInForce
from casework.store import schema_catalogue as s
from casework.store import schema_log
from casework.store import schema_org as org
from casework.views.catalogue import item_page, item_rows, items_in_force

ITEMS = load_catalogue().items
ITEM = next(item for item in ITEMS if item.code == "SB-002")
NEXT = dataclasses.replace(ITEM, version=2, name="失业保险金申领（新）")
NEW = dataclasses.replace(ITEM, code="SB-900", name="示范事项")
ORIGIN = "demo.example/log"


@pytest.fixture
def admin(desk):
    return desk.city.actors["admin"]


@pytest.fixture
def today(clock):
    return day_of(clock.wall_ms())


@pytest.fixture
def publish(desk, admin):
    def do(item, day):
        saved = desk.run(save_drafts, SaveDrafts((item,)), admin)
        assert saved.drafts == (item.code,)
        command = PublishDraft(ORIGIN, item.code, sha256_of(item), day)
        return desk.run(publish_draft, command, admin)

    return do


def entries(store, type_):
    with store.reading() as conn:
        return conn.scalar(
            select(func.count())
            .select_from(schema_log.entry)
            .where(schema_log.entry.c.type == type_, schema_log.entry.c.chain == f"log:{ORIGIN}")
        )


class TestDrafts:
    def test_an_import_waits_and_changes_nothing_in_force(self, desk, store, admin, today):
        saved = desk.run(save_drafts, SaveDrafts((ITEM, NEW, NEXT)), admin)
        assert saved.drafts == ("SB-900", "SB-002")
        assert saved.unchanged == ("SB-002",)
        assert saved.bad_rows == ()
        with store.reading() as conn:
            assert load_draft(conn, "SB-900").item == NEW
            assert item_in_force(conn, "SB-002", today) == ITEM
            with pytest.raises(ItemNotInForce):
                item_in_force(conn, "SB-900", today)

    @pytest.mark.parametrize(
        ("item", "where", "code"),
        [
            (dataclasses.replace(ITEM, name="改名"), "version", "version_published"),
            (dataclasses.replace(ITEM, version=3), "version", "version_not_next"),
            (dataclasses.replace(NEW, version=2), "version", "version_not_next"),
            (dataclasses.replace(NEW, group="nobody"), "group", "unknown_group"),
        ],
    )
    def test_one_bad_row_keeps_all_out(self, desk, store, admin, item, where, code):
        saved = desk.run(save_drafts, SaveDrafts((NEXT, item)), admin)
        assert [(row.where, row.code) for row in saved.bad_rows] == [(where, code)]
        assert saved.drafts == ()
        with store.reading() as conn:
            assert conn.scalar(select(func.count()).select_from(s.item_draft)) == 0

    def test_a_draft_is_replaced_or_forgotten(self, desk, store, admin):
        desk.run(save_drafts, SaveDrafts((NEW,)), admin)
        again = dataclasses.replace(NEW, name="示范事项（改）")
        desk.run(save_drafts, SaveDrafts((again,)), admin)
        with pytest.raises(VersionConflict):
            desk.run(discard_draft, DiscardDraft("SB-900", sha256_of(NEW)), admin)
        desk.run(discard_draft, DiscardDraft("SB-900", sha256_of(again)), admin)
        with store.reading() as conn, pytest.raises(NotFound):
            load_draft(conn, "SB-900")

    def test_only_administrators(self, desk, today):
        for action, command in (
            (save_drafts, SaveDrafts((NEW,))),
            (publish_draft, PublishDraft(ORIGIN, "SB-900", "0" * 64, today)),
            (discard_draft, DiscardDraft("SB-900", "0" * 64)),
            (close_item, CloseItem(ORIGIN, "SB-002", today)),
            (set_item_grant, SetItemGrant(ORIGIN, desk.clerk.outlet, "SB-002", ItemGrant.NONE)),
        ):
            with pytest.raises(NotAllowed):
                desk.run(action, command)


class TestPublishing:
    def test_from_its_day_on(self, desk, store, publish, today):
        open_id = desk.in_review("SB-002")
        day = today + dt.timedelta(days=10)
        published = publish(NEXT, day)
        with store.reading() as conn:
            assert item_in_force(conn, "SB-002", day - dt.timedelta(days=1)) == ITEM
            assert item_in_force(conn, "SB-002", day).effective_from == day
            assert sha256_of(load_item(conn, "SB-002@2")) == published.sha256
            assert conn.scalar(select(func.count()).select_from(s.item_draft)) == 0
        assert desk.item(open_id) == ITEM
        assert entries(store, "catalogue.item_published") == 1

    def test_what_was_not_looked_at_is_not_published(self, desk, store, admin, today):
        desk.run(save_drafts, SaveDrafts((NEXT,)), admin)
        with pytest.raises(VersionConflict):
            command = PublishDraft(ORIGIN, "SB-002", sha256_of(ITEM), today)
            desk.run(publish_draft, command, admin)
        with pytest.raises(InvalidInput):
            day = today - dt.timedelta(days=1)
            desk.run(publish_draft, PublishDraft(ORIGIN, "SB-002", sha256_of(NEXT), day), admin)
        with pytest.raises(NotFound):
            command = PublishDraft(ORIGIN, "SB-900", sha256_of(NEW), today)
            desk.run(publish_draft, command, admin)
        assert entries(store, "catalogue.item_published") == 0

    def test_a_closed_item_stays_closed_for_all_its_versions(
        self, desk, store, admin, publish, today
    ):
        publish(NEXT, today)
        day = today + dt.timedelta(days=1)
        assert desk.run(close_item, CloseItem(ORIGIN, "SB-002", day), admin).versions == 2
        assert desk.run(close_item, CloseItem(ORIGIN, "SB-002", day), admin).versions == 0
        assert entries(store, "catalogue.item_closed") == 1
        with store.reading() as conn:
            assert item_in_force(conn, "SB-002", today).version == 2
            with pytest.raises(ItemNotInForce):
                item_in_force(conn, "SB-002", day)
        publish(dataclasses.replace(NEXT, version=3), day)
        with store.reading() as conn:
            assert item_in_force(conn, "SB-002", day).version == 3
        with pytest.raises(NotFound):
            desk.run(close_item, CloseItem(ORIGIN, "SB-901", day), admin)


class TestGrants:
    def test_an_outlet_without_a_grant_opens_no_case(self, desk, store, admin):
        mine = desk.clerk.outlet

        def grant(how, outlet=mine, code="SB-002"):
            return desk.run(set_item_grant, SetItemGrant(ORIGIN, outlet, code, how), admin).changed

        assert not grant(ItemGrant.MANDATORY)
        assert grant(ItemGrant.NONE)
        with pytest.raises(ItemNotGranted):
            desk.run(open_case, OpenCase("SB-002"))
        assert grant(ItemGrant.OPTIONAL)
        desk.run(open_case, OpenCase("SB-002"))
        assert entries(store, "catalogue.grant_set") == 2
        with store.reading() as conn:
            kept = conn.execute(
                select(org.outlet_item.c.mandatory, org.outlet_item.c.until_ms).where(
                    org.outlet_item.c.outlet_id == mine, org.outlet_item.c.item_code == "SB-002"
                )
            ).all()
        assert sorted((row.mandatory, row.until_ms is None) for row in kept) == [
            (False, True),
            (True, False),
        ]
        for outlet, code in ((mine, "SB-901"), ("nowhere", "SB-002")):
            with pytest.raises(NotFound):
                grant(ItemGrant.OPTIONAL, outlet, code)


class TestViews:
    def test_what_the_list_tells(self, desk, store, admin, clock, publish, today):
        day = today + dt.timedelta(days=3)
        publish(NEXT, day)
        desk.run(save_drafts, SaveDrafts((NEW,)), admin)
        command = SetItemGrant(ORIGIN, desk.clerk.outlet, "SB-002", ItemGrant.OPTIONAL)
        desk.run(set_item_grant, command, admin)
        with store.reading() as conn:
            rows = {row.code: row for row in item_rows(conn, today, clock.wall_ms())}
            page = item_page(conn, "SB-002", today, clock.wall_ms())
            later = item_page(conn, "SB-002", day, clock.wall_ms())
            draft = item_page(conn, "SB-900", today, clock.wall_ms())
            with pytest.raises(NotFound):
                item_page(conn, "SB-901", today, clock.wall_ms())
            assert len(items_in_force(conn, today)) == 40
            assert {item.id for item in items_in_force(conn, day)} >= {"SB-002@2", "SB-001@1"}
        assert len(rows) == 41
        row = rows["SB-002"]
        assert (row.in_force, row.newest, row.next_from) == (1, 2, day)
        assert (row.mandatory, row.optional, row.name) == (1, 1, ITEM.name)
        assert (rows["SB-900"].in_force, rows["SB-900"].draft) == (None, 1)
        assert page.item == ITEM
        assert later.item.name == NEXT.name
        assert [(one.version, one.in_force) for one in page.versions] == [(2, False), (1, True)]
        assert {one.grant for one in page.grants} == {"mandatory", "optional"}
        assert draft.item == NEW
        assert {one.grant for one in draft.grants} == {"none"}


def test_the_catalogue_goes_out_and_comes_in_the_same():
    written = catalogue_yaml(ITEMS)
    report = read_catalogue("catalogue.yaml", written)
    assert report.bad_rows == ()
    assert report.items == ITEMS
    assert catalogue_yaml(report.items) == written
