"""Intake platforms and their keys: who registers them, and what ends when."""

import pytest
from sqlalchemy import select

from casework.actions.add_platform_key import MAX_KEYS, AddPlatformKey, add_platform_key
from casework.actions.close_platform import ClosePlatform, close_platform
from casework.actions.end_platform_key import EndPlatformKey, end_platform_key
from casework.actions.open_launch import OpenLaunch, open_launch
from casework.actions.open_platform import OpenPlatform, open_platform
from casework.actions.receive_launch import ReceiveLaunch, receive_launch
from casework.actions.remove_mapping import RemoveMapping, remove_mapping
from casework.actions.set_platform_outlet import SetPlatformOutlet, set_platform_outlet
from casework.actions.sweep_launches import SweepLaunches, sweep_launches
from casework.actor import SYSTEM
from casework.errors import InvalidInput, NotAllowed, NotFound
from casework.launch.mapping_file import read_mappings
from casework.launch.signed import launch_in
from casework.policy.launch_refusals import (
    LaunchesWait,
    LaunchGone,
    LaunchNotTrusted,
)
from casework.policy.organisation_refusals import AlreadyClosed, NameTaken
from casework.store import schema_launch as s
from casework.store.reading import entries_of
from scenes.intake_platform import (
    ISSUER,
    KID,
    ORIGIN,
    IntakePlatform,
    private_key,
    signed,
)


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


class TestKeysAndPlatforms:
    def test_old_and_new_key_hold_side_by_side_until_the_old_one_ends(self, clock, platform, k):
        new = private_key("OKP")
        platform.add_key(new, "2026-2")
        until_ms = k.clock.wall_ms() + 60_000
        platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID, until_ms))
        by_new = signed(new, platform.claims(), alg="Ed25519", kid="2026-2")
        assert platform.handed_over()
        assert platform.receive(by_new).handle
        clock.advance(60_000)
        with pytest.raises(LaunchNotTrusted):
            platform.handed_over()
        by_new = signed(new, platform.claims(), alg="Ed25519", kid="2026-2")
        assert platform.receive(by_new).handle

    def test_a_lost_key_ends_at_once_even_for_what_is_under_way(self, platform, k):
        token = platform.launch()
        command = ReceiveLaunch(platform.id, KID, token, launch_in(token))
        platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID))
        with pytest.raises(LaunchNotTrusted):
            k.writer.run_sync(receive_launch, command, actor=SYSTEM)
        with pytest.raises(AlreadyClosed):
            platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID))

    def test_an_end_is_brought_forward_and_never_put_off(self, platform, k):
        now = k.clock.wall_ms()
        for until_ms in (now + 60_000, now + 30_000):
            platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID, until_ms))
        for until_ms in (now + 60_000, now - 1):
            with pytest.raises(InvalidInput):
                platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID, until_ms))
        with pytest.raises(NotFound):
            platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, "none"))

    def test_a_name_of_a_key_is_used_once_and_keys_are_few(self, platform):
        with pytest.raises(NameTaken):
            platform.add_key(private_key(), KID)
        with pytest.raises(InvalidInput):
            platform.add_key(private_key(), "with space")
        key = private_key()
        named = platform.admin(
            add_platform_key,
            AddPlatformKey(ORIGIN, platform.id, key.as_pem(private=False).decode()),
        )
        assert named == key.thumbprint()
        for number in range(MAX_KEYS - 2):
            platform.add_key(private_key(), f"more-{number}")
        with pytest.raises(InvalidInput):
            platform.add_key(private_key(), "too-many")

    def test_a_closed_platform_launches_no_more(self, k, desk, platform, opened):
        first = opened()
        handle = platform.handed_over(ref="PT-2")
        platform.admin(close_platform, ClosePlatform(ORIGIN, platform.id))
        with pytest.raises(LaunchGone):
            desk.run(open_launch, OpenLaunch(handle))
        with pytest.raises(LaunchNotTrusted):
            platform.handed_over()
        assert [row.case_id for row in rows(k, select(s.launch.c.case_id))] == [first.case_id]
        for action, command in (
            (close_platform, ClosePlatform(ORIGIN, platform.id)),
            (set_platform_outlet, SetPlatformOutlet(ORIGIN, platform.id, "x", allowed=True)),
        ):
            with pytest.raises(AlreadyClosed):
                platform.admin(action, command)

    def test_names_and_issuers_are_told_apart(self, platform):
        for name, issuer, field in (
            ("新平台", ISSUER, "issuer"),
            ("示范市政务服务平台", "new.example", "name"),
        ):
            with pytest.raises(NameTaken) as refused:
                platform.admin(open_platform, OpenPlatform(ORIGIN, name, issuer))
            assert refused.value.details == {"field": field}
        for name, issuer in (("", "new.example"), ("新平台", ""), ("新平台", "with space")):
            with pytest.raises(InvalidInput):
                platform.admin(open_platform, OpenPlatform(ORIGIN, name, issuer))

    def test_only_an_administrator_registers(self, desk, platform):
        commands = [
            (open_platform, OpenPlatform(ORIGIN, "新平台", "new.example")),
            (close_platform, ClosePlatform(ORIGIN, platform.id)),
            (add_platform_key, AddPlatformKey(ORIGIN, platform.id, "key")),
            (end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID)),
            (set_platform_outlet, SetPlatformOutlet(ORIGIN, platform.id, "x", allowed=True)),
            (remove_mapping, RemoveMapping(ORIGIN, platform.id, "SB-002")),
            (sweep_launches, SweepLaunches()),
            (receive_launch, ReceiveLaunch(platform.id, KID, "", None)),
        ]
        for action, command in commands:
            with pytest.raises(NotAllowed):
                desk.run(action, command)

    def test_each_change_is_an_entry_of_the_logs_own_chain(self, k, platform):
        report = read_mappings("m.yaml", b"item: SB-001\nform: {new_bank: khh}\n")
        assert report.bad_rows == ()
        platform.map("item: SB-001\nform: {new_bank: khh}\n")
        platform.allow("bank", allowed=False)
        with k.store.reading() as conn:
            types = [entry.type for entry in entries_of(conn, f"log:{ORIGIN}")]
        assert [one for one in types if one.startswith("org.platform")] == [
            "org.platform_opened",
            "org.platform_key_added",
            "org.platform_outlet_set",
            "org.platform_mapping_saved",
            "org.platform_mapping_saved",
            "org.platform_outlet_set",
        ]

    def test_so_many_wait_and_no_more(self, k, platform, monkeypatch):
        monkeypatch.setattr("casework.actions.receive_launch.MAX_WAITING_LAUNCHES", 2)
        for number in range(2):
            platform.handed_over(ref=f"PT-{number}")
        with pytest.raises(LaunchesWait):
            platform.handed_over(ref="PT-2")
