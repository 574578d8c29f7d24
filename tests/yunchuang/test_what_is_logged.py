"""What a stranger sends is not written into the log, however broken it is."""

import asyncio
import contextlib
import json
import logging

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from yunchuang.logging_setup import configure_logging

BROKEN = {
    "header": b"GET / HTTP/1.1\r\nHost: a\r\nCookie: yc_clerk=SECRET\x01\r\n\r\n",
    "method": b"SECRET SECRET\r\n\r\n",
    "address": b"GET /SECRET" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
}


@pytest.fixture
def logged(capsys):
    """Reads what a desk has written since; whatever the tests log by is put back."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging()
    yield lambda: capsys.readouterr().err
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_request_that_cannot_be_read_is_not_repeated(logged, kind):
    async with TestServer(web.Application()) as server:
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(BROKEN[kind])
        assert b" 400 " in await reader.readline()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    assert "SECRET" not in logged()


async def test_what_fails_in_the_server_itself_is_still_told(logged):
    try:
        raise OSError("no descriptors left")
    except OSError:
        logging.getLogger("aiohttp.server").exception("Error handling request from %s", "a")
    line = json.loads(logged())
    assert line["level"] == "error"
    assert "no descriptors left" in line["exception"]
