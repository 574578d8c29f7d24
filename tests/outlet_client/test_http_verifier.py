"""The source that is asked over HTTP, against a real server that answers well, badly, slowly, or with malice."""

import asyncio
import dataclasses
import datetime as dt
import gzip
import json
from pathlib import Path

import pytest
from aiohttp import web

from casework.clock import ManualClock
from casework.ids import new_id
from casework.materials.verifier import Finding, MaterialVerifier, SourceQuestion, SourceStatement
from outlet_client.verifiers.http import MAX_ANSWER_BYTES, SIGNATURE_HEADER, build, sign
from outlet_client.verifiers.sources import MaterialSources, NamedSource
from scenes.case_scene import an_id_number
from scenes.issuing_authority import STATEMENT, Authority, PlayedSource, found, nothing
from yunchuang.material_verifiers import material_sources
from yunchuang.settings import Settings, VerifierSettings

KEY = "a key of the test, long enough"


@pytest.fixture
async def authority():
    made = Authority()
    async with made.server() as server:
        made.url = str(server.make_url("/ask"))
        yield made


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def verifier(authority, clock):
    made = build({"url": authority.url, "timeout_s": 20}, clock)
    yield made
    await made.close()


def question() -> SourceQuestion:
    return SourceQuestion(
        new_id(), "SB-002", 2, "termination_proof", "群众甲", an_id_number(), "", ""
    )


def statement(clock) -> SourceStatement:
    return SourceStatement(
        STATEMENT["issuer"],
        STATEMENT["number"],
        dt.date(2099, 12, 31),
        tuple((one["label"], one["value"]) for one in STATEMENT["values"]),
        clock.wall_ms(),
    )


class TestContract:
    """What every `MaterialVerifier` guarantees."""

    @pytest.fixture(params=["http", "played"])
    async def source(self, request, verifier, clock) -> MaterialVerifier:
        return verifier if request.param == "http" else PlayedSource(statement(clock))

    async def test_what_is_found_is_stated(self, source, clock):
        answer = await source.ask(question())
        assert answer.finding is Finding.FOUND
        assert answer.statement == statement(clock)

    async def test_questions_may_be_asked_at_the_same_time(self, source):
        answers = await asyncio.gather(*(source.ask(question()) for _ in range(5)))
        assert {one.finding for one in answers} == {Finding.FOUND}

    async def test_after_its_end_nothing_is_asked(self, source):
        await source.close()
        answer = await source.ask(question())
        assert (answer.finding, answer.statement) == (Finding.UNAVAILABLE, None)


async def test_the_question_says_who_and_what_and_no_more(verifier, authority):
    asked = question()
    await verifier.ask(asked)
    ((body, headers),) = authority.questions
    assert json.loads(body) == {
        "v": 1,
        "question": asked.id,
        "item": "SB-002",
        "item_version": 2,
        "material": "termination_proof",
        "applicant": {"name": "群众甲", "id_number": asked.id_number},
    }
    assert "Authorization" not in headers


async def test_an_organisation_is_told_with_its_handler(verifier, authority):
    asked = dataclasses.replace(
        question(), organisation="示范企业", credit_code="91990000MA00000013"
    )
    await verifier.ask(asked)
    told = json.loads(authority.questions[0][0])["applicant"]
    assert told["credit_code"] == "91990000MA00000013"


async def test_nothing_found_is_said_as_such(verifier, authority):
    authority.answering = nothing
    assert (await verifier.ask(question())).finding is Finding.NOT_FOUND


def saying(**changes):
    async def answer(_request, asked):
        said = {"question": asked["question"], "result": "found", "statement": STATEMENT}
        return web.json_response({**said, **changes})

    return answer


def body(content, **options):
    async def answer(_request, _asked):
        return web.Response(body=content, **options)

    return answer


async def redirected(_request, _asked):
    raise web.HTTPFound("/elsewhere")


async def endless(request, _asked):
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(MAX_ANSWER_BYTES // 4096 + 50):
        await answer.write(b" " * 4096)
    return answer


async def packed(_request, asked):
    said = json.dumps({"question": asked["question"], "result": "not_found"}).encode()
    return web.Response(body=gzip.compress(said), headers={"Content-Encoding": "gzip"})


async def cut_off(request, _asked):
    answer = web.StreamResponse(headers={"Content-Length": "100"})
    await answer.prepare(request)
    await answer.write(b'{"question"')
    request.transport.close()
    return answer


@pytest.mark.parametrize(
    "answering",
    [
        body(b""),
        body(b"not json"),
        body(b"[" * 100_000),
        body(b"\xff\xfe"),
        body(b"{}", status=503),
        body(b"{}", status=404),
        redirected,
        endless,
        packed,
        cut_off,
        saying(question="another"),
        saying(result="maybe"),
        saying(statement=None),
        saying(result="not_found"),
        saying(extra="what is not asked for"),
        saying(statement={**STATEMENT, "values": []}),
        saying(statement={**STATEMENT, "values": STATEMENT["values"] * 30}),
        saying(statement={**STATEMENT, "issuer": "示范\u202e局"}),
        saying(statement={**STATEMENT, "valid_until": "soon"}),
        saying(statement={**STATEMENT, "number": "9" * 81}),
        saying(statement={**STATEMENT, "values": [{"label": "甲", "value": "一\n二"}]}),
    ],
)
async def test_what_is_not_understood_is_unavailable_and_never_not_found(
    verifier, authority, answering
):
    authority.answering = answering
    answer = await verifier.ask(question())
    assert (answer.finding, answer.statement) == (Finding.UNAVAILABLE, None)
    assert answer.cause
    authority.answering = found
    assert (await verifier.ask(question())).finding is Finding.FOUND


async def test_an_authority_that_hangs_is_left(authority, clock):
    let_go = asyncio.Event()

    async def hang(_request, asked):
        await let_go.wait()
        return await nothing(_request, asked)

    authority.answering = hang
    verifier = build({"url": authority.url, "timeout_s": 0.2}, clock)
    answer = await verifier.ask(question())
    assert (answer.finding, answer.cause) == (Finding.UNAVAILABLE, "timeout")
    let_go.set()
    await verifier.close()


async def test_nobody_listens(clock, authority, unused_tcp_port):
    verifier = build({"url": f"http://127.0.0.1:{unused_tcp_port}/ask"}, clock)
    assert (await verifier.ask(question())).finding is Finding.UNAVAILABLE
    await verifier.close()


class TestWhoAsks:
    @pytest.fixture
    def key_file(self, tmp_path) -> Path:
        path = tmp_path / "key"
        path.write_text(f"{KEY}\n")
        return path

    async def test_by_a_token(self, authority, clock, tmp_path):
        token = tmp_path / "token"
        token.write_text("0123456789abcdef0123456789abcdef\n")
        options = {"url": authority.url, "authorisation": "bearer", "key_file": str(token)}
        verifier = build(options, clock)
        await verifier.ask(question())
        assert authority.questions[0][1]["Authorization"] == (
            "Bearer 0123456789abcdef0123456789abcdef"
        )
        await verifier.close()

    async def test_by_a_signature_over_the_question(self, authority, clock, key_file):
        options = {"url": authority.url, "authorisation": "hmac", "key_file": str(key_file)}
        verifier = build(options, clock)
        asked = question()
        await verifier.ask(asked)
        sent, headers = authority.questions[0]
        t_ms = clock.wall_ms()
        expected = sign(KEY.encode(), t_ms, asked.id, sent)
        assert headers[SIGNATURE_HEADER] == f"t={t_ms},n={asked.id},v1={expected}"
        assert sign(KEY.encode(), t_ms, asked.id, sent + b" ") != expected
        await verifier.close()

    def test_the_key_shows_nowhere(self, clock, key_file):
        options = {"url": "https://example.org", "authorisation": "hmac", "key_file": str(key_file)}
        settings = VerifierSettings(
            name="示范核验", plug_in="http", materials=("*/*",), options=options
        )
        assert KEY not in repr(settings) + str(settings.model_dump())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"url": "ftp://127.0.0.1/"},
        {"url": "http://example.org/ask"},
        {"url": "https://me:secret@example.org/ask"},
        {"url": "https://example.org/ask", "authorisation": "bearer"},
        {"url": "https://example.org/ask", "key_file": "key"},
        {"url": "https://example.org/ask", "authorisation": "hmac", "key_file": "no such file"},
        {"url": "https://example.org/ask", "timeout_s": 3600},
        {"url": "https://example.org/ask", "colour": "red"},
        {"url": "https://example.org/ask", "ca_file": "no such file"},
    ],
)
def test_wrong_options_stop_the_start_and_name_the_source(options, clock):
    settings = VerifierSettings(
        name="示范核验", plug_in="http", materials=("*/*",), options=options
    )
    with pytest.raises(ValueError, match="示范核验"):
        material_sources([settings], clock)


def test_a_plug_in_that_is_not_installed_is_named(clock):
    settings = VerifierSettings(name="示范核验", plug_in="none such", materials=("*/*",))
    with pytest.raises(ValueError, match="none such"):
        material_sources([settings], clock)


def test_settings_reach_a_child_process(monkeypatch):
    source = {
        "name": "示范核验",
        "plug_in": "http",
        "materials": ["SB-002/*"],
        "options": {"url": "https://example.org/ask", "timeout_s": 5},
    }
    settings = Settings.alone(material_verifiers=[source])
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert Settings().material_verifiers == settings.material_verifiers


@pytest.mark.parametrize("place", ["SB-002", "SB-002/", "sb-002/id_card", "*", "SB-002/ID"])
def test_a_place_is_an_item_and_a_material(place):
    with pytest.raises(ValueError, match="materials"):
        VerifierSettings(name="示范核验", plug_in="http", materials=(place,))


async def test_the_first_source_that_knows_the_material_is_asked(clock):
    one, other = PlayedSource(), PlayedSource()
    sources = MaterialSources(
        [
            NamedSource("一", ("SB-002/id_card",), one),
            NamedSource("二", ("SB-002/*", "*/proof"), other),
        ]
    )
    assert sources.of("SB-002", "id_card").name == "一"
    assert sources.of("SB-002", "termination_proof").name == "二"
    assert sources.of("JY-001", "proof").name == "二"
    assert sources.of("JY-001", "id_card") is None


async def test_a_plug_in_that_breaks_its_word_is_unavailable():
    class Broken(PlayedSource):
        async def ask(self, question):
            raise KeyError(question.id_number)

    source = NamedSource("一", ("*/*",), Broken())
    answer = await MaterialSources([source]).ask(source, question())
    assert (answer.finding, answer.cause) == (Finding.UNAVAILABLE, "KeyError")
