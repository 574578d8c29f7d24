"""Launches of an intake platform, act by act: handed over, opened once, nothing lost."""

import json
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from casework.actions.close_item import CloseItem, close_item
from casework.actions.confirm_identity import ConfirmIdentity, confirm_identity
from casework.actions.give_notice import GiveNotice, give_notice
from casework.actions.lapse_cases import LapseCases, lapse_cases
from casework.actions.open_launch import OpenLaunch, open_launch
from casework.actions.open_platform import OpenPlatform, open_platform
from casework.actions.publish_item import PublishItem, publish_item
from casework.actions.remove_mapping import RemoveMapping, remove_mapping
from casework.actions.require_supplement import RequireSupplement, require_supplement
from casework.actions.reveal_field import RevealField, reveal_field
from casework.actions.sweep_launches import SweepLaunches, sweep_launches
from casework.actions.withdraw_case import WithdrawCase, withdraw_case
from casework.actor import SYSTEM
from casework.calendar import WorkingCalendar, day_of
from casework.catalogue.stored_item import item_in_force
from casework.errors import NotAllowed, NotFound
from casework.keys.key_ring import SealBroken, Sealed, unseal
from casework.model.applicant import IdentityMethod
from casework.model.case import CaseState
from casework.model.launch import LINK_MS, LeftOutReason
from casework.model.supplement import GENERAL, NoticePoint, NoticeReason
from casework.policy.launch_refusals import (
    LaunchElsewhere,
    LaunchGone,
    LaunchNotMapped,
    LaunchOpened,
    LaunchPlaceRefused,
    LaunchReplayed,
)
from casework.policy.refusals import ItemNotGranted, ItemNotInForce
from casework.store import schema_case as cases
from casework.store import schema_launch as s
from casework.store import schema_org as org
from casework.store.reading import entries_of
from casework.views.case_page import case_page
from casework.views.launches import case_launch
from casework.views.platforms import platform_page
from casework.views.sealed_values import sealed_fields
from scenes.case_scene import DESK_ITEM, a_bank_card, a_stored, an_applicant
from scenes.intake_platform import (
    FIELDS,
    KID,
    MAPPING,
    ORIGIN,
    IntakePlatform,
)
from scenes.lapsing import TERM, publish_lapsing


@pytest.fixture
def platform(k, desk):
    return IntakePlatform(k, desk.city).registered()


@pytest.fixture
def opened(desk, platform):
    """Opens a new launch by the clerk at the bank."""

    def do(clerk=None, **changed):
        return desk.run(open_launch, OpenLaunch(platform.handed_over(**changed)), clerk)

    return do


def rows(k, query):
    with k.store.reading() as conn:
        return conn.execute(query).all()


def sql(k, statement):
    k.writer.run_sync(lambda tx, _command: tx.conn.execute(statement) and None, None, actor=SYSTEM)


class TestOpening:
    def test_a_launch_becomes_a_draft_that_is_filled_in(self, k, desk, opened):
        found = opened()
        assert (found.left_out, found.existing) == (0, False)
        case = desk.case(found.case_id)
        assert (case.state, case.owner) == (CaseState.DRAFT, desk.clerk.id)
        assert case.identity_confirmed_at_ms is None
        with k.store.reading() as conn:
            page = case_page(conn, k.keys, found.case_id)
        assert [one.shown for one in page.applicant] == [
            "群*甲",
            "990*************12",
            "139****0001",
        ]
        assert {one.field: one.shown for one in page.form}["form.left_on"] == "2025-01-31"
        # The clerk confirms whom she sees and types nothing again.
        desk.run(
            confirm_identity,
            ConfirmIdentity(found.case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant()),
        )
        assert desk.case(found.case_id).form_seq == 1

    def test_the_entry_keeps_what_was_signed_and_says_nothing_of_it_in_the_clear(
        self, k, desk, platform
    ):
        token = platform.launch()
        found = desk.run(open_launch, OpenLaunch(platform.receive(token).handle))
        with k.store.reading() as conn:
            entries = entries_of(conn, f"case:{found.case_id}")
            said = sealed_fields(conn, k.keys, f"case:{found.case_id}", 1)
        assert [entry.type for entry in entries] == ["desk.case.opened", "desk.case.launched"]
        assert {"platform", "launch"} <= json.loads(entries[1].body)["facts"].keys()
        assert (said["launch_token"], said["launch_ref"]) == (token, "PT-2026-0001")
        assert said["launch_kid"] == KID
        text = entries[1].body.decode()
        assert "PT-2026" not in text
        assert "群众甲" not in text

    def test_until_it_is_opened_it_lies_sealed_and_afterwards_nowhere_else(self, k, desk, platform):
        handle = platform.handed_over()
        (row,) = rows(k, select(s.launch))
        assert handle not in str(row)
        for told in (an_applicant().id_number, "群众甲", "PT-2026-0001"):
            assert told.encode() not in row.ciphertext
            assert told not in str(row)
        # Not even with every key of the desk, unless one has the link.
        for known in (row.token_sha256, row.handle_sha256, row.jti_index, row.id):
            with pytest.raises(SealBroken):
                sealed = Sealed(row.nonce, row.ciphertext)
                unseal(k.keys.launch_key(k.keys.launch_handle(known)), ("launch", row.id), sealed)
        desk.run(open_launch, OpenLaunch(handle))
        (row,) = rows(k, select(s.launch))
        assert (row.ciphertext, row.nonce, row.opened_by) == (None, None, desk.clerk.id)

    def test_what_does_not_fit_is_told_one_by_one_and_kept_as_seen(self, k, desk, opened):
        found = opened(fields={**FIELDS, "lxdh": "12345", "beizhu": "张三的备注"})
        assert found.left_out == 2
        case = desk.case(found.case_id)
        with k.store.reading() as conn:
            item = case_page(conn, k.keys, case.id).item
            told = case_launch(conn, k.keys, case, item)
        assert (told.platform, told.ref) == ("示范市政务服务平台", "PT-2026-0001")
        assert [(one.name, one.target, one.reason, one.shown) for one in told.left_out] == [
            ("beizhu", "", LeftOutReason.NOT_MAPPED, "*****"),
            ("lxdh", "applicant.phone", LeftOutReason.DOES_NOT_FIT, "*****"),
        ]
        field = told.left_out[1].field
        assert desk.run(reveal_field, RevealField(case.id, field)).value == "12345"
        with k.store.reading() as conn:
            assert entries_of(conn, case.chain)[-1].type == "desk.field.revealed"
        with pytest.raises(NotFound):
            desk.run(reveal_field, RevealField(case.id, "launch.999"))

    def test_a_case_opened_by_hand_came_from_nowhere(self, k, desk):
        case = desk.case(desk.opened())
        with k.store.reading() as conn:
            assert case_launch(conn, k.keys, case, case_page(conn, k.keys, case.id).item) is None
        with pytest.raises(NotFound):
            desk.run(reveal_field, RevealField(case.id, "launch.001"))

    def test_half_an_applicant_is_kept(self, k, desk, opened):
        found = opened(fields={**FIELDS, "sfzjhm": "123"})
        with k.store.reading() as conn:
            page = case_page(conn, k.keys, found.case_id)
        assert [one.field for one in page.applicant] == ["applicant.name", "applicant.phone"]

    def test_the_same_reference_leads_to_the_same_case(self, desk, opened):
        first = opened()
        before = desk.case(first.case_id)
        again = opened(fields={**FIELDS, "yydw": "另一企业"})
        assert (again.case_id, again.existing) == (first.case_id, True)
        assert desk.case(first.case_id) == before
        # By a colleague at the next window as well, and however the case has gone on.
        colleague = desk.city.actors["clerk2"]
        assert opened(colleague).case_id == first.case_id
        assert opened(ref="PT-2026-0002").case_id != first.case_id

    def test_a_confirmed_identity_does_not_forget_the_reference(self, desk, opened):
        first = opened()
        desk.run(
            confirm_identity,
            ConfirmIdentity(first.case_id, IdentityMethod.ORIGINAL_SEEN, an_applicant()),
        )
        assert opened().case_id == first.case_id

    def test_a_withdrawn_case_is_not_opened_again(self, desk, opened):
        first = opened()
        command = WithdrawCase(first.case_id, IdentityMethod.ORIGINAL_SEEN, "不办了")
        desk.run(withdraw_case, command)
        assert opened().case_id != first.case_id

    def test_a_lapsed_case_is_not_opened_again(self, desk, clock, platform, opened):
        """视为撤回: the citizen applies anew, and the platform's number leads to the new case."""
        publish_lapsing(desk, DESK_ITEM)
        first = opened().case_id
        point = NoticePoint(GENERAL, NoticeReason.STATEMENT_NEEDED, "请说明缴费中断的原因。")
        desk.run(require_supplement, RequireSupplement(first, (point,), TERM))
        desk.run(give_notice, GiveNotice(first, a_stored(first)))
        due_ms = WorkingCalendar().due_ms(clock.wall_ms(), TERM)
        clock.advance(due_ms + 1 - clock.wall_ms())
        assert desk.run(lapse_cases, LapseCases(), SYSTEM) == (first,)
        assert opened().case_id != first

    def test_two_platforms_may_use_one_number(self, k, desk, platform, opened):
        first = opened()
        other = IntakePlatform(k, desk.city)
        other.id = other.admin(open_platform, OpenPlatform(ORIGIN, "另一平台", "other.example"))
        other.add_key(other.key, KID)
        other.allow("bank")
        other.map(MAPPING)
        handle = other.handed_over(iss="other.example")
        assert desk.run(open_launch, OpenLaunch(handle)).case_id != first.case_id


class TestOnce:
    def test_an_answer_that_was_lost_is_given_again(self, desk, platform):
        token = platform.launch()
        first = platform.receive(token)
        again = platform.receive(token)
        assert (again.handle, again.until_ms) == (first.handle, first.until_ms)
        assert (first.repeated, again.repeated) == (False, True)
        # The clerk's answer is lost after the commit: she presses once more.
        opened = desk.run(open_launch, OpenLaunch(first.handle))
        twice = desk.run(open_launch, OpenLaunch(first.handle))
        assert (twice.case_id, twice.existing) == (opened.case_id, True)

    def test_an_opened_launch_is_not_taken_again(self, desk, platform):
        token = platform.launch()
        desk.run(open_launch, OpenLaunch(platform.receive(token).handle))
        with pytest.raises(LaunchReplayed):
            platform.receive(token)

    def test_a_number_is_used_once(self, platform):
        platform.handed_over(jti="one-and-only")
        with pytest.raises(LaunchReplayed):
            platform.handed_over(jti="one-and-only", ref="PT-2")
        # ECDSA gives the same claims another signature: that is another launch.
        with pytest.raises(LaunchReplayed):
            platform.receive(platform.launch(jti="one-and-only"))

    def test_of_two_clerks_one_opens(self, k, desk, platform):
        handle = platform.handed_over()
        clerks = [desk.clerk, desk.city.actors["clerk2"]]
        start, ended = threading.Barrier(2), []

        def press(clerk):
            start.wait()
            try:
                ended.append(desk.run(open_launch, OpenLaunch(handle), clerk))
            except LaunchOpened as refused:
                ended.append(refused)

        threads = [threading.Thread(target=press, args=(clerk,)) for clerk in clerks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (refused,) = [one for one in ended if isinstance(one, LaunchOpened)]
        (opened,) = [one for one in ended if not isinstance(one, LaunchOpened)]
        assert refused.details["number"] == opened.number
        assert refused.details["clerk"] in {"101", "102"}
        assert len(rows(k, select(cases.cases.c.id))) == 1

    def test_a_link_runs_out(self, k, clock, desk, platform):
        handle = platform.handed_over()
        clock.advance(LINK_MS - 1)
        assert k.writer.run_sync(sweep_launches, SweepLaunches(), actor=SYSTEM) == 0
        clock.advance(1)
        with pytest.raises(LaunchGone):
            desk.run(open_launch, OpenLaunch(handle))
        assert k.writer.run_sync(sweep_launches, SweepLaunches(), actor=SYSTEM) == 1
        assert rows(k, select(s.launch)) == []

    def test_sweeping_leaves_the_case_its_reference(self, k, clock, desk, platform, opened):
        first = opened()
        clock.advance(LINK_MS)
        k.writer.run_sync(sweep_launches, SweepLaunches(), actor=SYSTEM)
        assert opened().case_id == first.case_id

    def test_a_made_up_link_leads_nowhere(self, desk, platform):
        platform.handed_over()
        for handle in ("", "A" * 43, "../../cases"):
            with pytest.raises(LaunchGone):
                desk.run(open_launch, OpenLaunch(handle))


class TestPlace:
    def test_another_outlet_opens_nothing(self, desk, platform):
        handle = platform.handed_over()
        with pytest.raises(LaunchElsewhere):
            desk.run(open_launch, OpenLaunch(handle), desk.city.actors["clerk3"])
        assert desk.run(open_launch, OpenLaunch(handle)).number

    def test_a_launch_for_a_window_is_opened_there(self, desk, platform):
        handle = platform.handed_over(window="2")
        with pytest.raises(LaunchElsewhere):
            desk.run(open_launch, OpenLaunch(handle))
        there = replace(desk.clerk, window=desk.city.windows["bank/2"])
        assert desk.run(open_launch, OpenLaunch(handle), there).number

    def test_a_launch_for_a_clerk_is_opened_by_her(self, desk, platform):
        handle = platform.handed_over(clerk="102")
        with pytest.raises(LaunchElsewhere):
            desk.run(open_launch, OpenLaunch(handle))
        assert desk.run(open_launch, OpenLaunch(handle), desk.city.actors["clerk2"]).number

    def test_nobody_but_a_clerk_at_a_window_opens(self, desk, platform):
        command = OpenLaunch(platform.handed_over())
        for actor in (desk.reviewer, desk.screen, replace(desk.clerk, window=None)):
            with pytest.raises(NotAllowed):
                desk.run(open_launch, command, actor)

    @pytest.mark.parametrize(
        ("changed", "field"),
        [({"window": "99"}, "window"), ({"clerk": "201"}, "clerk"), ({"clerk": "9"}, "clerk")],
    )
    def test_a_place_that_is_none_is_told_to_the_platform(self, platform, changed, field):
        with pytest.raises(LaunchPlaceRefused) as refused:
            platform.handed_over(**changed)
        assert refused.value.details == {"field": field}

    def test_it_launches_where_it_may(self, desk, platform):
        with pytest.raises(LaunchPlaceRefused):
            platform.handed_over(outlet=desk.city.outlets["community"])
        with pytest.raises(LaunchPlaceRefused):
            platform.handed_over(outlet="0" * 26)
        handle = platform.handed_over()
        platform.allow("bank", allowed=False)
        with pytest.raises(LaunchGone):
            desk.run(open_launch, OpenLaunch(handle))
        platform.allow("bank")
        assert desk.run(open_launch, OpenLaunch(handle)).number

    def test_a_closed_outlet_takes_none(self, k, desk, platform):
        bank = org.outlet.c.id == desk.city.outlets["bank"]
        sql(k, update(org.outlet).where(bank).values(closed_ms=1))
        with pytest.raises(LaunchPlaceRefused):
            platform.handed_over()


class TestItem:
    def test_an_item_that_nobody_mapped_is_told_at_once(self, desk, platform):
        with pytest.raises(LaunchNotMapped):
            platform.handed_over(item="SB-001")
        handle = platform.handed_over()
        platform.admin(remove_mapping, RemoveMapping(ORIGIN, platform.id, "SB-002"))
        with pytest.raises(LaunchNotMapped):
            desk.run(open_launch, OpenLaunch(handle))
        platform.map(MAPPING)
        assert desk.run(open_launch, OpenLaunch(handle)).number

    def test_an_item_that_closed_opens_nothing_and_keeps_the_link(self, k, desk, platform):
        handle = platform.handed_over()
        today = day_of(k.clock.wall_ms())
        platform.admin(close_item, CloseItem(ORIGIN, "SB-002", today))
        with pytest.raises(ItemNotInForce):
            desk.run(open_launch, OpenLaunch(handle))
        with pytest.raises(ItemNotInForce):
            platform.handed_over(ref="PT-2")
        (row,) = rows(k, select(s.launch.c.case_id, s.launch.c.ciphertext))
        assert row.case_id is None
        assert row.ciphertext
        assert rows(k, select(cases.cases.c.id)) == []

    def test_an_item_that_the_outlet_may_not_accept(self, k, desk, platform):
        handle = platform.handed_over()
        mine = org.outlet_item.c.item_code == "SB-002"
        sql(k, update(org.outlet_item).where(mine).values(until_ms=1))
        with pytest.raises(ItemNotGranted):
            desk.run(open_launch, OpenLaunch(handle))
        with pytest.raises(ItemNotGranted):
            platform.handed_over(ref="PT-2")

    def test_a_mapping_to_an_unknown_field_is_refused_and_changes_nothing(self, platform, k):
        wrong = MAPPING.replace("last_employer: yydw", "last_boss: yydw") + "---\nitem: SB-001\n"
        saved = platform.map(wrong)
        assert [(one.file, one.where, one.code) for one in saved.bad_rows] == [
            ("SB-002", "form.last_boss", "unknown_field")
        ]
        assert [row.item_code for row in rows(k, select(s.platform_mapping.c.item_code))] == [
            "SB-002"
        ]
        assert platform.map("item: XX-999\n").bad_rows[0].code == "unknown_item"

    def test_a_field_that_a_newer_version_lost_is_left_to_the_clerk(
        self, k, desk, platform, opened
    ):
        today = day_of(k.clock.wall_ms())
        with k.store.reading() as conn:
            item = item_in_force(conn, "SB-002", today)
        fields = tuple(one for one in item.fields if one.code != "account")
        newer = replace(item, version=item.version + 1, fields=fields)
        k.writer.run_sync(publish_item, PublishItem(newer), actor=SYSTEM)
        found = opened()
        with k.store.reading() as conn:
            page = case_page(conn, k.keys, found.case_id)
            (left,) = case_launch(conn, k.keys, page.case, page.item).left_out
            (line,) = platform_page(conn, platform.id, k.clock.wall_ms()).mappings
        assert page.item.version == newer.version
        assert (left.target, left.reason) == ("form.account", LeftOutReason.NO_SUCH_FIELD)
        assert a_bank_card() not in left.shown
        command = RevealField(found.case_id, left.field)
        assert desk.run(reveal_field, command).value == a_bank_card()
        # The administrator sees it before anybody launches, and mends it.
        assert [(one.where, one.code) for one in line.faults] == [("form.account", "unknown_field")]
        assert platform.map(MAPPING).bad_rows != ()
        assert platform.map(MAPPING.replace("  account: yhkh\n", "")).saved == ("SB-002",)
        with k.store.reading() as conn:
            (line,) = platform_page(conn, platform.id, k.clock.wall_ms()).mappings
        assert line.faults == ()

    def test_the_same_mapping_again_is_no_change(self, platform):
        assert platform.map(MAPPING).unchanged == ("SB-002",)
