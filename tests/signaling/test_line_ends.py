"""A page that was sent away, signed out or moved does nothing more, whatever it keeps sending."""

import asyncio
import json
import socket as sockets
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from scenes.sockets import DeskUnderTest, Refused, until
from signaling import line as line_module
from signaling.page import MAX_WAITING_BYTES
from signaling.protocol.server import Bye

_HANDSHAKE = (
    "GET /ws/reviewer HTTP/1.1\r\nHost: desk\r\nX-Actor: {actor}\r\nConnection: Upgrade\r\n"
    "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


def masked(text: str) -> bytes:
    """A text frame of a browser, with a mask of zeros (RFC 6455 5.3)."""
    data = text.encode()
    assert len(data) < 126
    return bytes([0x81, 0x80 | len(data)]) + bytes(4) + data


@asynccontextmanager
async def deaf_page(desk: DeskUnderTest):
    """A page that sends and never reads; (its writer, the desk's side of it)."""
    raw = sockets.create_connection((desk.client.host, desk.client.port))
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    reader, writer = await asyncio.open_connection(sock=raw, limit=1024)
    try:
        writer.write(_HANDSHAKE.format(actor=desk.hall.reviewers[0].id).encode())
        await reader.readuntil(b"\r\n\r\n")
        page = (await until(lambda: list(desk.made.hub.pages())))[0]
        for _ in range(8):
            page.send_text("x" * (MAX_WAITING_BYTES - 1))
            await asyncio.sleep(0.05)  # the writer takes one and stands still at the next
        yield writer, page
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def test_a_dismissed_page_that_does_not_read_acts_no_more_and_is_cut_off(
    desk: DeskUnderTest,
):
    async with deaf_page(desk) as (writer, page):
        page.dismiss(Bye(reason="signed_out"))
        writer.write(masked('{"type": "presence.set", "state": "free"}'))
        async with asyncio.timeout(30):
            while page in list(desk.made.hub.pages()):
                writer.write(masked('{"type": "ping"}'))
                await asyncio.sleep(0.1)
        lead = await desk.page(desk.hall.lead)
        assert (await lead.snapshot("hall"))["on_duty"] == 0


async def test_the_connection_of_a_page_that_does_not_read_is_freed(desk: DeskUnderTest):
    async with deaf_page(desk) as (_writer, page):
        page.dismiss(Bye(reason="too_slow"))
        async with asyncio.timeout(30):
            while desk.client.server.handler.connections:
                await asyncio.sleep(0.05)


async def test_nothing_is_done_for_somebody_who_has_signed_out(desk: DeskUnderTest):
    """At once, not at the next look at the sign-in."""
    party = await desk.page(desk.hall.reviewers[0])
    desk.auth.signed_out.add(party.actor.id)
    await party.socket.send_str('{"type": "presence.set", "id": 1, "state": "free"}')
    await until(lambda: party.close_code == 4401)
    lead = await desk.page(desk.hall.lead)
    assert (await lead.snapshot("hall"))["on_duty"] == 0


async def test_a_clerk_who_moved_to_another_window_has_no_line_at_the_old_one(
    desk: DeskUnderTest,
):
    hall = desk.hall
    party = await desk.page(hall.clerk)
    desk.auth.actors[hall.clerk.id] = replace(hall.clerk, window=hall.tablet_clerk.window)
    await party.socket.send_str(json.dumps({"type": "call.request", "case": hall.case_id}))
    await until(lambda: party.close_code == 4401)
    assert "call" not in await (await desk.page(hall.screen)).snapshot(f"window:{hall.window}")
    other = await desk.page(desk.auth.actors[hall.clerk.id])
    with pytest.raises(Refused):
        await other.snapshot(f"window:{hall.window}")


@pytest.mark.parametrize("kind", ["bytes", "ping"])
async def test_frames_of_every_kind_count_as_messages(desk: DeskUnderTest, kind, monkeypatch):
    monkeypatch.setattr(line_module, "STRIKES", 20)
    party = await desk.page(desk.hall.clerk)
    began = asyncio.get_running_loop().time()
    for _ in range(400):
        if party.socket.closed:
            break
        if kind == "bytes":
            await party.socket.send_bytes(b"\x00")
        else:
            await party.socket.ping()
    await until(lambda: party.close_code == 4408)
    seconds = asyncio.get_running_loop().time() - began
    said = [one["code"] for one in party.told if one["type"] == "error"]
    assert said.count("S-01") <= line_module.BURST + line_module.PER_SECOND * seconds
    assert json.dumps(party.told[-1]) == '{"type": "bye", "reason": "too_many_messages"}'
