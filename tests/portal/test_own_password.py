"""A first password opens the page that changes it, and nothing else."""

import pytest
from aiohttp import ClientSession, CookieJar
from sqlalchemy import update

from casework.actor import SYSTEM
from casework.store.schema_org import staff

OWN = "只有我知道的新密码一"
PATH = "/own-password?door=reviewer"


@pytest.fixture
def first(k, town):
    """The reviewer's password is one that an administrator gave."""

    def mark(tx, _command):
        mine = staff.c.id == town.staff["reviewer01"]
        tx.conn.execute(update(staff).where(mine).values(password_to_change=True))

    k.writer.run_sync(mark, None, actor=SYSTEM)


async def test_acts_are_refused_and_the_change_is_offered(first, client, sign_in):
    await sign_in("reviewer")
    act = await client.get("/api/v1/openapi.json")
    assert (act.status, (await act.json())["code"]) == (403, "P-13")
    change = await client.get(PATH)
    assert change.status == 200
    assert 'autocomplete="new-password"' in await change.text()


async def test_the_change_opens_the_door_and_shuts_all_others(first, client, sign_in, password):
    await sign_in("reviewer")
    docs = client.make_url("/api/v1/openapi.json")
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as elsewhere:
        form = {"number": "reviewer01", "password": password}
        sign_in_there = client.make_url("/sign-in/reviewer")
        await elsewhere.post(sign_in_there, data=form, allow_redirects=False)
        assert (await elsewhere.get(docs)).status == 403
        own = {"old": password, "new": OWN, "again": OWN}
        answer = await client.post(PATH, data=own, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, "/hall")
        assert (await client.get("/api/v1/openapi.json")).status == 200
        assert (await elsewhere.get(docs)).status == 401


@pytest.mark.parametrize(
    ("new", "again", "code"),
    [
        ("short", "short", "P-14"),
        ("长" * 201, "长" * 201, "P-14"),
        (OWN, OWN + "x", "P-14"),
        ("xx-re-01-xx-xx", "xx-re-01-xx-xx", "P-14"),
    ],
)
async def test_a_bad_new_password_is_refused(client, sign_in, password, new, again, code):
    await sign_in("reviewer")
    answer = await client.post(PATH, data={"old": password, "new": new, "again": again})
    assert (answer.status, code in await answer.text()) == (422, True)


async def test_the_old_password_must_be_right_and_another(client, sign_in, password):
    await sign_in("reviewer")
    wrong = {"old": "不是这个密码也不是那个", "new": OWN, "again": OWN}
    assert (await client.post(PATH, data=wrong)).status == 401
    same = {"old": password, "new": password, "again": password}
    assert (await client.post(PATH, data=same)).status == 422
