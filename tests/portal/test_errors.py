"""The error table and what callers see of it: one shape, one code, never an inside."""

import importlib
import io
import pkgutil
import re

import pytest
from aiohttp import web

import portal.errors as refusals
from casework.actor import Actor
from casework.errors import DomainError, NotFound
from casework.policy.refusals import CaseLocked
from portal.access import public, require
from portal.doors import Door
from portal.error_table import ERROR_TABLE, FAMILIES, row_of
from portal.i18n import Language, catalogue, use_language
from portal.problem import error_payload, problem_of

ROOMS = (
    "casework",
    "portal",
    "signaling",
    "recording",
    "outlet_client",
    "backoffice_console",
    "yunchuang",
)
MEMBERS = {"type", "title", "status", "detail", "instance", "code", "slug", "trace_id", "details"}


def import_everything() -> None:
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" not in module.name and not module.name.endswith("__main__"):
                importlib.import_module(module.name)


def test_every_refusal_of_the_program_has_a_row():
    import_everything()
    assert set(DomainError.known()) - set(ERROR_TABLE) == set()


def test_every_row_belongs_to_a_refusal():
    import_everything()
    assert set(ERROR_TABLE) - set(DomainError.known()) - {"K-00"} == set()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", sorted(ERROR_TABLE))
def test_rows_say_what_happened_and_what_to_do(language, code):
    row = ERROR_TABLE[code]
    words = catalogue(language).gettext
    assert 400 <= row.status < 600
    for text in (row.title, row.detail):
        assert set(re.findall(r"%\(\w+\)s", words(text))) == set(re.findall(r"%\(\w+\)s", text))
    assert words(row.detail)[-1] in "。."
    assert words(row.title)[-1] not in "。."


def test_a_code_has_one_row():
    assert sum(len(rows) for rows in FAMILIES) == len(ERROR_TABLE)


def test_an_unlisted_code_is_a_refusal_that_changed_nothing():
    assert row_of("Z-99") is ERROR_TABLE["K-00"]


def test_details_fill_the_words():
    use_language(Language.ZH_CN)
    problem = problem_of(CaseLocked(holder="05"))
    assert problem.title == "该办件正由审核员 05 号处理"
    assert problem.detail == "您可以查看，不能修改。"
    assert problem.details == {"holder": "05"}
    assert problem_of(CaseLocked()).title == "该办件正由审核员 — 号处理"


def test_the_socket_tells_the_same_code_and_words():
    payload = error_payload(NotFound())
    assert payload["code"] == "K-02"
    assert payload["slug"] == "not_found"
    assert payload["title"] == problem_of(NotFound()).title
    assert error_payload(RuntimeError("secret"))["code"] == "P-99"
    assert "secret" not in str(error_payload(RuntimeError("secret")))


@public
async def broken(_request: web.Request) -> web.Response:
    raise RuntimeError("the secret inside")


@public
async def refused(_request: web.Request) -> web.Response:
    raise CaseLocked(holder="05")


@require(Door.CLERK)
async def guarded(_request: web.Request, _actor: Actor) -> web.Response:
    raise AssertionError("nobody is signed in")


@pytest.fixture
def app(create_app) -> web.Application:
    app = create_app()
    app.router.add_get("/api/v1/broken", broken)
    app.router.add_get("/broken", broken)
    app.router.add_get("/refused", refused)
    app.router.add_post("/api/v1/refused", refused)
    app.router.add_post("/guarded", guarded)
    return app


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("POST", "/api/v1/refused", 409, "C-12"),
        ("GET", "/api/v1/broken", 500, "P-99"),
        ("GET", "/nowhere", 404, "P-09"),
        ("GET", "/sign-in/nobody", 404, "P-09"),
        ("GET", "/sign-in/citizen", 404, "P-09"),
        ("DELETE", "/api/v1/refused", 405, "P-10"),
        ("GET", "/static/../portal/keys.py", 404, "P-09"),
    ],
)
async def test_programs_get_a_problem_document(client, method, path, status, code):
    answer = await client.request(method, path)
    problem = await answer.json(content_type="application/problem+json")
    assert (answer.status, problem["status"], problem["code"]) == (status, status, code)
    assert set(problem) == MEMBERS
    assert problem["type"] == f"urn:yunchuang:error:{problem['slug']}"
    assert problem["trace_id"] == answer.headers["X-Trace-Id"]
    assert "secret" not in str(problem)


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/refused", 409, "C-12"), ("/broken", 500, "P-99"), ("/nowhere", 404, "没有这个页面")],
)
async def test_people_get_a_page_with_the_code(client, path, status, words):
    answer = await client.get(path, headers={"Accept": "text/html,*/*"})
    text = await answer.text()
    assert (answer.status, answer.content_type) == (status, "text/html")
    assert words in text
    assert answer.headers["X-Trace-Id"] in text
    assert "secret" not in text


@pytest.mark.parametrize(
    ("sender", "leads"),
    [
        ("{own}/forms/7?part=2", "/forms/7?part=2"),
        ("http://elsewhere.example/forms/7", "/window"),
        ("http://[::1", "/window"),
        ("", "/window"),
    ],
)
async def test_a_form_sent_after_the_sign_in_has_ended_leads_back_to_where_it_stands(
    client, sender, leads
):
    own = str(client.make_url("/")).rstrip("/")
    headers = {"Accept": "text/html", "Referer": sender.format(own=own)}
    answer = await client.post("/guarded", headers=headers)
    text = await answer.text()
    assert (answer.status, "P-01" in text) == (401, True)
    assert f'name="onward" value="{leads}"' in text


async def test_words_come_in_the_visitors_language(client):
    client.session.cookie_jar.update_cookies({"yc_lang": "en"})
    problem = await (await client.post("/api/v1/refused")).json()
    assert problem["title"] == "Reviewer No. 05 is working on this case"
    assert problem["code"] == "C-12"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"\xff\xfe", "application/x-www-form-urlencoded"), (b"x", "multipart/form-data")],
)
async def test_a_form_that_cannot_be_read_is_refused(client, body, content_type):
    answer = await client.post("/language", data=body, headers={"Content-Type": content_type})
    assert answer.status in {400, 422}
    assert (await answer.json())["code"] in {"P-11", "K-01"}


async def test_a_form_that_is_too_large_is_refused(client, settings):
    form = {"language": io.BytesIO(b"x" * (settings.max_body_bytes + 10))}
    answer = await client.post("/language", data=form)
    assert (answer.status, (await answer.json())["code"]) == (413, "P-08")


def test_codes_of_the_shell_are_listed():
    own = [
        cls for cls in vars(refusals).values() if isinstance(cls, type) and cls is not DomainError
    ]
    assert {cls.code[0] for cls in own if issubclass(cls, DomainError)} == {"P"}
