"""Signing in: cookies, refusals, locks, windows, and everything that ends a session."""

import hashlib
import time

import pytest
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher
from sqlalchemy import select, update

from casework.actor import SYSTEM
from casework.ids import new_id
from casework.store import schema_org as org
from casework.store.schema_session import session
from portal.doors import Door, all_doors
from portal.keys import SESSIONS
from portal.settings import HOUR_MS

STAFF_DOORS = [spec.door for spec in all_doors() if spec.door is not Door.CITIZEN]


def code_of(html: str) -> str:
    return html.split('data-problem="')[1].split('"', maxsplit=1)[0]


def cookie(client, door: str) -> str:
    return client.session.cookie_jar.filter_cookies(client.make_url("/"))[f"yc_{door}"].value


async def admitted(client, door: str = "auditor") -> bool:
    answer = await client.get("/api/v1/openapi.json", headers={"Yc-Door": door})
    return answer.status == 200


@pytest.mark.parametrize("door", STAFF_DOORS)
async def test_each_door_signs_in_under_its_own_cookie(client, sign_in, door):
    answer = await sign_in(door.value)
    assert answer.status == 303
    made = answer.cookies[f"yc_{door.value}"]
    assert made["httponly"]
    assert made["samesite"] == "Lax"
    assert made["path"] == "/"
    assert not made["secure"]
    assert list(answer.cookies) == [f"yc_{door.value}"]


async def test_four_doors_stay_open_side_by_side(client, sign_in):
    for door in ("clerk", "reviewer", "auditor", "lead"):
        await sign_in(door)
    for door in ("clerk", "reviewer", "auditor", "lead"):
        assert await admitted(client, door)
    await client.post("/sign-out/reviewer")
    assert not await admitted(client, "reviewer")
    assert await admitted(client, "clerk")


async def test_only_the_hash_of_a_token_is_stored(client, k, sign_in):
    await sign_in("auditor")
    token = cookie(client, "auditor")
    stored = await k.store.read(lambda conn: conn.execute(select(session)).all())
    assert [row.token_sha256 for row in stored] == [hashlib.sha256(token.encode()).hexdigest()]
    assert token not in str(stored)


@pytest.mark.parametrize(
    ("login", "given"),
    [("auditor01", "wrong"), ("nobody", None), ("clerk01", None), ("auditor01", "x" * 200)],
)
async def test_wrong_ways_in_look_the_same(client, sign_in, password, login, given):
    answer = await sign_in("auditor", login, given or password)
    assert answer.status == 401
    text = await answer.text()
    assert code_of(text) == "P-04"
    assert password not in text
    assert not answer.cookies


async def test_an_unknown_number_takes_as_long_as_a_wrong_password(sign_in):
    async def seconds(login: str) -> float:
        """Of the processor: what others do on this machine takes none of them."""
        begun = time.process_time()
        await sign_in("auditor", login, "wrong")
        return time.process_time() - begun

    await seconds("nobody")  # the first one also makes the hash that stands for nobody
    known = min([await seconds("auditor01") for _ in range(3)])
    unknown = min([await seconds("nobody") for _ in range(3)])
    assert unknown > known / 2


async def test_five_wrong_passwords_lock_the_number_for_a_while(sign_in, clock, settings):
    for _ in range(settings.lock_after_failures - 1):
        assert code_of(await (await sign_in("auditor", password="wrong")).text()) == "P-04"
    answer = await sign_in("auditor", password="wrong")
    assert answer.status == 429
    assert code_of(await answer.text()) == "P-05"
    assert "15" in await answer.text()
    assert code_of(await (await sign_in("auditor")).text()) == "P-05"
    clock.advance(settings.lock_ms + 1)
    assert (await sign_in("auditor")).status == 303


async def test_a_right_password_forgets_the_wrong_ones(sign_in, clock, settings):
    for _ in range(2):
        for _ in range(settings.lock_after_failures - 1):
            await sign_in("auditor", password="wrong")
        clock.advance(60_000)
        assert (await sign_in("auditor")).status == 303
        clock.advance(60_000)


async def test_one_number_is_tried_at_most_ten_times_a_minute(sign_in, settings, clock):
    for _ in range(settings.tries_per_minute_number):
        await sign_in("auditor", "nobody")
    answer = await sign_in("auditor", "nobody")
    assert (answer.status, code_of(await answer.text())) == (429, "P-06")
    clock.advance(60_000)
    assert code_of(await (await sign_in("auditor", "nobody")).text()) == "P-04"


async def test_a_session_ends_by_age(client, sign_in, clock, settings):
    await sign_in("auditor")
    while clock.wall_ms() < 1_760_000_000_000 + settings.staff_session_ms - HOUR_MS:
        clock.advance(HOUR_MS)
        assert await admitted(client)
    clock.advance(HOUR_MS)
    assert not await admitted(client)


async def test_a_session_ends_by_rest(client, sign_in, clock, settings):
    await sign_in("auditor")
    clock.advance(settings.staff_idle_ms + 1)
    assert not await admitted(client)


@pytest.mark.parametrize("ended", ["grant", "person"])
async def test_a_session_ends_with_its_grant_or_person(client, k, sign_in, town, ended):
    await sign_in("auditor")
    staff_id = town.staff["auditor01"]
    change = {
        "grant": update(org.post_grant)
        .where(org.post_grant.c.staff_id == staff_id)
        .values(until_ms=1),
        "person": update(org.staff).where(org.staff.c.id == staff_id).values(active=False),
    }[ended]
    k.writer.run_sync(lambda tx, _: tx.conn.execute(change).rowcount, None, actor=SYSTEM)
    assert not await admitted(client)


async def test_signing_out_ends_the_session_on_the_server(client, sign_in):
    await sign_in("auditor")
    token = cookie(client, "auditor")
    answer = await client.post("/sign-out/auditor", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    again = {"Cookie": f"yc_auditor={token}"}
    assert (await client.get("/api/v1/openapi.json", headers=again)).status == 401


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "é" * 43])
async def test_invented_tokens_open_nothing(client, token):
    headers = {"Cookie": f"yc_auditor={token}"}
    assert (await client.get("/api/v1/openapi.json", headers=headers)).status == 401


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/audit/cases?q=1&p=2", "/audit/cases?q=1&p=2"),
        ("//evil.example/", "/audit"),
        ("https://evil.example/", "/audit"),
        ("/\\evil.example", "/audit"),
        ("/a\r\nSet-Cookie: x=y", "/audit"),
        ("", "/audit"),
    ],
)
async def test_a_sign_in_leads_only_within_the_site(client, town, password, asked, leads):
    form = {"number": "auditor01", "password": password, "onward": asked}
    answer = await client.post("/sign-in/auditor", data=form, allow_redirects=False)
    assert answer.headers["Location"] == leads


async def test_a_clerk_chooses_a_window_and_the_computer_remembers(client, town, password):
    form = {"number": "clerk01", "password": password, "onward": "/window?a=1&b=2"}
    answer = await client.post("/sign-in/clerk", data=form, allow_redirects=False)
    assert answer.headers["Location"] == "/sign-in/clerk/window?onward=/window?a%3D1%26b%3D2"
    refused = await client.get("/api/v1/openapi.json")
    assert refused.status == 200  # this route asks for no seat
    page = await client.get(answer.headers["Location"])
    assert town.windows[1] in await page.text()
    chosen = {"window": town.windows[1], "onward": "/window?a=1&b=2"}
    seated = await client.post("/sign-in/clerk/window", data=chosen, allow_redirects=False)
    assert (seated.status, seated.headers["Location"]) == (303, "/window?a=1&b=2")
    await client.post("/sign-out/clerk", allow_redirects=False)
    again = await client.post("/sign-in/clerk", data=form, allow_redirects=False)
    assert again.headers["Location"] == "/window?a=1&b=2"


async def test_a_window_of_another_outlet_is_refused(client, sign_in, town):
    await sign_in("clerk")
    answer = await client.post("/sign-in/clerk/window", data={"window": new_id()})
    assert (answer.status, (await answer.json())["code"]) == (404, "K-02")


async def test_wrong_passwords_survive_a_restart(create_app, town):
    for _ in range(2):
        async with TestClient(TestServer(create_app())) as client:
            for _ in range(3):
                form = {"number": "auditor01", "password": "wrong"}
                answer = await client.post("/sign-in/auditor", data=form)
                code = code_of(await answer.text())
    assert code == "P-05"


async def test_cookies_are_secure_where_the_site_is(create_app, town, password):
    async with TestClient(TestServer(create_app(secure_cookies=True))) as client:
        form = {"number": "auditor01", "password": password}
        answer = await client.post("/sign-in/auditor", data=form, allow_redirects=False)
    assert answer.cookies["yc_auditor"]["secure"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


async def test_a_weak_hash_is_renewed_by_a_right_password(k, sign_in, town):
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("old words")
    staff_id = town.staff["auditor01"]
    change = update(org.staff).where(org.staff.c.id == staff_id)
    weaken = change.values(password_hash=weak)
    k.writer.run_sync(lambda tx, _: tx.conn.execute(weaken).rowcount, None, actor=SYSTEM)
    assert (await sign_in("auditor", password="old words")).status == 303
    query = select(org.staff.c.password_hash).where(org.staff.c.id == staff_id)
    stored = await k.store.read(lambda conn: conn.scalar(query))
    assert stored != weak
    assert (await sign_in("auditor", password="old words")).status == 303


async def test_whoever_signs_in_at_a_door_signs_the_one_before_out(client, sign_in):
    """At the end of a shift the next person sits down at the same browser; what the one before left
    open must not act in that name any more.
    """
    await sign_in("auditor")
    first = cookie(client, "auditor")
    await sign_in("auditor")
    assert await admitted(client)
    assert await client.app[SESSIONS].find(Door.AUDITOR, first) is None
