"""A desk that answers whatever a test wants, and a browser before it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from outlet_client.agent.browser import Browser


class OddDesk:
    """Tests put handlers in: `answers["/path"] = async handler`. Every request is kept."""

    def __init__(self):
        self.answers = {}
        self.requests = []
        app = web.Application(client_max_size=1 << 20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    async def _answer(self, request):
        self.requests.append(request)
        return await self.answers[request.path](request)

    @property
    def origin(self):
        return str(self.server.make_url("/").origin())


@pytest.fixture
async def odd_desk() -> AsyncIterator[OddDesk]:
    desk = OddDesk()
    await desk.server.start_server()
    yield desk
    await desk.server.close()


@pytest.fixture
async def browser(odd_desk) -> AsyncIterator[Browser]:
    async with Browser(odd_desk.origin, "clerk") as made:
        yield made
