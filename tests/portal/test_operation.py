"""Health, metrics and the OpenAPI document."""

import io

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import BaseModel

from casework.errors import StoreUnavailable
from portal.access import require
from portal.bodies import idempotency_key, read_json
from portal.doors import Door
from portal.keys import FAULTS
from portal.routes import operation


class TakeBody(BaseModel):
    case: str
    count: int = 0


@operation("Take a thing", body=TakeBody, answer=TakeBody, refusals=("C-12",))
@require(Door.AUDITOR)
async def take(request: web.Request, _actor: object) -> web.Response:
    body = await read_json(request, TakeBody)
    return web.json_response({**body.model_dump(), "key": idempotency_key(request)})


@pytest.fixture
def app(create_app) -> web.Application:
    app = create_app(metrics_token="scrape-me")
    app.router.add_post("/api/v1/things/{thing_id}/take", take)
    return app


async def test_health(client, k):
    answer = await client.get("/healthz")
    assert (answer.status, await answer.json()) == (200, {"status": "ok"})


async def test_health_tells_of_a_store_that_does_not_answer(client, k, monkeypatch):
    async def broken(*_args):
        raise StoreUnavailable("the database cannot be read")

    monkeypatch.setattr(k.store, "read", broken)
    answer = await client.get("/healthz")
    assert (answer.status, await answer.json()) == (503, {"status": "store_unavailable"})


async def test_health_tells_of_what_stands_still(app, client):
    faults: list[Exception] = []
    app[FAULTS]["log"] = lambda: faults[-1] if faults else None
    assert (await client.get("/healthz")).status == 200
    faults.append(OSError(28, "No space left on device"))
    answer = await client.get("/healthz")
    assert (answer.status, await answer.json()) == (503, {"status": "fault", "in": ["log"]})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer scrape-me"}, 200),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({}, 401),
    ],
)
async def test_metrics_want_the_token(client, headers, status):
    assert (await client.get("/metrics", headers=headers)).status == status


async def test_an_administrator_reads_the_metrics_and_an_empty_token_opens_nothing(
    create_app, client, sign_in
):
    await sign_in("admin")
    await client.get("/sign-in/clerk")
    text = await (await client.get("/metrics")).text()
    assert (
        'yunchuang_http_requests_total{method="GET",route="/sign-in/{door}",status="200"}' in text
    )
    async with TestClient(TestServer(create_app(metrics_token=""))) as other:
        answer = await other.get("/metrics", headers={"Authorization": "Bearer "})
        assert answer.status == 401


async def test_openapi_describes_what_a_route_takes_and_refuses(client, sign_in):
    await sign_in("auditor")
    document = await (await client.get("/api/v1/openapi.json")).json()
    described = document["paths"]["/api/v1/things/{thing_id}/take"]["post"]
    assert document["openapi"] == "3.1.0"
    assert described["parameters"][0]["name"] == "thing_id"
    assert described["security"] == [{"auditor": []}]
    assert described["responses"]["409"]["description"] == "C-12"
    reference = described["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    assert document["components"]["schemas"][reference.rsplit("/", 1)[1]]["required"] == ["case"]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b'{"case": "a"}', None, None),
        (b"{", "P-11", None),
        (b"\xff", "P-11", None),
        (b"[" * 100_000, "P-11", None),
        (b'{"case": "' + b"x" * 300_000 + b'"}', "P-11", None),
        (b'{"count": 1}', "K-01", "case"),
        (b'{"case": "a", "count": "many"}', "K-01", "count"),
        (b"[]", "K-01", ""),
    ],
)
async def test_bodies_are_checked(client, sign_in, body, code, field):
    await sign_in("auditor")
    headers = {"Content-Type": "application/json", "Idempotency-Key": "k1"}
    answer = await client.post("/api/v1/things/x/take", data=io.BytesIO(body), headers=headers)
    got = await answer.json()
    if code is None:
        assert got == {"case": "a", "count": 0, "key": "k1"}
        return
    assert got["code"] == code
    assert field is None or got["details"]["field"] == field


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Content-Type": "text/plain"}, "P-11"),
        ({"Content-Type": "application/json", "Idempotency-Key": "x" * 65}, "K-01"),
    ],
)
async def test_headers_are_checked(client, sign_in, headers, code):
    await sign_in("auditor")
    answer = await client.post("/api/v1/things/x/take", data=b'{"case":"a"}', headers=headers)
    assert (await answer.json())["code"] == code
