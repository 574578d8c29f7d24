"""The log over HTTP, as C2SP tlog-tiles has it, with the proof of one entry and the page of a receipt.

    GET /log/checkpoint                  newest signed checkpoint
    GET /log/checkpoint.cosigned         newest that witnesses cosigned
    GET /log/tile/<L>/<N>[.p/<W>]        hash tiles
    GET /log/proof/<index>.tlog-proof    one entry's place (c2sp.org/tlog-proof)
    GET /receipt                         the page; what a receipt says stays in its fragment

The same stands below /log/<key id>/, an address that no log after this one will ever have: only there a
tile may be kept for ever. Entry bundles are not here: they are for auditors and mirrors
(`portal.log_over_http`).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from audit.errors import MalformedError
from audit.tiles import TileName
from portal.i18n import DEFAULT_LANGUAGE, Language
from portal.public_log.files import ADDRESS, LogFiles
from portal.public_log.limits import FILES_PER_MINUTE, PROOFS_PER_MINUTE
from portal.public_log.receipt_page import ReceiptPage
from portal.throttle import Throttle

NOTE_TYPE = "text/plain"
TILE_TYPE = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
ASK_AGAIN = "no-cache"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class PublicLog:
    """`address` tells whom a limit counts. Handlers raise DomainError; whoever composes answers it."""

    files: LogFiles
    page: ReceiptPage
    throttle: Throttle
    address: Callable[[web.Request], str]

    async def checkpoint(self, request: web.Request) -> web.Response:
        self._limit(request, "files", FILES_PER_MINUTE)
        return _note((await asyncio.to_thread(self.files.published)).encode())

    async def cosigned(self, request: web.Request) -> web.Response:
        self._limit(request, "files", FILES_PER_MINUTE)
        found = await asyncio.to_thread(self.files.cosigned)
        if found is None:
            raise web.HTTPNotFound
        return _note(found.encode())

    async def tile(self, request: web.Request) -> web.Response:
        self._limit(request, "files", FILES_PER_MINUTE)
        name = name_in(request, "tile/")
        if name.level is None:
            raise web.HTTPNotFound
        return await answer_tile(self.files, name, request)

    async def proof(self, request: web.Request) -> web.Response:
        self._limit(request, "proofs", PROOFS_PER_MINUTE)
        index = int(request.match_info["index"])
        found = await asyncio.to_thread(self.files.proof, index)
        return web.Response(
            body=found.encode(),
            content_type=NOTE_TYPE,
            charset="utf-8",
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{index}.tlog-proof"',
            },
        )

    async def receipt(self, request: web.Request) -> web.Response:
        try:
            language = Language(request.query.get("lang", ""))
        except ValueError:
            language = DEFAULT_LANGUAGE
        return self.page.answer(language)

    def _limit(self, request: web.Request, what: str, per_minute: int) -> None:
        self.throttle.take(f"log-{what}:{self.address(request)}", per_minute=per_minute)


def name_in(request: web.Request, below: str) -> TileName:
    """Which tile the path names; raises HTTPNotFound."""
    try:
        return TileName.parse(below + request.match_info["name"])
    except MalformedError:
        raise web.HTTPNotFound from None


async def answer_tile(
    files: LogFiles, name: TileName, request: web.Request, *, private: bool = False
) -> web.Response:
    """Raises HTTPNotFound for what the published tree does not have."""
    found = await asyncio.to_thread(files.tile, name)
    if found is None:
        raise web.HTTPNotFound
    # Below the plain address the tiles of a log that follows this one will stand.
    kept = ASK_AGAIN
    if request.path.startswith(f"{files.own_address}/"):
        kept = FOR_EVER if name.is_full else FOR_A_DAY
    return web.Response(
        body=found,
        content_type=TILE_TYPE,
        headers={"Cache-Control": kept.replace("public", "private") if private else kept},
    )


def add_public_log(
    app: web.Application, log: PublicLog, access: Callable[[Handler], Handler]
) -> None:
    """`access` is what the composition says of each handler: that it is public."""
    for path, handler in (
        ("checkpoint", log.checkpoint),
        ("checkpoint.cosigned", log.cosigned),
        ("tile/{name:.+}", log.tile),
        (r"proof/{index:0|[1-9]\d{0,15}}.tlog-proof", log.proof),
    ):
        for address in (ADDRESS, log.files.own_address):
            app.router.add_get(f"{address}/{path}", access(handler))
    app.router.add_get("/receipt", access(log.receipt))


def _note(data: bytes) -> web.Response:
    return web.Response(
        body=data, content_type=NOTE_TYPE, charset="utf-8", headers={"Cache-Control": ASK_AGAIN}
    )
