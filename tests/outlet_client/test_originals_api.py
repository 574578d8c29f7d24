"""Paper originals over HTTP: taken in, passed on, given back; who may, and what closing asks."""

import pytest

from scenes import counter as t

TAKEN = {"code": "id_card", "what": "居民身份证原件，1张"}


@pytest.fixture
async def case(clerk) -> str:
    return await t.opened(clerk)


def path(case, rest=""):
    return f"/api/v1/cases/{case}/originals{rest}"


async def shown(clerk, case):
    _, page = await clerk.get(f"/api/v1/cases/{case}")
    return page["case"]["originals"]


async def test_it_is_shown_with_who_has_it_until_it_is_given_back(clerk, case):
    taken = t.done(await clerk.post(path(case), TAKEN))
    (one,) = await shown(clerk, case)
    assert (one["what"], one["place"], one["state"]) == (TAKEN["what"], "window", "held")
    assert one["holder"] == "101"
    move = {"place": "on_its_way", "to": "102"}
    t.done(await clerk.post(path(case, f"/{taken['original_id']}/hand-over"), move))
    assert (await shown(clerk, case))[0]["holder"] == "102"
    t.done(await clerk.post(path(case, f"/{taken['original_id']}/given-back")))
    assert (await shown(clerk, case))[0]["state"] == "given_back"
    status, problem = await clerk.post(path(case, f"/{taken['original_id']}/given-back"))
    assert (status, problem["code"]) == (409, "C-107")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**TAKEN, "code": "passport"}, "code"),
        ({**TAKEN, "what": ""}, "what"),
        ({**TAKEN, "place": "archive"}, "place"),
        ({**TAKEN, "place": "pocket"}, "place"),
    ],
)
async def test_wrong_bodies_are_named(clerk, case, body, field):
    _, problem = await clerk.post(path(case), body)
    assert problem["details"]["field"] == field
    assert await shown(clerk, case) == []


async def test_a_press_that_is_repeated_takes_in_once(clerk, case):
    key = {"Idempotency-Key": "one press"}
    first = t.done(await clerk.post(path(case), TAKEN, headers=key))
    assert t.done(await clerk.post(path(case), TAKEN, headers=key)) == first
    assert len(await shown(clerk, case)) == 1


async def test_another_outlet_and_the_screen_touch_nothing(clerk, screen, case, sign_in):
    taken = t.done(await clerk.post(path(case), TAKEN))
    back = path(case, f"/{taken['original_id']}/given-back")
    other = await sign_in("clerk3", "community/1")
    assert (await other.post(back))[1]["code"] == "K-02"
    assert (await screen.post(back))[1]["code"] == "P-02"
    assert (await shown(clerk, case))[0]["state"] == "held"


async def test_a_withdrawal_says_what_becomes_of_them(clerk, case):
    t.done(await clerk.post(path(case), TAKEN))
    status, problem = await clerk.post(f"/api/v1/cases/{case}/withdrawal", {})
    assert (status, problem["code"]) == (409, "C-106")
    assert problem["details"]["materials"] == ["id_card"]
    t.done(await clerk.post(f"/api/v1/cases/{case}/withdrawal", {"given_back": ["id_card"]}))
    assert (await shown(clerk, case))[0]["state"] == "given_back"
