"""Sockets behind the real shell: cookies, windows, other sites, signing out."""

import json
from pathlib import Path

import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from casework.actions.issue_pairing_code import IssuePairingCode, issue_pairing_code
from casework.actions.pair_citizen_screen import PairCitizenScreen, pair_citizen_screen
from casework.actions.revoke_citizen_screen import RevokeCitizenScreen, revoke_citizen_screen
from casework.actor import SYSTEM
from casework.bus.memory import MemoryBus
from casework.ids import new_id
from casework.store import schema_org as org
from portal.app import setup_portal
from portal.doors import Door
from portal.keys import SESSIONS
from portal.settings import PortalSettings
from scenes.fake_worker import FakeFiles
from scenes.hall_scene import build_hall
from signaling import line as line_module
from signaling.portal_auth import PortalAuth
from signaling.setup import setup_signaling


@pytest.fixture
async def shell(k, tmp_path: Path):
    hall = build_hall(k.writer)
    bus = MemoryBus()
    app = web.Application()
    base = {"store": k.store, "writer": k.writer, "clock": k.clock, "bus": bus}
    setup_portal(app, PortalSettings(), **base)
    setup_signaling(app, **base, keys=k.keys, files=FakeFiles(tmp_path / "rec"), auth=PortalAuth())
    async with TestClient(TestServer(app)) as client:
        yield client, app[SESSIONS], hall


def grant(k, staff: str, role: str) -> str:
    grant_id = new_id()

    def write(tx, _command) -> None:
        tx.conn.execute(
            insert(org.post_grant).values(
                id=grant_id,
                staff_id=staff,
                role=role,
                post="岗位",
                from_ms=0,
                granted_by=staff,
            )
        )

    k.writer.run_sync(write, None, actor=SYSTEM)
    return grant_id


async def test_a_clerk_comes_in_by_the_clerks_cookie_at_a_window(k, shell):
    client, sessions, hall = shell
    grant_id = grant(k, hall.clerk.id, "clerk")
    token = await sessions.open_for_staff(
        Door.CLERK, staff_id=hall.clerk.id, grant_id=grant_id, window_id=None
    )
    seated = await sessions.open_for_staff(
        Door.CLERK, staff_id=hall.clerk.id, grant_id=grant_id, window_id=hall.window
    )
    client.session.cookie_jar.update_cookies({Door.CLERK.cookie: token})
    socket = await client.ws_connect("/ws/clerk")
    assert json.loads((await socket.receive()).data)["code"] == "P-07"
    client.session.cookie_jar.update_cookies({Door.CLERK.cookie: seated})
    socket = await client.ws_connect("/ws/clerk")
    await socket.send_str(
        json.dumps({"type": "subscribe", "id": 1, "streams": {f"window:{hall.window}": 0}})
    )
    assert json.loads((await socket.receive()).data)["type"] == "ok"
    # Refusals come in the language of the page; Chinese unless it asked otherwise.
    await socket.send_str('{"type": "no.such", "id": 2}')
    refused = json.loads((await socket.receive()).data)
    assert refused["code"] == "S-02"
    assert not refused["title"].isascii()


async def test_without_a_sign_in_and_through_the_wrong_door(k, shell):
    client, sessions, hall = shell
    for door in ("clerk", "reviewer", "lead", "no-such-door"):
        socket = await client.ws_connect(f"/ws/{door}")
        assert json.loads((await socket.receive()).data)["type"] == "error"
        await socket.receive()
        assert socket.close_code == (4403 if door == "no-such-door" else 4401)
    token = await sessions.open_for_staff(
        Door.REVIEWER,
        staff_id=hall.reviewers[0].id,
        grant_id=grant(k, hall.reviewers[0].id, "reviewer"),
        window_id=None,
    )
    client.session.cookie_jar.update_cookies({Door.REVIEWER.cookie: token})
    socket = await client.ws_connect("/ws/clerk")
    assert json.loads((await socket.receive()).data)["code"] == "P-02"
    await socket.receive()
    assert socket.close_code == 4403


async def test_another_site_does_not_get_a_socket(shell):
    client, _sessions, _hall = shell
    answer = await client.get(
        "/ws/clerk",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Origin": "https://elsewhere.example",
        },
    )
    assert answer.status == 403


async def test_a_citizen_screen_that_is_sent_away_loses_its_socket(k, shell, monkeypatch):
    monkeypatch.setattr(line_module, "CHECK_SIGN_IN_S", 0.05)
    client, sessions, hall = shell
    issued = await k.writer.run(issue_pairing_code, IssuePairingCode(), actor=hall.clerk)
    screen = await k.writer.run(pair_citizen_screen, PairCitizenScreen(issued.code), actor=SYSTEM)
    token = await sessions.open_for_screen(screen_id=screen.screen_id, window_id=screen.window_id)
    client.session.cookie_jar.update_cookies({Door.CITIZEN.cookie: token})
    socket = await client.ws_connect("/ws/citizen")
    await socket.send_str(
        json.dumps({"type": "snapshot", "id": 1, "stream": f"window:{hall.window}"})
    )
    assert json.loads((await socket.receive()).data)["data"] == {"screen": True}
    await k.writer.run(revoke_citizen_screen, RevokeCitizenScreen(), actor=hall.clerk)
    assert json.loads((await socket.receive()).data) == {"type": "bye", "reason": "signed_out"}
    assert (await socket.receive()).type is WSMsgType.CLOSE
    assert socket.close_code == 4401
