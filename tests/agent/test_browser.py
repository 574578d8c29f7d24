"""The agent's browser: sign-in, acts that are repeated safely, and answers that no desk gives."""

import asyncio

import pytest
from aiohttp import web

from outlet_client.agent import browser as module
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused

WINDOWS = (
    '<form><button name="window" value="W1"><strong>1号窗口</strong><span>No. 1</span></button>'
    '<button name="window" value="W2"><strong>2号窗口</strong><span>No. 2</span></button></form>'
)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(module, "_PAUSE_S", 0)


def redirect(to, cookie=""):
    async def answer(request):
        response = web.Response(status=303, headers={"Location": to})
        if cookie:
            response.set_cookie("yc_clerk", cookie)
        return response

    return answer


def page(text, status=200):
    async def answer(request):
        return web.Response(text=text, status=status, content_type="text/html")

    return answer


async def whole(request):
    return web.json_response({"ok": True})


async def test_a_clerk_signs_in_and_sits_down_at_the_window_of_that_number(odd_desk, browser):
    path = "/sign-in/clerk/window"
    odd_desk.answers["/sign-in/clerk"] = redirect(f"{path}?onward=/window", "secret")
    chosen = []

    async def windows(request):
        if request.method == "GET":
            return await page(WINDOWS)(request)
        chosen.append((await request.post())["window"])
        return await redirect("/window")(request)

    odd_desk.answers[path] = windows
    await browser.sign_in("101", "password", window="2")
    assert chosen == ["W2"]
    last = odd_desk.requests[-1]
    assert last.cookies["yc_clerk"] == "secret"
    assert last.headers["Origin"] == odd_desk.origin
    assert last.headers["Yc-Door"] == "clerk"


async def test_a_window_that_is_not_offered_is_not_taken(odd_desk, browser):
    odd_desk.answers["/sign-in/clerk"] = redirect("/sign-in/clerk/window")
    odd_desk.answers["/sign-in/clerk/window"] = page(WINDOWS)
    with pytest.raises(OddAnswer):
        await browser.sign_in("101", "password", window="7")


async def test_a_refused_sign_in_tells_the_code_on_the_page(odd_desk, browser):
    odd_desk.answers["/sign-in/clerk"] = page('<section data-problem="P-04">', 401)
    with pytest.raises(Refused) as refused:
        await browser.sign_in("101", "wrong")
    assert (refused.value.code, refused.value.status) == ("P-04", 401)


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example/", ""])
async def test_no_form_leads_to_another_site(odd_desk, browser, where):
    odd_desk.answers["/pair"] = redirect(where)
    with pytest.raises(OddAnswer):
        await browser.enter_by_code("12345678")
    assert len(odd_desk.requests) == 1


async def test_an_act_whose_answer_was_lost_is_repeated_under_the_same_key(odd_desk, browser):
    keys = []

    async def dies_twice(request):
        keys.append(request.headers["Idempotency-Key"])
        await request.read()
        if len(keys) < 3:
            request.transport.close()
        return await whole(request)

    odd_desk.answers["/api/v1/cases"] = dies_twice
    assert await browser.act("/api/v1/cases", {"item": "SB-001"}) == {"ok": True}
    assert len(keys) == 3
    assert len(set(keys)) == 1
    await browser.act("/api/v1/cases", {"item": "SB-001"})
    assert len(set(keys)) == 2


async def test_a_desk_that_never_answers_is_given_up(odd_desk, browser, monkeypatch):
    async def dies(request):
        request.transport.close()
        return await whole(request)

    odd_desk.answers["/api/v1/items"] = dies
    with pytest.raises(LineLost):
        await browser.get("/api/v1/items")
    assert len(odd_desk.requests) >= module.TRIES


async def test_a_refusal_is_not_repeated_and_keeps_code_and_details(odd_desk, browser):
    async def refuses(request):
        problem = {"code": "C-05", "slug": "form_incomplete", "details": {"fields": ["reason"]}}
        return web.json_response(problem, status=409)

    odd_desk.answers["/api/v1/x"] = refuses
    with pytest.raises(Refused) as refused:
        await browser.act("/api/v1/x")
    assert (refused.value.code, refused.value.slug) == ("C-05", "form_incomplete")
    assert refused.value.details == {"fields": ["reason"]}
    assert len(odd_desk.requests) == 1


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"\xff\xfe", b'{"code": 7, "details": "none"}', b"[" * 5000]
)
async def test_an_error_in_any_shape_is_a_refusal(odd_desk, browser, body):
    async def breaks(request):
        return web.Response(body=body, status=500)

    odd_desk.answers["/api/v1/x"] = breaks
    with pytest.raises(Refused) as refused:
        await browser.get("/api/v1/x")
    assert refused.value.status == 500
    assert refused.value.details == {}


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"null", b"[" * 5000, b"\xff"])
async def test_a_success_that_is_no_object_is_odd(odd_desk, browser, body):
    async def odd(request):
        return web.Response(body=body)

    odd_desk.answers["/api/v1/x"] = odd
    with pytest.raises(OddAnswer):
        await browser.get("/api/v1/x")


async def test_an_answer_without_end_is_cut_off(odd_desk, browser, monkeypatch):
    monkeypatch.setattr(module, "MAX_ANSWER", 1000)

    async def endless(request):
        return web.json_response({"more": "x" * 5000})

    odd_desk.answers["/api/v1/x"] = endless
    with pytest.raises(OddAnswer):
        await browser.get("/api/v1/x")


async def test_a_download_is_new_limited_and_refused_in_words(odd_desk, browser, tmp_path):
    async def file(request):
        return web.Response(body=b"z" * 3000)

    odd_desk.answers["/file"] = file
    await browser.download("/file", tmp_path / "file")
    assert (tmp_path / "file").stat().st_size == 3000
    with pytest.raises(FileExistsError):
        await browser.download("/file", tmp_path / "file")
    odd_desk.answers["/file"] = page("no", 403)
    with pytest.raises(Refused):
        await browser.download("/file", tmp_path / "other")
    assert not (tmp_path / "other").exists()


async def test_a_slow_desk_is_not_waited_for_without_end(odd_desk, monkeypatch):
    monkeypatch.setattr(module, "TIMEOUT_S", 0.1)
    monkeypatch.setattr(module, "TRIES", 1)

    async def slow(request):
        await asyncio.sleep(1)
        return await whole(request)

    odd_desk.answers["/api/v1/x"] = slow
    async with module.Browser(odd_desk.origin, "clerk") as hurried:
        with pytest.raises(LineLost):
            await hurried.get("/api/v1/x")
