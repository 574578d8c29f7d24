"""One id a request, in its answer, its log lines and its error; and the request's language."""

import secrets
import time

from aiohttp import web
from aiohttp.typedefs import Handler

from portal.access import route_name
from portal.i18n import language_of, use_language
from portal.keys import LANGUAGE, METRICS, TRACE_ID

TRACE_HEADER = "X-Trace-Id"


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outermost of all: counts and times the request whatever its outcome."""
    request[TRACE_ID] = secrets.token_hex(8)
    request[LANGUAGE] = language_of(request)
    use_language(request[LANGUAGE])
    begun = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as exc:
        status = exc.status
        raise
    finally:
        request.app[METRICS].observe(
            request.method, route_name(request), status, time.perf_counter() - begun
        )
    return response


async def add_trace_header(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault(TRACE_HEADER, request.get(TRACE_ID, ""))


def setup_tracing(app: web.Application) -> None:
    app.middlewares.append(trace)
    app.on_response_prepare.append(add_trace_header)
