"""The demonstration at its doors: what it prints, its pages, and scripted people on request."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from outlet_client.agent import plays
from outlet_client.agent.browser import Browser
from outlet_client.agent.people.auditor import Auditor
from outlet_client.agent.plays.account import Account
from outlet_client.agent.refusal import Refused
from portal.i18n import DEFAULT_LANGUAGE, Language, use_language
from portal.keys import SETTINGS
from portal.settings import PortalSettings
from yunchuang.demo.interactive import free_port, languages, welcome
from yunchuang.demo.setup import setup_demo
from yunchuang.demo.words import PLAY_STEPS
from yunchuang.demo_data import DEMO_PASSWORD

pytestmark = [pytest.mark.demo, pytest.mark.timeout(240)]

YUNCHUANG = Path(sys.executable).with_name("yunchuang")
PLAYS = "/demo/plays"


@pytest.fixture
async def visitor():
    async with aiohttp.ClientSession() as http:
        yield http


async def progress(visitor, demo, play):
    async with visitor.get(demo.url + PLAYS) as answer:
        return (await answer.json())[play]


async def until(condition, seconds=90.0):
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.1)


def test_it_prints_the_doors_their_keys_and_five_steps(demo):
    said = "\n".join(demo.said)
    for path in ("/window", "/screen", "/hall", "/audit", "/demo"):
        assert demo.url + path in said
    for number in ("101", "01", "20"):
        assert f"number {number}, password {DEMO_PASSWORD}" in said
    assert [line for line in demo.said if line.startswith("  5. ")]


def test_a_second_demonstration_does_not_take_over_the_first(demo):
    done = subprocess.run(
        [YUNCHUANG, "demo", "--data", demo.data], capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "runs already" in done.stderr
    assert demo.command.poll() is None


async def test_the_page_shows_doors_and_plays_in_both_languages(demo, visitor):
    for language, words in (
        (Language.ZH_CN, "让一个网点打进来"),
        (Language.EN, "Let an outlet call"),
    ):
        cookies = {"yc_lang": language.value}
        async with visitor.get(f"{demo.url}/demo", cookies=cookies) as answer:
            page = await answer.text()
        assert answer.status == 200
        assert words in page
        assert DEMO_PASSWORD in page
        assert 'name="yc-same-machine"' in page


async def test_an_outlet_calls_in_rings_and_goes_away_again(demo, visitor):
    async def rings():
        now = await progress(visitor, demo, "outlet_calls")
        assert now["running"], now
        return now["step"] == "ring"

    async with visitor.post(f"{demo.url}{PLAYS}/outlet_calls") as answer:
        assert answer.status == 200
    await until(rings)
    # Asked a second time while it runs, nothing more happens.
    async with visitor.post(f"{demo.url}{PLAYS}/outlet_calls") as answer:
        assert (await answer.json())["outlet_calls"]["step"] == "ring"
    async with visitor.delete(f"{demo.url}{PLAYS}/outlet_calls") as answer:
        said = (await answer.json())["outlet_calls"]
    assert said == {"running": False, "step": "ring", "reason": "stopped"}
    # The window is free: the same people can call again.
    async with visitor.post(f"{demo.url}{PLAYS}/outlet_calls") as answer:
        assert answer.status == 200
    await until(rings)
    async with visitor.delete(f"{demo.url}{PLAYS}/outlet_calls") as answer:
        assert answer.status == 200


async def test_a_changed_copy_is_found_out_and_the_package_stays_as_it_is(demo, packaged):
    async with Auditor(demo.url) as auditor:
        await auditor.come_in("20", DEMO_PASSWORD)
        assert packaged.package in await auditor.browser.page("/demo/tampering")
        for place, record in (("data/rec", "/"), ("data/entries", "#"), ("data/materials", "")):
            path = f"/demo/tampering?package={packaged.package}&place={place}"
            done = await auditor.browser.act(path)
            assert (done["verdict_before"], done["verdict_after"]) == ("good", "tampered")
            assert done["changed"]["path"].startswith(place)
            assert done["changed"]["before"] != done["changed"]["after"]
            assert any(record in problem["record"] for problem in done["problems"])
        again = demo.folder / "again.zip"
        kept = f"/api/v1/audit/cases/{packaged.case}/packages/{packaged.package}"
        await auditor.browser.download(f"{kept}?viewing={packaged.viewing}", again)
        assert again.read_bytes() == packaged.path.read_bytes()
        known = f"package={packaged.package}"
        for odd in ("place=data/rec", known, f"{known}&place=../.."):
            with pytest.raises(Refused) as refused:
                await auditor.browser.act(f"/demo/tampering?{odd}")
            assert refused.value.status == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_changing_a_byte_needs_the_auditors_door(demo, visitor, method):
    async with visitor.request(method, f"{demo.url}/demo/tampering") as answer:
        assert answer.status == 401


async def test_plays_are_not_started_by_other_sites_nor_unheard_of(demo, visitor):
    headers = {"Origin": "https://elsewhere.example"}
    async with visitor.post(f"{demo.url}{PLAYS}/outlet_calls", headers=headers) as answer:
        assert answer.status == 403
    async with visitor.post(f"{demo.url}{PLAYS}/hamlet") as answer:
        assert answer.status == 404


async def test_a_number_is_not_enough_at_a_door(demo):
    async with Browser(demo.url, "clerk") as browser:
        with pytest.raises(Refused):
            await browser.sign_in("101", "wrong")


def test_without_the_setting_there_is_no_demonstration(tmp_path):
    app = web.Application()
    app[SETTINGS] = PortalSettings()
    setup_demo(app, shelf=None, trusted_keys=tmp_path)
    assert not list(app.router.routes())


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({"LANG": "zh_CN.UTF-8"}, (Language.ZH_CN,)),
        ({"LANG": "en_GB.UTF-8"}, (Language.EN,)),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US"}, (Language.EN,)),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, (Language.ZH_CN,)),
        ({"LANG": "C.UTF-8"}, tuple(Language)),
        ({}, tuple(Language)),
    ],
)
def test_the_script_is_in_the_language_of_the_terminal(environment, found):
    assert languages(environment) == found


def test_the_script_is_chinese_where_asked():
    use_language(Language.ZH_CN)
    try:
        said = welcome("http://localhost:8080")
    finally:
        use_language(DEFAULT_LANGUAGE)
    assert "柜员窗口" in said
    assert "http://localhost:8080/demo" in said


def test_a_taken_port_is_left_alone():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_every_step_of_a_play_has_its_words():
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(plays.__file__).parent.glob("*.py")
        if path.name != "whole_case.py"
    )
    steps = {piece.partition('"')[0] for piece in source.split('step("')[1:]}
    assert steps == PLAY_STEPS.keys()


def test_accounts_are_the_citys():
    from casework.seed import PEOPLE
    from yunchuang.demo.accounts import ENTRANCES, SCRIPTED

    numbers = {person.number for person in PEOPLE}
    scripted = {account.number for account in SCRIPTED.values()}
    people = {entrance.number for entrance in ENTRANCES if entrance.number}
    assert scripted <= numbers
    assert people <= numbers
    assert not scripted & people
    assert all(isinstance(account, Account) for account in SCRIPTED.values())


def test_the_city_is_kept_for_the_next_time(tmp_path, open_demo):
    first = open_demo(tmp_path)
    assert first.stop() == 0
    keys = (tmp_path / "data-trusted-keys.txt").read_bytes()
    second = open_demo(tmp_path)
    assert second.stop() == 0
    assert (tmp_path / "data-trusted-keys.txt").read_bytes() == keys
