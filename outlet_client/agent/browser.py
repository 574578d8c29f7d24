"""One person's browser at one door, without a screen: cookies, origin, acts that may be repeated.

It keeps the rules that the pages' own scripts keep (portal/static/js/api.js): every act carries an
Idempotency-Key and is repeated under the same key when its answer was lost.
"""

import asyncio
import json
import re
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from casework.ids import new_id
from outlet_client.agent.page_text import choices, problem_code
from outlet_client.agent.refusal import LineLost, OddAnswer, Refused

TIMEOUT_S = 20.0
FILE_TIMEOUT_S = 120.0
MAX_ANSWER = 4 << 20
MAX_FILE = 1 << 30
TRIES = 3
_PAUSE_S = 0.3
_LOST = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError)


_NUMBER = re.compile(r"\d+", re.ASCII)


class Browser:
    """`origin` is where the desk is (`http://localhost:8080`), `door` which of its doors.

    Every method raises Refused when the desk says no, LineLost when no answer came, and OddAnswer
    when it is none of the interface's.
    """

    def __init__(self, origin: str, door: str) -> None:
        self.origin = URL(origin).origin()
        self.door = door
        self._http = aiohttp.ClientSession(
            base_url=self.origin,
            # Demonstrations run on addresses without a name, too; cookies are each browser's own.
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"Origin": str(self.origin), "Yc-Door": door},
            timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            raise_for_status=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.close()

    # --- doors -----------------------------------------------------------------------------------

    async def sign_in(self, number: str, password: str, *, window: str = "") -> None:
        """By staff number or login. A clerk sits down at the window of that number or name, at
        the first one when `window` is empty.
        """
        form = {"number": number, "password": password}
        onward = await self.submit(f"/sign-in/{self.door}", form)
        if URL(onward).path != f"/sign-in/{self.door}/window":
            return
        offered = choices(await self.page(onward), "window")
        wanted = [one for one in offered if window in {one.text, *_NUMBER.findall(one.text)}]
        for choice in (wanted if window else offered)[:1]:
            await self.submit(URL(onward).path, {choice.name: choice.value})
            return
        raise OddAnswer("the window is not among those to choose from")

    async def enter_by_code(self, code: str) -> None:
        """A citizen screen joins the window that showed this code."""
        await self.submit("/pair", {"code": code})

    # --- pages and forms -------------------------------------------------------------------------

    async def page(self, path: str) -> str:
        """The text of a page; a redirect is not followed but refused, since it leads elsewhere."""
        async with self._request("GET", path, headers={"Accept": "text/html"}) as answer:
            text = (await _limited(answer, MAX_ANSWER)).decode("utf-8", "replace")
            if answer.status != HTTPStatus.OK:
                raise Refused(problem_code(text), _http_slug(answer.status), answer.status)
            return text

    async def submit(self, path: str, form: dict[str, str]) -> str:
        """Sends a form; the path to which its success leads."""
        headers = {"Accept": "text/html"}
        async with self._request("POST", path, data=form, headers=headers) as answer:
            text = (await _limited(answer, MAX_ANSWER)).decode("utf-8", "replace")
            if answer.status != HTTPStatus.SEE_OTHER:
                raise Refused(problem_code(text), _http_slug(answer.status), answer.status)
            onward = answer.headers.get("Location", "")
            if not onward.startswith("/") or onward.startswith("//"):
                raise OddAnswer("the form leads to another site")
            return onward

    # --- the interface ---------------------------------------------------------------------------

    async def get(self, path: str) -> dict[str, Any]:
        return await self._repeated("GET", path)

    async def act(
        self, path: str, body: object = None, *, method: str = "POST", key: str = ""
    ) -> dict[str, Any]:
        """An act, repeated under one Idempotency-Key until an answer came."""
        text = json.dumps({} if body is None else body)
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or new_id()}
        return await self._repeated(method, path, data=text, headers=headers)

    async def send(self, path: str, content: bytes, media_type: str) -> dict[str, Any]:
        """Sends a file as it is."""
        headers = {"Content-Type": media_type, "Idempotency-Key": new_id()}
        return await self._repeated("POST", path, data=content, headers=headers)

    async def download(self, path: str, target: Path) -> None:
        """Writes the answer to a new file. Raises FileExistsError."""
        timeout = aiohttp.ClientTimeout(total=FILE_TIMEOUT_S)
        async with self._request("GET", path, timeout=timeout) as answer:
            if answer.status != HTTPStatus.OK:
                raise _refusal(answer.status, await _limited(answer, MAX_ANSWER))
            with target.open("xb") as file:
                left = MAX_FILE
                async for piece in answer.content.iter_chunked(1 << 20):
                    left -= len(piece)
                    if left < 0:
                        raise OddAnswer("the file is larger than any file of the desk")
                    file.write(piece)

    async def socket(self, max_bytes: int) -> aiohttp.ClientWebSocketResponse:
        """The page's WebSocket. Raises LineLost."""
        try:
            return await self._http.ws_connect(
                f"/ws/{self.door}", max_msg_size=max_bytes, autoping=True, autoclose=True
            )
        except (*_LOST, aiohttp.WSServerHandshakeError) as lost:
            raise LineLost(type(lost).__name__) from lost

    # --- underneath ------------------------------------------------------------------------------

    async def _repeated(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        for _ in range(TRIES - 1):
            try:
                return await self._json(method, path, **options)
            except LineLost:
                await asyncio.sleep(_PAUSE_S)
        return await self._json(method, path, **options)

    async def _json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        async with self._request(method, path, **options) as answer:
            body = await _limited(answer, MAX_ANSWER)
            if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
                raise _refusal(answer.status, body)
            return _object(body)

    def _request(self, method: str, path: str, **options: Any) -> "_Asking":
        return _Asking(self._http, method, path, options)


class _Asking:
    """A request whose ways of getting lost are one exception."""

    def __init__(
        self, http: aiohttp.ClientSession, method: str, path: str, options: dict[str, Any]
    ) -> None:
        self._asked = http.request(method, path, allow_redirects=False, **options)

    async def __aenter__(self) -> aiohttp.ClientResponse:
        try:
            return await self._asked.__aenter__()
        except _LOST as lost:
            raise LineLost(type(lost).__name__) from lost
        except aiohttp.ClientError as odd:
            raise OddAnswer(type(odd).__name__) from odd

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._asked.__aexit__(kind, error, trace)
        if isinstance(error, _LOST):
            raise LineLost(type(error).__name__) from error


async def _limited(answer: aiohttp.ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        body += piece
        if len(body) > most:
            raise OddAnswer("the answer is larger than any answer of the desk")
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise OddAnswer("the answer is no JSON") from None
    if not isinstance(found, dict):
        raise OddAnswer("the answer is no JSON object")
    return found


def _refusal(status: int, body: bytes) -> Refused:
    try:
        problem = _object(body)
    except OddAnswer:
        problem = {}
    details = problem.get("details")
    return Refused(
        str(problem.get("code", "")),
        str(problem.get("slug", _http_slug(status))),
        status,
        details if isinstance(details, dict) else None,
    )


def _http_slug(status: int) -> str:
    return f"http_{status}"
