"""The gateway in one screen: the desk's own handlers of the public log, without the desk."""

import functools
from collections.abc import Collection
from pathlib import Path

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from audit.note import VerifyingKey
from audit.policy import Policy
from casework.clock import Clock, SystemClock
from casework.errors import DomainError
from portal.forwarded import address_of
from portal.hashed_files import PREFIX, StaticFiles, answer_file
from portal.problem import PROBLEM_TYPE, problem_of
from portal.public_log.errors import LogUnreadable
from portal.public_log.files import LogFiles
from portal.public_log.handlers import PublicLog, add_public_log
from portal.public_log.limits import HEALTH_PER_MINUTE
from portal.public_log.receipt_page import PAGE_FILES, STATIC_FOLDER, ReceiptPage
from portal.throttle import Throttle
from yunchuang.gateway.health import Health

log = structlog.get_logger(component="gateway")

MAX_REQUEST_BYTES = 1_024
"""Nobody sends anything here."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=()",
}


def create_gateway(
    folder: Path,
    log_key: VerifyingKey,
    policy: Policy,
    *,
    organisation: str = "",
    help_line: str = "",
    trusted_proxies: Collection[str] = (),
    clock: Clock | None = None,
) -> web.Application:
    """`folder` holds checkpoints and hash tiles; it is read and never written."""
    static = StaticFiles()
    static.add_folder("portal", STATIC_FOLDER, PAGE_FILES)
    witnesses = tuple(one.key for one in policy.witnesses)
    files = LogFiles(folder, log_key, witnesses)
    address = functools.partial(address_of, trusted=frozenset(trusted_proxies))
    page = ReceiptPage(static, log_key, witnesses, organisation, help_line)
    clock = clock or SystemClock()
    throttle, health = Throttle(clock), Health(files, clock)

    async def serve_static(request: web.Request) -> web.StreamResponse:
        return answer_file(static, request.match_info["name"], request)

    async def serve_health(request: web.Request) -> web.StreamResponse:
        throttle.take(f"health:{address(request)}", per_minute=HEALTH_PER_MINUTE)
        return web.json_response(health.now(), headers={"Cache-Control": "no-store"})

    async def lead_to_page(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/receipt")

    app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[_answer_refusals])
    app.on_response_prepare.append(_harden)
    add_public_log(app, PublicLog(files, page, throttle, address), lambda handler: handler)
    app.router.add_get(PREFIX + "{name:.+}", serve_static)
    app.router.add_get("/healthz", serve_health)
    app.router.add_get("/", lead_to_page)
    return app


@web.middleware
async def _answer_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except DomainError as refusal:
        if isinstance(refusal, LogUnreadable):
            log.error("log_unreadable", reason=str(refusal))  # noqa: TRY400  (the reason is all there is to say)
        problem = problem_of(refusal)
        return web.json_response(
            problem.document(instance=request.path, trace_id=""),
            status=problem.status,
            content_type=PROBLEM_TYPE,
            headers=problem.headers,
        )


async def _harden(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
