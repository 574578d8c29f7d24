"""Every route of the whole desk, as it is served: who is let in, who is not, and that nothing that
comes through the right door makes a route fail.
"""

import json
import re
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from casework.actions.grant_post import GrantPost, grant_post
from casework.actions.issue_pairing_code import IssuePairingCode, issue_pairing_code
from casework.actions.open_case import OpenCase, open_case
from casework.actions.pair_citizen_screen import PairCitizenScreen, pair_citizen_screen
from casework.actor import SYSTEM, Role
from casework.bus.memory import MemoryBus
from casework.data_dir import DataDir
from casework.installation import init_data_dir, opened
from casework.seed import LOGINS, SeedDemo, seed_demo
from casework.store.schema_org import post_grant
from portal.doors import Door
from portal.keys import SESSIONS
from portal.routes import walk
from yunchuang.server import create_app
from yunchuang.settings import Settings

LOGS_OWN = re.compile(r"GET /log/[0-9a-f]{8}/")
PUBLIC = {
    "GET /",
    "GET /healthz",
    "GET /log/checkpoint",
    "GET /log/checkpoint.cosigned",
    "GET /log/proof/{index}.tlog-proof",
    "GET /log/tile/entries/{name}",  # asks for a mirror's token or an auditor itself
    "GET /log/tile/{name}",
    "GET /metrics",  # asks for its token or an administrator itself
    "GET /pair",
    "GET /g/{code}",
    "GET /guide",
    "GET /guide/{code}",
    "GET /guide/{code}/qr.svg",
    "GET /guide/{code}/sheet.pdf",
    "GET /q",  # number and code of a paper; shows nothing personal
    "GET /q/{number}",
    "GET /receipt",  # the same for everybody; what is on the paper stays in the fragment
    "GET /sign-in/{door}",
    "GET /static/{name}",
    "POST /api/v1/launches",  # the signature is the only way in
    "POST /language",
    "POST /pair",
    "POST /q",
    "POST /sign-in/{door}",
    "POST /sign-out/{door}",
    "POST /text-size",
}
SOCKET = "/ws/{door}"
LOGIN_AT = {
    Door.CLERK: "clerk1",
    Door.USHER: "usher1",
    Door.REVIEWER: "reviewer1",
    Door.AUDITOR: "auditor",
    Door.LEAD: "lead",
    Door.ADMIN: "admin",
}
UNKNOWN = "01JD00000000000000000000ZZ"
HOSTILE_VALUES = ["\ud800", "a\x00b", "x" * 5_000, 10**30, -1, 1e300, None, [], [[]], {"\ud800": 1}]
HOSTILE_BODIES = [b"", b"null", b"[]", b"{", b"[" * 100_000, b'{"a":' * 20_000, b"\xff\xfe", b"NaN"]


class House:
    """The whole desk behind a client. `tokens` holds a live session of every door."""

    def __init__(self, app, client, tokens, case):
        self.app, self.client, self.tokens, self.case = app, client, tokens, case

    @property
    def routes(self):
        return [
            record for record in walk(self.app) if record.method != "HEAD" and record.path != SOCKET
        ]

    @property
    def guarded(self):
        return [record for record in self.routes if not record.access.is_public]

    def path(self, record, value=UNKNOWN):
        narrow = {"copy": "1", "round": "1", "paper": "decision"}
        return re.sub(r"{([a-z_]+)}", lambda name: narrow.get(name[1], value), record.path)

    async def ask(self, record, door=None, *, value=UNKNOWN, **options):
        headers = dict(options.pop("headers", {}))
        if door is not None:
            headers["Cookie"] = f"{door.cookie}={self.tokens[door]}"
        answer = await self.client.request(
            record.method,
            self.path(record, value),
            headers=headers,
            allow_redirects=False,
            **options,
        )
        return answer.status, await answer.read()


@asynccontextmanager
async def served(tmp_path, **settings):
    data = DataDir(tmp_path / "data")
    init_data_dir(data, origin="test.yunchuang.example/log")
    with opened(data) as installation:
        app = create_app(installation, Settings(data=data.path, **settings), MemoryBus(), [])
        run = installation.writer.run_sync
        city = run(seed_demo, SeedDemo(dict.fromkeys(LOGINS, "none")), actor=SYSTEM)
        async with TestClient(TestServer(app)) as client:
            sessions, tokens = app[SESSIONS], {}
            for door, login in LOGIN_AT.items():
                actor = city.actors[login]
                grant = await installation.store.read(
                    lambda conn, staff=actor.id: conn.scalar(
                        select(post_grant.c.id).where(post_grant.c.staff_id == staff)
                    )
                )
                tokens[door] = await sessions.open_for_staff(
                    door, staff_id=actor.id, grant_id=grant, window_id=actor.window
                )
            # Nobody of the seeded city leads an outlet: clerk 2 does here, as her second post.
            lead = city.actors["clerk2"]
            post = GrantPost("test.yunchuang.example/log", lead.id, Role.OUTLET_LEAD, "客服经理")
            tokens[Door.OUTLET] = await sessions.open_for_staff(
                Door.OUTLET,
                staff_id=lead.id,
                grant_id=run(grant_post, post, actor=city.actors["admin"]).id,
                window_id=None,
            )
            clerk = city.actors["clerk1"]
            code = run(issue_pairing_code, IssuePairingCode(), actor=clerk).code
            screen = run(pair_citizen_screen, PairCitizenScreen(code), actor=SYSTEM)
            tokens[Door.CITIZEN] = await sessions.open_for_screen(
                screen_id=screen.screen_id, window_id=screen.window_id
            )
            item = city.items[0].partition("@")[0].partition("/")[0]
            case = run(open_case, OpenCase(item), actor=clerk).case_id
            yield House(app, client, tokens, case)


@pytest.fixture
async def house(tmp_path):
    async with served(tmp_path) as made:
        yield made


def code_of(body):
    return json.loads(body)["code"]


async def test_what_is_public_is_a_short_list(house):
    """Neither the gallery nor the demonstration is there in service."""
    found = {f"{one.method} {one.path}" for one in house.routes if one.access.is_public}
    below = {path for path in PUBLIC if path.startswith("GET /log/")}
    own = {LOGS_OWN.sub("GET /log/", path) for path in found if LOGS_OWN.match(path)}
    assert own == below, "the log's own address has what the plain one has"
    assert {path for path in found if not LOGS_OWN.match(path)} == PUBLIC
    assert not [one for one in house.routes if one.path.startswith(("/demo", "/dev"))]


async def test_without_a_sign_in_every_route_refuses(house):
    assert len(house.guarded) > 60
    for record in house.guarded:
        status, body = await house.ask(record)
        assert (status, code_of(body)) == (401, "P-01"), record
        status, body = await house.ask(record, headers={"Accept": "text/html"})
        assert status == 401, record
    status, body = await house.ask(next(one for one in house.routes if one.path == "/metrics"))
    assert (status, code_of(body)) == (401, "P-01")


@pytest.mark.parametrize("door", list(Door))
async def test_through_the_wrong_door_every_route_refuses(house, door):
    refused = [record for record in house.guarded if door not in record.access.doors]
    assert refused
    for record in refused:
        for headers in ({}, {"Yc-Door": door.value}, {"Yc-Door": record.access.doors[0].value}):
            status, body = await house.ask(record, door, headers=headers)
            assert (status, code_of(body)) == (403, "P-02"), (record, headers)


@pytest.mark.parametrize("door", list(Door))
async def test_a_socket_opens_only_at_its_own_door(house, door):
    for other in Door:
        cookie = {"Cookie": f"{door.cookie}={house.tokens[door]}"}
        socket = await house.client.ws_connect(f"/ws/{other.value}", headers=cookie)
        if other is door:
            await socket.send_json({"type": "ping", "id": 1})
            assert (await socket.receive_json())["type"] == "ok"
            await socket.close()
        else:
            assert (await socket.receive_json())["code"] == "P-02"
            await socket.receive()
            assert socket.close_code == 4403


async def test_another_site_acts_nowhere(house):
    """Whatever cookie the browser sends along."""
    for record in house.routes:
        if record.method in {"GET", "HEAD"}:
            continue
        doors = record.access.doors or (Door.CLERK,)
        for site in ("cross-site", "same-site"):
            status, body = await house.ask(record, doors[0], headers={"Sec-Fetch-Site": site})
            assert (status, code_of(body)) == (403, "P-03"), record


@pytest.mark.parametrize("value", [UNKNOWN, "x", "..", "%00", "%ED%A0%80", "人", "a" * 3_000])
async def test_no_address_makes_a_route_fail(house, value):
    for record in house.routes:
        if "{" not in record.path:
            continue
        door = record.access.doors[0] if record.access.doors else None
        options = {"json": {}} if record.method != "GET" else {}
        status, body = await house.ask(record, door, value=value, **options)
        assert status < 500, (record, value, body[:300])


async def test_no_body_makes_a_route_fail(house):
    for record in house.guarded:
        if record.method == "GET":
            continue
        for door in record.access.doors:
            for value in (UNKNOWN, house.case):
                for body in HOSTILE_BODIES:
                    json_type = {"Content-Type": "application/json"}
                    status, said = await house.ask(
                        record, door, value=value, data=body, headers=json_type
                    )
                    assert status < 500, (record, body[:20], said[:300])


async def test_no_member_of_a_body_makes_a_route_fail(house):
    tried = 0
    for record in house.guarded:
        body = None if record.operation is None else record.operation.body
        if body is None:
            continue
        for name in body.model_fields:
            for value in HOSTILE_VALUES:
                status, said = await house.ask(
                    record, record.access.doors[0], value=house.case, json={name: value}
                )
                assert status < 500, (record, name, repr(value)[:40], said[:300])
                tried += 1
    assert tried > 300


async def test_personal_answers_are_kept_nowhere(house):
    """Whatever a route behind a door says, no cache between or on the computer keeps it."""
    for record in house.guarded:
        if record.method != "GET":
            continue
        door = record.access.doors[0]
        for value in (UNKNOWN, house.case):
            cookie = {"Cookie": f"{door.cookie}={house.tokens[door]}"}
            answer = await house.client.get(
                house.path(record, value), headers=cookie, allow_redirects=False
            )
            if record.path != "/api/v1/openapi.json":
                assert "no-store" in answer.headers["Cache-Control"], record
