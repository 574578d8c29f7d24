"""An issuing authority on a real server, which answers as it is told, and a source that a test plays."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from casework.materials.verifier import Finding, SourceAnswer, SourceQuestion, SourceStatement

STATEMENT: dict[str, Any] = {
    "issuer": "示范市就业服务中心",
    "number": "JY2025000001",
    "valid_until": "2099-12-31",
    "values": [
        {"label": "单位名称", "value": "示范企业"},
        {"label": "终止日期", "value": "2025-01-31"},
    ],
}

Answering = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


async def found(_request: web.Request, asked: dict[str, Any]) -> web.Response:
    said = {"question": asked["question"], "result": "found", "statement": STATEMENT}
    return web.json_response(said)


async def nothing(_request: web.Request, asked: dict[str, Any]) -> web.Response:
    return web.json_response({"question": asked["question"], "result": "not_found"})


@dataclass
class Authority:
    """`questions` are bodies and headers as they came."""

    answering: Answering = found
    questions: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.questions.append((body, dict(request.headers)))
        return await self.answering(request, json.loads(body))

    def server(self) -> TestServer:
        app = web.Application()
        app.router.add_post("/ask", self.answer)
        return TestServer(app)


@dataclass
class PlayedSource:
    """A `MaterialVerifier` without a line."""

    statement: SourceStatement | None = None
    finding: Finding = Finding.FOUND
    asked: list[SourceQuestion] = field(default_factory=list)
    hold: asyncio.Event | None = None
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self, question: SourceQuestion) -> SourceAnswer:
        self.asked.append(question)
        self.is_asked.set()
        if self.hold is not None:
            await self.hold.wait()
        said = self.statement if self.finding is Finding.FOUND else None
        return SourceAnswer(self.finding, said)

    async def close(self) -> None:
        self.finding = Finding.UNAVAILABLE
