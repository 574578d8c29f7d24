"""Launches over HTTP: what a platform sends, and what a clerk's page opens."""

import asyncio
import hmac
import json

import pytest
from sqlalchemy import func, select

from casework.actions.end_platform_key import EndPlatformKey, end_platform_key
from casework.model.launch import LINK_MS, MAX_LAUNCH_BYTES
from casework.store import schema_case as cases
from casework.store import schema_launch as s
from outlet_client.api.launches import CONTENT_TYPE, PATH
from portal.openapi import openapi_document
from scenes.case_scene import an_applicant
from scenes.counter import done
from scenes.intake_platform import (
    FIELDS,
    KID,
    ORIGIN,
    IntakePlatform,
    base64url,
    private_key,
    signed,
    unsigned,
)

SAID = [FIELDS[name] for name in ("sqrxm", "sfzjhm", "lxdh", "yydw", "jcrq", "yhkh")]


@pytest.fixture
def log_origin():
    """For whom launches are made."""
    return ORIGIN


@pytest.fixture
def platform(k, city):
    return IntakePlatform(k, city).registered()


@pytest.fixture
def hand_over(server, platform, sign_in):
    """A platform's request: no cookie, no header but the content type."""

    async def do(token=None, content_type=CONTENT_TYPE, **changed):
        outside = await sign_in()
        answer = await outside.client.post(
            PATH,
            data=platform.launch(**changed) if token is None else token,
            headers={"Content-Type": content_type},
        )
        return answer.status, await answer.json()

    return do


def counted(k, query):
    with k.store.reading() as conn:
        return conn.scalar(query)


def api_of(path):
    return f"{PATH}/{path.rpartition('/')[2]}"


async def test_a_launch_becomes_a_case_that_is_filled_in(clerk, hand_over, k):
    status, answer = await hand_over(clerk="101", window="1")
    assert status == 201
    assert answer["expires_ms"] == k.clock.wall_ms() + LINK_MS
    api = api_of(answer["path"])
    _, shown = await clerk.get(api)
    assert (shown["platform"], shown["item_code"]) == ("示范市政务服务平台", "SB-002")
    assert shown["case_id"] is None
    status, opened = await clerk.post(f"{api}/case")
    assert (status, opened["left_out"], opened["existing"]) == (201, 0, False)
    path = f"/api/v1/cases/{opened['case_id']}"
    _, page = await clerk.get(path)
    assert page["launch"] == {
        "platform": "示范市政务服务平台",
        "ref": "PT-2026-0001",
        "left_out": [],
    }
    assert page["case"]["applicant"]["id_number"]["value"] == "990*************12"
    # Nobody types it again: the clerk only confirms, and the form is complete.
    done(await clerk.post(f"{path}/identity", {"method": "original_seen"}))
    _, page = await clerk.get(path)
    assert {one["code"]: one["value"] for one in page["case"]["fields"]}["bank"] == "示范银行"
    _, shown = await clerk.get(api)
    assert shown["case_id"] == opened["case_id"]


async def test_no_answer_tells_of_the_citizen(clerk, hand_over):
    _, answer = await hand_over(fields={**FIELDS, "beizhu": "群众甲的备注"})
    api = api_of(answer["path"])
    told = [answer, (await clerk.get(api))[1], (await clerk.post(f"{api}/case"))[1]]
    text = json.dumps(told, ensure_ascii=False)
    assert not any(value in text for value in (*SAID, "备注", "PT-2026"))


async def test_what_does_not_fit_is_shown_masked_and_revealed_as_an_act(clerk, hand_over):
    _, answer = await hand_over(fields={**FIELDS, "yhkh": "6222123"})
    _, opened = await clerk.post(f"{api_of(answer['path'])}/case")
    assert opened["left_out"] == 1
    path = f"/api/v1/cases/{opened['case_id']}"
    _, page = await clerk.get(path)
    (left,) = page["launch"]["left_out"]
    assert (left["target"], left["reason"], left["masked"]) == (
        "form.account",
        "does_not_fit",
        True,
    )
    assert "6222123" not in json.dumps(page)
    _, shown = await clerk.post(f"{path}/reveal/{left['field']}")
    assert shown["value"] == "6222123"


async def test_a_jti_in_two_requests_at_once_is_kept_once(hand_over, platform, k):
    token = platform.launch(jti="one-and-only")
    other = platform.launch(jti="one-and-only", ref="PT-2")
    answers = await asyncio.gather(*(hand_over(one) for one in (token, token, other, other)))
    assert counted(k, select(func.count()).select_from(s.launch)) == 1
    assert sorted(status for status, _ in answers) == [200, 201, 409, 409]
    assert len({answer["path"] for status, answer in answers if status < 400}) == 1
    assert {answer["code"] for status, answer in answers if status == 409} == {"J-04"}


async def test_a_link_in_two_tabs_at_once_opens_one_case(clerk, hand_over, k):
    _, answer = await hand_over()
    api = api_of(answer["path"])
    answers = await asyncio.gather(*(clerk.post(f"{api}/case") for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 200, 200, 201]
    assert len({opened["case_id"] for _, opened in answers}) == 1
    assert counted(k, select(func.count()).select_from(cases.cases)) == 1


async def test_a_link_opens_for_its_own_clerk_alone(clerk, sign_in, screen, hand_over):
    _, answer = await hand_over(clerk="101")
    api = api_of(answer["path"])
    colleague = await sign_in("clerk2", "bank/2")
    for status, refused in (await colleague.get(api), await colleague.post(f"{api}/case")):
        assert (status, refused["code"]) == (403, "J-09")
    for nobody in (screen, await sign_in()):
        assert (await nobody.get(api))[0] in {401, 403}
        assert (await nobody.post(f"{api}/case"))[0] in {401, 403}
    opened = done(await clerk.post(f"{api}/case"))
    assert opened["number"]


async def test_a_colleague_is_told_who_opened_it(clerk, sign_in, hand_over):
    _, answer = await hand_over()
    api = api_of(answer["path"])
    opened = done(await clerk.post(f"{api}/case"))
    colleague = await sign_in("clerk2", "bank/2")
    status, refused = await colleague.post(f"{api}/case")
    assert (status, refused["code"]) == (409, "J-10")
    assert refused["details"] == {"number": opened["number"], "clerk": "101"}


async def test_a_link_that_ran_out_or_was_made_up_leads_nowhere(clerk, hand_over, clock):
    _, answer = await hand_over()
    api = api_of(answer["path"])
    assert (await clerk.get(f"{PATH}/{'A' * 43}"))[1]["code"] == "J-08"
    clock.advance(LINK_MS)
    assert (await clerk.get(api))[1]["code"] == "J-08"
    assert (await clerk.post(f"{api}/case"))[1]["code"] == "J-08"


async def test_what_others_send_uses_up_nothing_of_a_platform(hand_over, platform, monkeypatch):
    monkeypatch.setattr("outlet_client.api.launches.PER_MINUTE_PLATFORM", 2)
    for _ in range(3):
        assert (await hand_over(signed(private_key(), platform.claims())))[0] == 401
    assert [(await hand_over())[0] for _ in range(3)] == [201, 201, 429]


async def test_who_is_not_signed_in_comes_back_to_the_link(sign_in, hand_over):
    _, answer = await hand_over()
    nobody = await sign_in()
    shown = await nobody.client.get(answer["path"], headers={"Accept": "text/html"})
    assert shown.status == 401
    assert f'name="onward" value="{answer["path"]}"' in await shown.text()


def test_the_interface_says_what_a_launch_is(app):
    described = openapi_document(app)["paths"][PATH]["post"]
    assert described["security"] == []
    content = {CONTENT_TYPE: {"schema": {"type": "string"}}}
    assert described["requestBody"] == {"required": True, "content": content}
    assert {"401", "409", "413", "429"} <= described["responses"].keys()


class TestRefusedToThePlatform:
    """Each with its stable code, and nothing kept."""

    @pytest.fixture(autouse=True)
    def nothing_kept(self, k, platform):
        yield
        assert counted(k, select(func.count()).select_from(s.launch)) == 0

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"aud": "another.example/log"}, 401, "J-02"),
            ({"iss": "nobody.example"}, 401, "J-02"),
            ({"item": "XX-999"}, 409, "J-07"),
            ({"outlet": "0" * 26}, 403, "J-06"),
            ({"window": "77"}, 403, "J-06"),
            ({"clerk": "777"}, 403, "J-06"),
            ({"fields": {"sqrxm": 7}}, 400, "J-01"),
            ({"fields": {"sqrxm": ["群众甲"]}}, 400, "J-01"),
            ({"fields": None}, 400, "J-01"),
            ({"fields": {f"f{n}": "x" for n in range(151)}}, 400, "J-01"),
            ({"iat": "now"}, 400, "J-01"),
            ({"exp": True}, 400, "J-01"),
            ({"surprise": "x"}, 400, "J-01"),
            ({"ref": "群众甲\u202e"}, 400, "J-01"),
        ],
    )
    async def test_claims(self, hand_over, changed, status, code):
        answered, refused = await hand_over(**changed)
        assert (answered, refused["code"]) == (status, code)

    async def test_times(self, hand_over, k):
        now = k.clock.wall_ms() // 1_000
        for iat, exp, reason in (
            (now - 200, now - 100, "expired"),
            (now + 100, now + 200, "future"),
            (now, now + 3_600, "life"),
        ):
            status, refused = await hand_over(iat=iat, exp=exp)
            assert (status, refused["code"]) == (400, "J-03")
            assert refused["details"] == {"reason": reason}

    async def test_signatures(self, hand_over, platform):
        claims = platform.claims()
        none = unsigned(claims, "none")
        secret = platform.key.as_pem(private=False)
        mac = hmac.new(secret, unsigned(claims, "HS256").encode(), "sha256").digest()
        for token in (f"{none}.", f"{none}.AA", f"{unsigned(claims, 'HS256')}.{base64url(mac)}"):
            assert (await hand_over(token))[1]["code"] == "J-01"
        for token in (
            signed(private_key(), claims),
            signed(private_key("OKP"), claims, alg="Ed25519"),
            signed(platform.key, claims, kid="unknown"),
        ):
            status, refused = await hand_over(token)
            assert (status, refused["code"]) == (401, "J-02")
            # Which of them does not hold is not told.
            assert refused.get("details", {}) == {}

    async def test_a_key_that_ended(self, hand_over, platform):
        platform.admin(end_platform_key, EndPlatformKey(ORIGIN, platform.id, KID))
        assert (await hand_over())[1]["code"] == "J-02"

    async def test_sizes_and_kinds_of_content(self, hand_over):
        status, refused = await hand_over("a" * (MAX_LAUNCH_BYTES + 1))
        assert (status, refused["code"]) == (413, "J-05")
        assert refused["details"] == {"limit": MAX_LAUNCH_BYTES}
        for token in ("", "a.b", "a.b.c.d", "x" * MAX_LAUNCH_BYTES, "é.a.b", "{}"):
            status, refused = await hand_over(token)
            assert (status, refused["code"]) == (400, "J-01")
        status, refused = await hand_over(content_type="application/json")
        assert (status, refused["details"]) == (400, {"field": "content_type"})

    async def test_too_many_from_one_address(self, hand_over, monkeypatch):
        monkeypatch.setattr("outlet_client.api.launches.PER_MINUTE_ADDRESS", 3)
        for _ in range(3):
            assert (await hand_over("a.b"))[1]["code"] == "J-01"
        status, refused = await hand_over()
        assert (status, refused["code"]) == (429, "P-06")

    async def test_a_clerk_cookie_is_no_signature(self, clerk, platform):
        claims = platform.claims()
        status, refused = await clerk.post(PATH, claims)
        assert (status, refused["code"]) == (400, "J-01")


async def test_what_a_launch_brings_is_looked_up_by_the_clerk_as_ever(clerk, hand_over):
    """A case of a launch is found by its applicant."""
    _, answer = await hand_over()
    opened = done(await clerk.post(f"{api_of(answer['path'])}/case"))
    _, lists = await clerk.get("/api/v1/window/lists/drafts")
    assert [one["number"] for one in lists["cases"]] == [opened["number"]]
    assert lists["cases"][0]["applicant"] == "群*甲"
    assert an_applicant().id_number not in json.dumps(lists)
